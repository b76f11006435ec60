import type { SigningKey } from './port.ts';

/** Members of the protected header beside `alg`. */
export interface JwsHeader {
  readonly [name: string]: unknown;
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');

/** The certificates of a key as a header carries them, the leaf first (RFC 7515 4.1.6). */
export function certificatesOf(key: SigningKey): string[] {
  return [key.certificate, ...key.intermediates].map((each) => each.raw.toString('base64'));
}

/** A compact JWS (RFC 7515); with `detached` its payload is left empty (appendix F). */
export async function signJws(
  key: SigningKey,
  header: JwsHeader,
  payload: Uint8Array,
  detached: boolean,
): Promise<string> {
  const head = encoded({ alg: key.algorithm, ...header });
  const body = Buffer.from(payload).toString('base64url');
  const signature = await key.sign(Buffer.from(`${head}.${body}`, 'latin1'), 'ieee-p1363');
  return `${head}.${detached ? '' : body}.${Buffer.from(signature).toString('base64url')}`;
}
