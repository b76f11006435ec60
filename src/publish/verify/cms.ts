import { createHash, X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  Certificate,
  ContentInfo,
  IssuerAndSerialNumber,
  type SignedAndUnsignedAttributes,
  SignedData,
  type SignerInfo,
} from 'pkijs';
import { algorithms, hashByOid, isAlgorithm, type SignatureAlgorithm, verifySignature } from '../signing/algorithms.ts';
import { attributesToSign, oids } from '../signing/cms.ts';

/** Why a signature is not what it should be: words for a person. */
export class Broken extends Error {}

/** A CMS signature that holds over the bytes it was checked against. */
export interface SignedBy {
  readonly certificate: X509Certificate;
  /** The other certificates it carries. */
  readonly others: readonly X509Certificate[];
  /** The signature value: what a time stamp is over. */
  readonly signature: Uint8Array;
  /** RFC 3161 token among the unsigned attributes. */
  readonly token: Uint8Array | null;
  /** The content it carries inside (time stamp tokens do); null when detached. */
  readonly content: Uint8Array | null;
}

/**
 * Check a CMS signature (RFC 5652) strictly: DER that reads back to the same bytes, one signer, signed attributes with
 * the right digest and the signing certificate named by hash. Anything that is not protected by the signature must have
 * the one value it can have, so that no changed bit passes. Throws `Broken`.
 */
export function checkCms(der: Uint8Array, detached: Uint8Array | null): SignedBy {
  try {
    return check(der, detached);
  } catch (thrown) {
    // The bytes are anyone's: whatever the readers below stumble over, the signature is not one.
    throw thrown instanceof Broken ? thrown : new Broken('the signature can not be read');
  }
}

function check(der: Uint8Array, detached: Uint8Array | null): SignedBy {
  const signedData = parse(der);
  const [signer, more] = signedData.signerInfos;
  if (signer === undefined || more !== undefined) throw new Broken('there is not exactly one signer in it');
  const hash = hashByOid[signer.digestAlgorithm.algorithmId];
  if (hash === undefined) throw new Broken('its digest algorithm is not taken');
  requirePlain(signedData, signer);
  const content = contentOf(signedData);
  const bytes = detached ?? content;
  if (bytes === null) throw new Broken('what was signed is not there');
  const attributes = signer.signedAttrs;
  if (attributes === undefined) throw new Broken('it has no signed attributes');
  requireContentType(attributes, signedData.encapContentInfo.eContentType);
  if (!digestIn(attributes).equals(createHash(hash).update(bytes).digest()))
    throw new Broken('the content was changed after it was signed');
  const certificates = (signedData.certificates ?? []).flatMap((each) =>
    each instanceof Certificate ? [new X509Certificate(Buffer.from(each.toSchema().toBER()))] : [],
  );
  const certificate = certificates.find((each) => isOf(each, signer));
  if (certificate === undefined) throw new Broken("the signer's certificate is not in it");
  requireNamed(attributes, certificate);
  const signature = new Uint8Array(signer.signature.getValue());
  const algorithm = algorithmOf(signer, hash, certificate);
  if (!verifySignature(algorithm, certificate.publicKey, attributesToSign(attributes), signature, 'der'))
    throw new Broken('the signature does not fit');
  return {
    certificate,
    others: certificates.filter((each) => each !== certificate),
    signature,
    token: tokenIn(signer.unsignedAttrs),
    content,
  };
}

function parse(der: Uint8Array): SignedData {
  const info = ContentInfo.fromBER(der.slice());
  if (info.contentType !== oids.signedData) throw new Broken('it is no signature');
  const signedData = new SignedData({ schema: info.content });
  const again = new ContentInfo({ contentType: oids.signedData, content: signedData.toSchema() });
  if (!Buffer.from(again.toSchema().toBER()).equals(Buffer.from(der))) throw new Broken('its encoding was changed');
  return signedData;
}

/** Versions and algorithms are not signed: they must be the only ones that fit. */
function requirePlain(signedData: SignedData, signer: SignerInfo): void {
  const attached = signedData.encapContentInfo.eContentType !== oids.data;
  const byIssuer = signer.sid instanceof IssuerAndSerialNumber;
  const fits =
    signedData.version === (attached || !byIssuer ? 3 : 1) &&
    signer.version === (byIssuer ? 1 : 3) &&
    signedData.digestAlgorithms.length === 1 &&
    signedData.digestAlgorithms.every(
      (each) => each.algorithmId === signer.digestAlgorithm.algorithmId && hasNoParameters(each),
    ) &&
    hasNoParameters(signer.digestAlgorithm);
  if (!fits) throw new Broken('its parts do not fit each other');
}

function hasNoParameters(algorithm: AlgorithmIdentifier): boolean {
  const parameters: unknown = algorithm.algorithmParams;
  return parameters === undefined || parameters === null || parameters instanceof asn1js.Null;
}

function contentOf(signedData: SignedData): Uint8Array | null {
  const { eContent } = signedData.encapContentInfo;
  return eContent === undefined ? null : new Uint8Array(eContent.getValue());
}

function theValue(attributes: SignedAndUnsignedAttributes, type: string): unknown {
  const found = attributes.attributes.filter((each) => each.type === type);
  const [attribute] = found;
  return found.length === 1 && attribute?.values.length === 1 ? attribute.values[0] : undefined;
}

function requireContentType(attributes: SignedAndUnsignedAttributes, type: string): void {
  const value = theValue(attributes, oids.contentType);
  if (!(value instanceof asn1js.ObjectIdentifier) || value.valueBlock.toString() !== type)
    throw new Broken('it signs another kind of content');
}

function digestIn(attributes: SignedAndUnsignedAttributes): Buffer {
  const value = theValue(attributes, oids.messageDigest);
  if (!(value instanceof asn1js.OctetString)) throw new Broken('it carries no digest');
  return Buffer.from(value.getValue());
}

/** Issuer and serial number, or the subject key identifier. */
function isOf(certificate: X509Certificate, signer: SignerInfo): boolean {
  const parsed = Certificate.fromBER(new Uint8Array(certificate.raw));
  const { sid } = signer;
  if (sid instanceof IssuerAndSerialNumber)
    return same(sid.issuer.toSchema(), parsed.issuer.toSchema()) && same(sid.serialNumber, parsed.serialNumber);
  const identifier = parsed.extensions?.find((each) => each.extnID === '2.5.29.14');
  const value: unknown = sid;
  if (identifier === undefined || !(value instanceof asn1js.BaseBlock)) return false;
  const held = Buffer.from(identifier.extnValue.getValue()).subarray(2);
  return Buffer.from(value.toBER()).subarray(2).equals(held);
}

/** Byte for byte: names that only look the same are not the same here, for this part is not signed. */
const same = (one: asn1js.BaseBlock, other: asn1js.BaseBlock): boolean =>
  Buffer.from(one.toBER()).equals(Buffer.from(other.toBER()));

/** ESS signing-certificate (SHA-1) or -v2: the certificate can't be exchanged for another of the same name and key. */
function requireNamed(attributes: SignedAndUnsignedAttributes, certificate: X509Certificate): void {
  const second = theValue(attributes, oids.signingCertificateV2);
  const named = second ?? theValue(attributes, oids.signingCertificate);
  if (!(named instanceof asn1js.Sequence)) throw new Broken('it does not name the certificate it was made with');
  const identifiers = named.valueBlock.value[0];
  const first = identifiers instanceof asn1js.Sequence ? identifiers.valueBlock.value[0] : undefined;
  if (!(first instanceof asn1js.Sequence)) throw new Broken('it does not name the certificate it was made with');
  const [head, next] = first.valueBlock.value;
  let hash: string | undefined = second === undefined ? 'sha1' : 'sha256';
  let digest: unknown = head;
  if (head instanceof asn1js.Sequence) {
    hash = hashByOid[new AlgorithmIdentifier({ schema: head }).algorithmId];
    digest = next;
  }
  if (
    hash === undefined ||
    !(digest instanceof asn1js.OctetString) ||
    !Buffer.from(digest.getValue()).equals(createHash(hash).update(certificate.raw).digest())
  )
    throw new Broken('it was made with another certificate');
}

function algorithmOf(signer: SignerInfo, hash: string, certificate: X509Certificate): SignatureAlgorithm {
  const { algorithmId } = signer.signatureAlgorithm;
  const plain = hasNoParameters(signer.signatureAlgorithm);
  for (const [name, facts] of Object.entries(algorithms)) {
    if (facts.hash !== hash) continue;
    const bare = facts.kind === 'rsa' && algorithmId === '1.2.840.113549.1.1.1';
    const fits = (facts.oid === algorithmId || bare) && (plain || facts.kind === 'rsa-pss');
    if (fits && isAlgorithm(name)) return name;
  }
  throw new Broken(`its signature algorithm is not taken (${certificate.publicKey.asymmetricKeyType ?? 'unknown'})`);
}

/** Nothing but a time stamp may stand outside of what is signed. */
function tokenIn(attributes: SignedAndUnsignedAttributes | undefined): Uint8Array | null {
  if (attributes === undefined) return null;
  const value = theValue(attributes, oids.timestamp);
  if (attributes.attributes.length !== 1 || !(value instanceof asn1js.Sequence))
    throw new Broken('something stands beside the signature that is not a time stamp');
  return new Uint8Array(value.toBER());
}
