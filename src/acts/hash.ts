import { hash as digest } from 'node:crypto';
import { keyOfSpecimen } from '../domain/identity.ts';

/** SHA-256 of a text or bytes in base64url: 43 characters that are safe in an address and a key. */
export function hash(content: string | Uint8Array): string {
  return digest('sha256', content, 'base64url');
}

/**
 * The `_id` of an observation: a hash of its identity that begins with one of its accession. 43 characters, as `hash`.
 * The values of a specimen so lie together in the store: a message of 30 writes one record, not 30.
 */
export function observationKey(accession: string, identity: string): string {
  if (accession !== latest.accession) latest = { accession, begin: hash(accession).slice(0, keyOfSpecimen) };
  const content = hash(identity);
  return latest.begin + content.slice(0, content.length - keyOfSpecimen);
}

/** Values come specimen by specimen. */
let latest = { accession: '', begin: hash('').slice(0, keyOfSpecimen) };
