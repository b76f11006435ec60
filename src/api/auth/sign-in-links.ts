import type { Laboratory } from '../../laboratory/context.ts';
import { newSecret, secretHash } from './secrets.ts';

interface Link {
  readonly username: string;
  readonly until: number;
}

/** Links live in the memory of the process that made them: a restart ends them all. */
const linksOf = new WeakMap<Laboratory, Map<string, Link>>();

/**
 * A link that signs `username` in once, within `seconds` (default 10 minutes). Returns its path, `/signin/<secret>`, to
 * be put behind the address the API listens on.
 */
export function createSignInLink(lab: Laboratory, username: string, seconds = 600): string {
  const links = linksOf.get(lab) ?? new Map<string, Link>();
  linksOf.set(lab, links);
  const secret = newSecret();
  links.set(secretHash(secret), { username, until: lab.now() + seconds * 1000 });
  return `/signin/${secret}`;
}

/** Use a link up. Returns the user name, or null when it is unknown, used or too old. */
export function useSignInLink(lab: Laboratory, secret: string): string | null {
  const links = linksOf.get(lab);
  const key = secretHash(secret);
  const link = links?.get(key);
  links?.delete(key);
  return link === undefined || link.until <= lab.now() ? null : link.username;
}
