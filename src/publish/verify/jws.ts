import { createHash, X509Certificate } from 'node:crypto';
import { isAlgorithm, verifySignature } from '../signing/algorithms.ts';
import { Broken } from './cms.ts';

/** A JWS whose signature holds. */
export interface SignedJws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Uint8Array;
  readonly certificate: X509Certificate;
  readonly others: readonly X509Certificate[];
  readonly signature: Uint8Array;
}

/**
 * Check a compact JWS strictly: base64url in its one form, a known algorithm that fits the key, the certificates in
 * `x5c`, or one of `anchors` named by `kid` (its SHA-256). `detached`: the payload it is over, when its own is empty.
 * Throws `Broken`.
 */
export function checkJws(
  compact: string,
  detached: Uint8Array | null,
  anchors: readonly X509Certificate[] = [],
): SignedJws {
  const [head = '', body = '', tail = '', more] = compact.split('.');
  if (more !== undefined || head === '' || tail === '') throw new Broken('it is no compact JWS');
  const header = headerOf(head);
  if ((detached === null) !== (body !== '')) throw new Broken('its payload stands in the wrong place');
  const payload = detached ?? strictBase64(body, 'base64url');
  const { alg } = header;
  if (typeof alg !== 'string' || !isAlgorithm(alg)) throw new Broken('its algorithm is not taken');
  if ('crit' in header) throw new Broken('its header asks for what is not known here');
  const [certificate, ...others] = certificatesIn(header, anchors);
  if (certificate === undefined) throw new Broken("the signer's certificate is not at hand");
  const signature = strictBase64(tail, 'base64url');
  const signed = Buffer.from(`${head}.${Buffer.from(payload).toString('base64url')}`, 'latin1');
  if (!verifySignature(alg, certificate.publicKey, signed, signature, 'ieee-p1363'))
    throw new Broken('the content was changed after it was signed, or the signature does not fit');
  return { header, payload, certificate, others, signature };
}

/** Bytes of base64 in its one right spelling. Throws `Broken`. */
export function strictBase64(text: string, form: 'base64' | 'base64url'): Uint8Array {
  const bytes = Buffer.from(text, form);
  if (bytes.toString(form) !== text) throw new Broken('its encoding was changed');
  return new Uint8Array(bytes);
}

function headerOf(head: string): Readonly<Record<string, unknown>> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(strictBase64(head, 'base64url')));
  } catch (thrown) {
    throw thrown instanceof Broken ? thrown : new Broken('its header can not be read');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new Broken('its header can not be read');
  return { ...header };
}

function certificatesIn(
  header: Readonly<Record<string, unknown>>,
  anchors: readonly X509Certificate[],
): X509Certificate[] {
  const { x5c, kid } = header;
  if (x5c === undefined && typeof kid === 'string')
    return anchors.filter((each) => createHash('sha256').update(each.raw).digest('base64url') === kid);
  if (!Array.isArray(x5c)) return [];
  try {
    return x5c.map((each: unknown) => new X509Certificate(strictBase64(String(each), 'base64')));
  } catch {
    throw new Broken('its certificates can not be read');
  }
}
