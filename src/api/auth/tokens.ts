import { LisError } from '../../errors.ts';
import { isoNow, type Laboratory } from '../../laboratory/context.ts';
import type { TokenDoc } from '../../store/documents.ts';
import { requireScopes } from './scopes.ts';
import { newSecret, secretHash } from './secrets.ts';

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Make a bearer token for a system and return it, the only time it can be read. Throws REQUEST_INVALID for a bad name
 * or scope, STORE_DUPLICATE_KEY when a live token has the name.
 */
export async function addToken(lab: Laboratory, name: string, scopes: readonly string[]): Promise<string> {
  if (!namePattern.test(name))
    throw new LisError('REQUEST_INVALID', { detail: 'name: letters, digits, . _ -, at most 64' });
  requireScopes(scopes);
  const live = await liveTokens(lab, name);
  if (live.length > 0) throw new LisError('REQUEST_INVALID', { detail: `token ${name} exists; revoke it first` });
  const token = newSecret();
  await lab.collections.tokens.insertOne({ _id: secretHash(token), name, scopes: [...scopes], createdAt: isoNow(lab) });
  return token;
}

/** Every token, the revoked ones too, oldest first. Never the secrets. */
export async function listTokens(lab: Laboratory): Promise<Omit<TokenDoc, '_id'>[]> {
  const tokens = await lab.collections.tokens.find({}).toArray();
  return tokens.map(({ _id, ...token }) => token).sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

/** Revoke by name; it dies at once. Throws NOT_FOUND when no live token has the name. */
export async function revokeToken(lab: Laboratory, name: string): Promise<void> {
  const live = await liveTokens(lab, name);
  if (live.length === 0) throw new LisError('NOT_FOUND', { what: `Token ${name}` });
  for (const token of live) {
    await lab.collections.tokens.updateOne({ _id: token._id }, { $set: { revokedAt: isoNow(lab) } });
  }
}

/** The token a secret belongs to; null when there is none or it was revoked. */
export async function findToken(lab: Laboratory, secret: string): Promise<TokenDoc | null> {
  const token = await lab.collections.tokens.findOne({ _id: secretHash(secret) });
  return token === null || token.revokedAt !== undefined ? null : token;
}

async function liveTokens(lab: Laboratory, name: string): Promise<TokenDoc[]> {
  const named = await lab.collections.tokens.find({ name }).toArray();
  return named.filter((token) => token.revokedAt === undefined);
}
