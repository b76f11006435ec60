import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  Extension,
  PublicKeyInfo,
  type RelativeDistinguishedNames,
} from 'pkijs';

const dayMs = 86_400_000;
const ecdsaWithSha256 = '1.2.840.10045.4.3.2';

/** Someone with a certificate and the key to it. */
export interface Identity {
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
  readonly raw: Uint8Array;
  readonly pem: string;
}

export interface IssueOptions {
  readonly days?: number;
  readonly from?: Date;
  /** The key to certify; a new EC P-256 key where none is given. */
  readonly keys?: KeyPairKeyObjectResult;
  readonly extensions?: readonly Extension[];
}

/** A certification authority made of software, for demonstrations and tests: it vouches for nobody. */
export interface Authority extends Identity {
  issue(name: string, options?: IssueOptions): Identity;
  /** An authority below this one. */
  below(name: string): Authority;
}

/** A new authority: its own root, or below another one. */
export function createAuthority(name: string, parent: Identity | null = null): Authority {
  const own = make(name, parent, {
    days: 3650,
    extensions: [extension('2.5.29.19', true, new BasicConstraints({ cA: true }).toSchema()), keyUsage(0b0000_0110, 1)],
  });
  return {
    ...own,
    issue: (subject, options = {}) =>
      make(subject, own, { ...options, extensions: [keyUsage(0b1100_0000, 6), ...(options.extensions ?? [])] }),
    below: (subject) => createAuthority(subject, own),
  };
}

/** One certificate extension. */
export function extension(extnID: string, critical: boolean, value: asn1js.BaseBlock): Extension {
  return new Extension({ extnID, critical, extnValue: value.toBER() });
}

const keyUsage = (bits: number, unusedBits: number): Extension =>
  extension('2.5.29.15', true, new asn1js.BitString({ valueHex: new Uint8Array([bits]).buffer, unusedBits }));

function make(name: string, parent: Identity | null, options: IssueOptions): Identity {
  const { privateKey, publicKey } = options.keys ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const from = options.from ?? new Date(Date.now() - dayMs);
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new asn1js.Integer({ valueHex: new Uint8Array([0x40, ...randomBytes(11)]).buffer });
  named(certificate.subject, name);
  if (parent === null) named(certificate.issuer, name);
  else certificate.issuer = Certificate.fromBER(parent.raw.slice()).subject;
  certificate.notBefore.value = from;
  certificate.notAfter.value = new Date(from.getTime() + (options.days ?? 365) * dayMs);
  const spki = createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })).export({
    format: 'der',
    type: 'spki',
  });
  certificate.subjectPublicKeyInfo = PublicKeyInfo.fromBER(new Uint8Array(spki));
  certificate.extensions = [...(options.extensions ?? [])];
  certificate.signature = new AlgorithmIdentifier({ algorithmId: ecdsaWithSha256 });
  certificate.signatureAlgorithm = new AlgorithmIdentifier({ algorithmId: ecdsaWithSha256 });
  const unsigned = new Uint8Array(certificate.encodeTBS().toBER());
  const signature = sign('sha256', unsigned, (parent ?? { key: privateKey }).key);
  certificate.signatureValue = new asn1js.BitString({ valueHex: new Uint8Array(signature).buffer });
  const raw = new Uint8Array(certificate.toSchema(true).toBER());
  const x509 = new X509Certificate(raw);
  return { key: privateKey, certificate: x509, raw, pem: x509.toString() };
}

function named(subject: RelativeDistinguishedNames, name: string): void {
  subject.typesAndValues.push(
    new AttributeTypeAndValue({ type: '2.5.4.3', value: new asn1js.Utf8String({ value: name }) }),
  );
}
