import { createHash } from 'node:crypto';

/** SHA-256 of a text or bytes in base64url: 43 characters that are safe in an address and a key. */
export function hash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url');
}

/** Characters of an observation's key that its specimen decides. */
const keyOfSpecimen = 6;

/**
 * The `_id` of an observation: a hash of its identity that begins with one of its accession. 43 characters, as `hash`.
 * The values of a specimen so lie side by side in the store: a message of 30 touches a few pages, not 30.
 */
export function observationKey(accession: string, identity: string): string {
  if (accession !== latest.accession) latest = { accession, begin: hash(accession).slice(0, keyOfSpecimen) };
  const content = hash(identity);
  return latest.begin + content.slice(0, content.length - keyOfSpecimen);
}

/** Values come specimen by specimen. */
let latest = { accession: '', begin: hash('').slice(0, keyOfSpecimen) };
