import { createHash, type X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  RSASSAPSSParams,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs';
import { algorithms, type SignatureAlgorithm } from './algorithms.ts';
import type { SigningKey } from './port.ts';

export const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  timestamp: '1.2.840.113549.1.9.16.2.14',
} as const;

/** Gives an RFC 3161 token over bytes, or null when the authority can't be had. */
export type Timestamper = (signature: Uint8Array) => Promise<Uint8Array | null>;

/**
 * A detached CMS signature as PAdES wants it (ETSI EN 319 142-1, ETSI.CAdES.detached): content type, message digest and
 * signing-certificate-v2 are signed, no signing time (that is in the PDF), and a time stamp over the signature where
 * one can be had.
 */
export async function signDetached(
  key: SigningKey,
  content: Uint8Array,
  timestamper: Timestamper | null,
): Promise<{ cms: Uint8Array; timestamped: boolean }> {
  const { hash, hashOid, oid, kind } = algorithms[key.algorithm];
  const certificate = Certificate.fromBER(new Uint8Array(key.certificate.raw));
  const signedAttributes = sorted([
    attribute(oids.contentType, new asn1js.ObjectIdentifier({ value: oids.data })),
    attribute(oids.messageDigest, octets(createHash(hash).update(content).digest())),
    attribute(oids.signingCertificateV2, signingCertificate(key.certificate, certificate)),
  ]);
  const signed = new SignedAndUnsignedAttributes({ type: 0, attributes: signedAttributes });
  const signature = await key.sign(attributesToSign(signed), 'der');
  const token = timestamper === null ? null : await timestamper(signature);
  const signer = new SignerInfo({
    version: 1,
    sid: new IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber }),
    digestAlgorithm: new AlgorithmIdentifier({ algorithmId: hashOid, algorithmParams: new asn1js.Null() }),
    signedAttrs: signed,
    signatureAlgorithm: new AlgorithmIdentifier({
      algorithmId: oid,
      ...(kind === 'rsa' ? { algorithmParams: new asn1js.Null() } : {}),
      ...(kind === 'rsa-pss' ? { algorithmParams: pssParameters(key.algorithm) } : {}),
    }),
    signature: octets(signature),
    ...(token === null
      ? {}
      : {
          unsignedAttrs: new SignedAndUnsignedAttributes({
            type: 1,
            attributes: [attribute(oids.timestamp, asn1js.fromBER(token.slice()).result)],
          }),
        }),
  });
  const signedData = new SignedData({
    version: 1,
    digestAlgorithms: [new AlgorithmIdentifier({ algorithmId: hashOid, algorithmParams: new asn1js.Null() })],
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: oids.data }),
    certificates: [key.certificate, ...key.intermediates].map((each) => Certificate.fromBER(new Uint8Array(each.raw))),
    signerInfos: [signer],
  });
  const info = new ContentInfo({ contentType: oids.signedData, content: signedData.toSchema(true) });
  return { cms: new Uint8Array(info.toSchema().toBER()), timestamped: token !== null };
}

/** RFC 4055: the digest, its mask generation, a salt as long as the digest. */
export function pssParameters(algorithm: SignatureAlgorithm): asn1js.Sequence {
  const { hash, hashOid } = algorithms[algorithm];
  const digest = new AlgorithmIdentifier({ algorithmId: hashOid, algorithmParams: new asn1js.Null() });
  return new RSASSAPSSParams({
    hashAlgorithm: digest,
    maskGenAlgorithm: new AlgorithmIdentifier({
      algorithmId: '1.2.840.113549.1.1.8',
      algorithmParams: digest.toSchema(),
    }),
    saltLength: createHash(hash).digest().length,
  }).toSchema();
}

/** What is signed is the SET OF the attributes, not the [0] they stand in (RFC 5652 5.4). */
export function attributesToSign(attributes: SignedAndUnsignedAttributes): Uint8Array {
  const der = new Uint8Array(attributes.toSchema().toBER());
  der[0] = 0x31;
  return der;
}

const octets = (bytes: Uint8Array): asn1js.OctetString =>
  new asn1js.OctetString({ valueHex: new Uint8Array(bytes).buffer });

const attribute = (type: string, value: asn1js.BaseBlock): Attribute => new Attribute({ type, values: [value] });

/** DER wants a SET OF in the order of its encodings. */
function sorted(attributes: readonly Attribute[]): Attribute[] {
  const encoded = (each: Attribute): Buffer => Buffer.from(each.toSchema().toBER());
  return [...attributes].sort((one, other) => Buffer.compare(encoded(one), encoded(other)));
}

/** SigningCertificateV2 (RFC 5035) with SHA-256, the default, and the issuer and serial number. */
function signingCertificate(raw: X509Certificate, certificate: Certificate): asn1js.Sequence {
  const issuer = new asn1js.Constructed({
    idBlock: { tagClass: 3, tagNumber: 4 },
    value: [certificate.issuer.toSchema()],
  });
  const identified = new asn1js.Sequence({
    value: [
      octets(createHash('sha256').update(raw.raw).digest()),
      new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [issuer] }), certificate.serialNumber] }),
    ],
  });
  return new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [identified] })] });
}
