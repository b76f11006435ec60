import { createHash } from 'node:crypto';

/** SHA-256 of a text or bytes in base64url: 43 characters that are safe in an address and a key. */
export function hash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url');
}
