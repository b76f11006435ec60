import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits as text for a cookie, a token or a link. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What the store keeps of a secret: whoever reads the store can't use it. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('base64url');
}

const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password a person can type: four groups of five, without letters that look alike; about 99 bits. */
export function newPassword(): string {
  const groups: string[] = [];
  while (groups.length < 4) {
    let group = '';
    while (group.length < 5) {
      const byte = randomBytes(1)[0] ?? 255;
      // A byte beyond the last whole multiple would make the first letters likelier.
      if (byte < letters.length * 8) group += letters[byte % letters.length];
    }
    groups.push(group);
  }
  return groups.join('-');
}
