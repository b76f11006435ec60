import { randomUUID } from 'node:crypto';
import type { JWK } from 'jose';
import { LisError } from '../../errors.ts';
import { isoNow, type Laboratory } from '../../laboratory/context.ts';
import type { ClientDoc } from '../../store/documents.ts';
import { requireScopes } from './scopes.ts';

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Where a client's public keys are: given with the registration, or read from its address. */
export type ClientKeys = { readonly jwks: { readonly keys: readonly JWK[] } } | { readonly jwksUrl: string };

/**
 * Register a SMART backend client and return its client_id. Throws REQUEST_INVALID for a bad name or scope, a name in
 * use, keys that are none or private, or an address that is neither https nor http on this machine.
 */
export async function addClient(
  lab: Laboratory,
  name: string,
  keys: ClientKeys,
  scopes: readonly string[],
): Promise<string> {
  const refuse = (detail: string): LisError => new LisError('REQUEST_INVALID', { detail });
  if (!namePattern.test(name)) throw refuse('name: letters, digits, . _ -, at most 64');
  requireScopes(scopes);
  if ('jwksUrl' in keys) requireKeyAddress(keys.jwksUrl);
  else requirePublicKeys(keys.jwks.keys);
  const live = await liveClients(lab, name);
  if (live.length > 0) throw refuse(`client ${name} exists; revoke it first`);
  const client: ClientDoc = { _id: randomUUID(), name, scopes: [...scopes], createdAt: isoNow(lab), ...keys };
  await lab.collections.clients.insertOne(client);
  return client._id;
}

/** Every client, the revoked ones too, oldest first. */
export async function listClients(lab: Laboratory): Promise<ClientDoc[]> {
  const clients = await lab.collections.clients.find({}).toArray();
  return clients.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

/** Revoke by name: it and its tokens die at once. Throws NOT_FOUND when no live client has the name. */
export async function revokeClient(lab: Laboratory, name: string): Promise<void> {
  const live = await liveClients(lab, name);
  if (live.length === 0) throw new LisError('NOT_FOUND', { what: `Client ${name}` });
  for (const client of live) {
    await lab.collections.clients.updateOne({ _id: client._id }, { $set: { revokedAt: isoNow(lab) } });
  }
}

/** A client that is not revoked. */
export async function findClient(lab: Laboratory, id: string): Promise<ClientDoc | null> {
  const client = await lab.collections.clients.findOne({ _id: id });
  return client === null || client.revokedAt !== undefined ? null : client;
}

async function liveClients(lab: Laboratory, name: string): Promise<ClientDoc[]> {
  const all = await lab.collections.clients.find({}).toArray();
  return all.filter((client) => client.name === name && client.revokedAt === undefined);
}

/** Keys travel over TLS; without it only from this machine. Throws REQUEST_INVALID. */
function requireKeyAddress(address: string): void {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new LisError('REQUEST_INVALID', { detail: 'jwks: is not an address' });
  }
  if (url.protocol === 'https:') return;
  const here = ['localhost', '[::1]'].includes(url.hostname) || /^127\.\d+\.\d+\.\d+$/.test(url.hostname);
  if (url.protocol !== 'http:' || !here)
    throw new LisError('REQUEST_INVALID', { detail: 'jwks: must be https (http only on this machine)' });
}

function requirePublicKeys(keys: readonly JWK[]): void {
  if (keys.length === 0) throw new LisError('REQUEST_INVALID', { detail: 'jwks: holds no key' });
  for (const key of keys) {
    if (key.d !== undefined || key.k !== undefined)
      throw new LisError('REQUEST_INVALID', { detail: 'jwks: holds a private key; give the public ones only' });
    if (key.kid === undefined || key.kid === '')
      throw new LisError('REQUEST_INVALID', { detail: 'jwks: each key needs a kid' });
  }
}
