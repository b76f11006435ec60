import type { Laboratory } from '../../laboratory/context.ts';
import type { ClientDoc } from '../../store/documents.ts';
import { findClient } from './clients.ts';
import { newSecret, secretHash } from './secrets.ts';

/** A short-lived token for a client. The store keeps only its hash. */
export async function issueAccessToken(
  lab: Laboratory,
  client: ClientDoc,
  scopes: readonly string[],
  seconds: number,
): Promise<string> {
  const { accessTokens } = lab.collections;
  const now = lab.now();
  await accessTokens.deleteMany({ expiresAt: { $lt: new Date(now).toISOString() } }, { durable: false });
  const secret = newSecret();
  await accessTokens.insertOne({
    _id: secretHash(secret),
    client: client._id,
    scopes: [...scopes],
    expiresAt: new Date(now + seconds * 1000).toISOString(),
  });
  return secret;
}

/** Whose access token it is; null when it is none, has expired, or its client was revoked since. */
export async function findAccessToken(
  lab: Laboratory,
  secret: string,
): Promise<{ readonly name: string; readonly scopes: readonly string[] } | null> {
  const token = await lab.collections.accessTokens.findOne({ _id: secretHash(secret) });
  if (token === null || Date.parse(token.expiresAt) <= lab.now()) return null;
  const client = await findClient(lab, token.client);
  return client === null ? null : { name: `client/${client.name}`, scopes: token.scopes };
}
