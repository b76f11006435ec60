import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  type AccessDescription,
  AlgorithmIdentifier,
  BasicOCSPResponse,
  CertID,
  Certificate,
  CertificateRevocationList,
  CRLDistributionPoints,
  ExtKeyUsage,
  InfoAccess,
  OCSPRequest,
  OCSPResponse,
  Request,
} from 'pkijs';
import { algorithms, isAlgorithm, verifySignature } from './algorithms.ts';
import { commonName } from './certificates.ts';

/** What the authority says of a certificate, with its answer as evidence. */
export interface Standing {
  readonly subject: string;
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly source: 'ocsp' | 'crl' | 'none';
  readonly detail?: string;
  readonly at: string;
  readonly content?: Uint8Array;
}

const timeoutMs = 5_000;
const mostBytes = 20_000_000;
const ocspMethod = '1.3.6.1.5.5.7.48.1';
const ocspSigning = '1.3.6.1.5.5.7.3.9';

/** Ask by OCSP where the certificate names an address, else by its revocation list. Never throws: no answer is `unknown`. */
export async function standingOf(certificate: X509Certificate, issuer: X509Certificate, now: Date): Promise<Standing> {
  const subject = commonName(certificate);
  const at = now.toISOString();
  const parsed = Certificate.fromBER(new Uint8Array(certificate.raw));
  const failures: string[] = [];
  for (const url of ocspAddresses(parsed)) {
    try {
      return { subject, source: 'ocsp', at, ...(await askOcsp(url, parsed, issuer, now)) };
    } catch (thrown) {
      failures.push(`${url}: ${wordsOf(thrown)}`);
    }
  }
  for (const url of listAddresses(parsed)) {
    try {
      return { subject, source: 'crl', at, ...(await askList(url, parsed, issuer, now)) };
    } catch (thrown) {
      failures.push(`${url}: ${wordsOf(thrown)}`);
    }
  }
  const detail = failures.length === 0 ? 'the certificate names no address to ask' : failures.join('; ');
  return { subject, status: 'unknown', source: 'none', at, detail };
}

const wordsOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : 'no answer');

function valueOfExtension(certificate: Certificate, id: string): unknown {
  return certificate.extensions?.find((each) => each.extnID === id)?.parsedValue;
}

function ocspAddresses(certificate: Certificate): string[] {
  const access = valueOfExtension(certificate, '1.3.6.1.5.5.7.1.1');
  if (!(access instanceof InfoAccess)) return [];
  return access.accessDescriptions.flatMap((each: AccessDescription) =>
    each.accessMethod === ocspMethod && each.accessLocation.type === 6 ? [String(each.accessLocation.value)] : [],
  );
}

function listAddresses(certificate: Certificate): string[] {
  const points = valueOfExtension(certificate, '2.5.29.31');
  if (!(points instanceof CRLDistributionPoints)) return [];
  return points.distributionPoints.flatMap(({ distributionPoint }) =>
    Array.isArray(distributionPoint)
      ? distributionPoint.flatMap((name) => (name.type === 6 ? [String(name.value)] : []))
      : [],
  );
}

async function load(url: string, init: RequestInit): Promise<Uint8Array> {
  if (!/^https?:\/\//.test(url)) throw new Error('the address is not HTTP');
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  const raw = new Uint8Array(await answer.arrayBuffer());
  if (raw.length > mostBytes) throw new Error('the answer is too long');
  return raw;
}

const octets = (bytes: Uint8Array): asn1js.OctetString =>
  new asn1js.OctetString({ valueHex: new Uint8Array(bytes).buffer });

async function askOcsp(
  url: string,
  certificate: Certificate,
  issuer: X509Certificate,
  now: Date,
): Promise<Pick<Standing, 'status' | 'content'>> {
  const parent = Certificate.fromBER(new Uint8Array(issuer.raw));
  const sha1 = (bytes: ArrayBuffer): asn1js.OctetString =>
    octets(createHash('sha1').update(new Uint8Array(bytes)).digest());
  const id = new CertID({
    hashAlgorithm: new AlgorithmIdentifier({ algorithmId: '1.3.14.3.2.26', algorithmParams: new asn1js.Null() }),
    issuerNameHash: sha1(parent.subject.toSchema().toBER()),
    issuerKeyHash: sha1(parent.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHex),
    serialNumber: certificate.serialNumber,
  });
  const request = new OCSPRequest();
  request.tbsRequest.requestList = [new Request({ reqCert: id })];
  const content = await load(url, {
    method: 'POST',
    headers: { 'content-type': 'application/ocsp-request' },
    body: new Uint8Array(request.toSchema(true).toBER()),
  });
  const response = OCSPResponse.fromBER(content.slice());
  if (response.responseStatus.valueBlock.valueDec !== 0 || response.responseBytes === undefined)
    throw new Error('the OCSP responder refused');
  const basic = BasicOCSPResponse.fromBER(response.responseBytes.response.getValue());
  requireResponder(basic, issuer, now);
  const wanted = Buffer.from(id.toSchema().toBER());
  const single = basic.tbsResponseData.responses.find((each) =>
    Buffer.from(each.certID.toSchema().toBER()).equals(wanted),
  );
  if (single === undefined) throw new Error('the OCSP responder speaks of another certificate');
  requireFresh(single.thisUpdate, single.nextUpdate, now);
  const status: unknown = single.certStatus;
  const tag = status instanceof asn1js.BaseBlock ? status.idBlock.tagNumber : 2;
  return { status: tag === 0 ? 'good' : tag === 1 ? 'revoked' : 'unknown', content };
}

/** Signed by the issuer itself, or by one the issuer named for it. */
function requireResponder(basic: BasicOCSPResponse, issuer: X509Certificate, now: Date): void {
  const signed = basic.tbsResponseData.tbsView;
  const signature = new Uint8Array(basic.signature.valueBlock.valueHexView);
  const delegates = (basic.certs ?? []).flatMap((each) => {
    const certificate = new X509Certificate(Buffer.from(each.toSchema().toBER()));
    const usage = valueOfExtension(each, '2.5.29.37');
    const named = usage instanceof ExtKeyUsage && usage.keyPurposes.includes(ocspSigning);
    const valid = new Date(certificate.validFrom) <= now && now <= new Date(certificate.validTo);
    return named && valid && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
      ? [certificate.publicKey]
      : [];
  });
  if (![issuer.publicKey, ...delegates].some((key) => holds(basic.signatureAlgorithm, key, signed, signature)))
    throw new Error('the answer is not signed by the authority');
}

function holds(algorithm: AlgorithmIdentifier, key: KeyObject, signed: Uint8Array, signature: Uint8Array): boolean {
  return Object.entries(algorithms).some(
    ([name, facts]) =>
      facts.oid === algorithm.algorithmId &&
      verifySignature(isAlgorithm(name) ? name : 'ES256', key, signed, signature, 'der'),
  );
}

/** Five minutes for clocks that differ. */
const skewMs = 300_000;

function requireFresh(from: Date, to: Date | undefined, now: Date): void {
  if (from.getTime() - skewMs > now.getTime() || (to !== undefined && to.getTime() + skewMs < now.getTime()))
    throw new Error('the answer is out of date');
}

async function askList(
  url: string,
  certificate: Certificate,
  issuer: X509Certificate,
  now: Date,
): Promise<Pick<Standing, 'status' | 'content'>> {
  const content = await load(url, {});
  const list = CertificateRevocationList.fromBER(derOf(content).slice());
  const parent = Certificate.fromBER(new Uint8Array(issuer.raw));
  const same =
    Buffer.from(list.issuer.toSchema().toBER()).equals(Buffer.from(parent.subject.toSchema().toBER())) &&
    holds(
      list.signatureAlgorithm,
      issuer.publicKey,
      list.tbsView,
      new Uint8Array(list.signatureValue.valueBlock.valueHexView),
    );
  if (!same) throw new Error('the list is not signed by the authority');
  requireFresh(list.thisUpdate.value, list.nextUpdate?.value, now);
  const revoked = (list.revokedCertificates ?? []).some((each) =>
    Buffer.from(each.userCertificate.toBER()).equals(Buffer.from(certificate.serialNumber.toBER())),
  );
  return { status: revoked ? 'revoked' : 'good', content };
}

function derOf(raw: Uint8Array): Uint8Array {
  if (raw[0] === 0x30) return raw;
  const body = /-----BEGIN X509 CRL-----([^-]+)-----END/.exec(Buffer.from(raw).toString('latin1'))?.[1];
  if (body === undefined) throw new Error('it is no revocation list');
  return new Uint8Array(Buffer.from(body, 'base64'));
}
