import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BasicConstraints, Certificate } from 'pkijs';
import { LisError } from '../../errors.ts';

/** A way from a certificate up to one that is trusted, or why there is none. */
export type Chain =
  | { readonly trusted: true; readonly path: readonly X509Certificate[]; readonly anchor: X509Certificate }
  | { readonly trusted: false; readonly path: readonly X509Certificate[]; readonly reason: string };

const longestPath = 8;

/**
 * Build and check the way from `leaf` to one of `anchors` (RFC 5280, the parts that matter for signing people): names and
 * signatures, validity at `at`, who may certify. A leaf that is itself an anchor is trusted.
 */
export function chainTo(
  leaf: X509Certificate,
  others: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  at: Date,
): Chain {
  const path = [leaf];
  for (let last = leaf; path.length <= longestPath; ) {
    const expired = outOfValidity(last, at);
    if (expired !== null) return { trusted: false, path, reason: expired };
    const same = anchors.find((each) => each.raw.equals(last.raw));
    if (same !== undefined) return { trusted: true, path, anchor: same };
    const anchor = anchors.find((each) => certifies(each, last, path.length - 1));
    if (anchor !== undefined) {
      const gone = outOfValidity(anchor, at);
      return gone === null ? { trusted: true, path, anchor } : { trusted: false, path, reason: gone };
    }
    const issuer = others.find(
      (each) => !path.some((seen) => seen.raw.equals(each.raw)) && certifies(each, last, path.length - 1),
    );
    if (issuer === undefined) {
      const by = last === leaf ? '' : `, certified by ${commonName(last)}`;
      return { trusted: false, path, reason: `no trusted authority stands behind ${commonName(leaf)}${by}` };
    }
    path.push(issuer);
    last = issuer;
  }
  return { trusted: false, path, reason: 'the way to a trusted authority is too long' };
}

/** Whether `issuer` may and did certify `subject`; `below` counts the authorities between it and the leaf. */
function certifies(issuer: X509Certificate, subject: X509Certificate, below: number): boolean {
  if (!issuer.ca || !subject.checkIssued(issuer)) return false;
  const limit = pathLimit(issuer);
  if (limit !== null && below > limit) return false;
  try {
    return subject.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

function pathLimit(issuer: X509Certificate): number | null {
  const extension = Certificate.fromBER(new Uint8Array(issuer.raw)).extensions?.find(
    (each) => each.extnID === '2.5.29.19',
  );
  const constraints: unknown = extension?.parsedValue;
  if (!(constraints instanceof BasicConstraints)) return null;
  return typeof constraints.pathLenConstraint === 'number' ? constraints.pathLenConstraint : null;
}

function outOfValidity(certificate: X509Certificate, at: Date): string | null {
  if (at < new Date(certificate.validFrom)) return `the certificate of ${commonName(certificate)} is not valid yet`;
  if (at > new Date(certificate.validTo)) return `the certificate of ${commonName(certificate)} has expired`;
  return null;
}

/** The common name of who a certificate is for; the whole subject where it has none. */
export function commonName(certificate: X509Certificate): string {
  const { subject } = Certificate.fromBER(new Uint8Array(certificate.raw));
  const names = subject.typesAndValues.filter(({ type }) => type === '2.5.4.3').map(({ value }) => value.valueBlock);
  const name = names.map((each) => ('value' in each ? String(each.value) : '')).find((each) => each !== '');
  return (name ?? certificate.subject.replaceAll('\n', ', ')).normalize('NFC');
}

/** Whether a certificate may be used to sign documents: no key usage at all, or digital signature, or non-repudiation. */
export function maySign(certificate: X509Certificate): boolean {
  const extension = Certificate.fromBER(new Uint8Array(certificate.raw)).extensions?.find(
    (each) => each.extnID === '2.5.29.15',
  );
  if (extension === undefined) return true;
  const value = new Uint8Array(extension.extnValue.getValue());
  // BIT STRING: tag, length, unused bits, then bit 0 digitalSignature and bit 1 nonRepudiation from the left.
  return value[0] === 3 && ((value[3] ?? 0) & 0b1100_0000) !== 0;
}

/** The certificates of PEM files. Throws SIGNING_TRUST_UNREADABLE. */
export function readTrust(files: readonly string[]): X509Certificate[] {
  return files.flatMap((file) => {
    try {
      const found = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
      if (found === null) throw new Error('there is no certificate in it');
      return found.map((pem) => new X509Certificate(pem));
    } catch (thrown) {
      const detail = thrown instanceof Error ? thrown.message : 'unknown';
      throw new LisError('SIGNING_TRUST_UNREADABLE', { file, detail }, thrown);
    }
  });
}
