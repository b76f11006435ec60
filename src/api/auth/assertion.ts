import { decodeJwt, decodeProtectedHeader, importJWK, type JWK, jwtVerify } from 'jose';
import { hash } from '../../acts/hash.ts';
import { isLisError } from '../../errors.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import type { ClientDoc } from '../../store/documents.ts';
import { findClient } from './clients.ts';
import type { KeyFinder } from './jwks.ts';

/** Key type and curve that belong to an algorithm. */
const algorithms: Readonly<Record<string, (key: JWK) => boolean>> = {
  RS384: (key) => key.kty === 'RSA',
  ES384: (key) => key.kty === 'EC' && key.crv === 'P-384',
};
/** An assertion lives at most five minutes (SMART Backend Services). */
const longestSeconds = 300;
/** What two clocks may differ by. */
const skewSeconds = 5;

/** Why an assertion was not taken. The words go to the client: nothing secret in them. */
export class AssertionRefused extends Error {
  readonly client: ClientDoc | null;

  constructor(words: string, client: ClientDoc | null = null) {
    super(words);
    this.name = 'AssertionRefused';
    this.client = client;
  }
}

/**
 * The client that signed an assertion: RS384 or ES384 with a kid that names exactly one of its keys, issuer and subject
 * the client, audience our token address, at most five minutes to live, and a jti never seen before.
 * Throws AssertionRefused.
 */
export async function verifyAssertion(
  lab: Laboratory,
  keys: KeyFinder,
  assertion: string,
  audience: readonly string[],
): Promise<ClientDoc> {
  const { alg, kid, id } = readUnverified(assertion);
  const client = await findClient(lab, id);
  if (client === null) throw new AssertionRefused('the client is not known');
  const fits = algorithms[alg];
  if (fits === undefined) throw new AssertionRefused('alg must be RS384 or ES384', client);
  const found = await keys.keysOf(client, kid).catch((thrown: unknown) => {
    throw new AssertionRefused(`keys could not be fetched: ${thrown instanceof Error ? thrown.message : ''}`, client);
  });
  const [key, more] = found;
  if (key === undefined) throw new AssertionRefused('kid names no key of the client', client);
  if (more !== undefined) throw new AssertionRefused('kid names more than one key of the client', client);
  if (!fits(key)) throw new AssertionRefused(`the key is not one for ${alg}`, client);
  const now = lab.now();
  const { payload } = await jwtVerify(assertion, await importJWK(key, alg), {
    algorithms: [alg],
    audience: [...audience],
    issuer: id,
    subject: id,
    requiredClaims: ['exp', 'jti'],
    clockTolerance: skewSeconds,
    currentDate: new Date(now),
  }).catch((thrown: unknown) => {
    throw new AssertionRefused(thrown instanceof Error ? thrown.message : 'is not valid', client);
  });
  const expires = (payload.exp ?? 0) * 1000;
  if (expires > now + (longestSeconds + skewSeconds) * 1000)
    throw new AssertionRefused('exp is more than five minutes away', client);
  await spendOnce(lab, client, payload.jti, expires);
  return client;
}

function readUnverified(assertion: string): { alg: string; kid: string; id: string } {
  try {
    const { alg, kid, typ } = decodeProtectedHeader(assertion);
    const { iss } = decodeJwt(assertion);
    if (typeof alg !== 'string' || typeof kid !== 'string' || kid === '' || typeof iss !== 'string')
      throw new AssertionRefused('alg, kid and iss are needed');
    if (typ !== undefined && typ.toUpperCase() !== 'JWT') throw new AssertionRefused('typ must be JWT');
    return { alg, kid, id: iss };
  } catch (thrown) {
    if (thrown instanceof AssertionRefused) throw thrown;
    throw new AssertionRefused('it is not a JWT');
  }
}

/** A jti is kept until its assertion has died. Throws AssertionRefused for one that was used. */
async function spendOnce(lab: Laboratory, client: ClientDoc, jti: unknown, expires: number): Promise<void> {
  if (typeof jti !== 'string' || jti === '' || jti.length > 1000) throw new AssertionRefused('jti is needed', client);
  const { assertions } = lab.collections;
  const dead = new Date(lab.now() - 2 * skewSeconds * 1000).toISOString();
  await assertions.deleteMany({ expiresAt: { $lt: dead } }, { durable: false });
  try {
    await assertions.insertOne({ _id: hash(`${client._id}\u001f${jti}`), expiresAt: new Date(expires).toISOString() });
  } catch (thrown) {
    if (!isLisError(thrown, 'STORE_DUPLICATE_KEY')) throw thrown;
    throw new AssertionRefused('jti was used before', client);
  }
}
