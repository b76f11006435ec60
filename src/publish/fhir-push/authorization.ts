import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { importJWK, type JWK, SignJWT } from 'jose';
import { LisError } from '../../errors.ts';
import type { FhirDestination } from '../../laboratory/recipient-config.ts';
import { callHttp } from '../http-client.ts';

type SmartAuth = Exclude<NonNullable<FhirDestination['auth']>, { token: string }>;

/** How we sign in at a FHIR server. */
export interface Authorization {
  /** The header to send; empty where the server asks for none. Rejects when no token can be had. */
  headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** The token was not taken: get another next time. */
  forget(): void;
}

/** A token is used until shortly before its end. */
const marginMs = 10_000;
const ordinaryScope = 'system/*.cruds';
const assertionSeconds = 240;

export function createAuthorization(destination: FhirDestination, timeoutMs: number): Authorization {
  const { auth } = destination;
  if (auth === undefined) return { headers: async () => ({}), forget: () => undefined };
  if ('token' in auth) {
    const headers = { authorization: `Bearer ${auth.token}` };
    return { headers: async () => headers, forget: () => undefined };
  }
  let kept: { readonly token: string; readonly until: number } | null = null;
  return {
    async headers(signal) {
      if (kept === null || kept.until <= Date.now()) kept = await fetchToken(destination, auth, timeoutMs, signal);
      return { authorization: `Bearer ${kept.token}` };
    },
    forget() {
      kept = null;
    },
  };
}

/** SMART Backend Services, we as the client: an assertion signed with our key for a short-lived token. */
async function fetchToken(
  destination: FhirDestination,
  auth: SmartAuth,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ token: string; until: number }> {
  const tokenUrl = auth.tokenUrl ?? (await discover(destination, timeoutMs, signal));
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: auth.scope ?? ordinaryScope,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(auth, tokenUrl),
  });
  const answer = await callHttp({
    method: 'POST',
    url: tokenUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
    tls: destination.tls,
    timeoutMs,
    signal,
  });
  const read = member(answer.text);
  const token = read('access_token');
  if (answer.status !== 200 || typeof token !== 'string')
    throw new Error(`no access token: ${answer.status} ${String(read('error') ?? '')}`.trim());
  const seconds = read('expires_in');
  const lives = typeof seconds === 'number' ? seconds * 1000 : 60_000;
  return { token, until: Date.now() + Math.max(lives - marginMs, lives / 2) };
}

async function discover(destination: FhirDestination, timeoutMs: number, signal: AbortSignal): Promise<string> {
  const url = `${destination.url.replace(/\/$/, '')}/.well-known/smart-configuration`;
  const answer = await callHttp({ method: 'GET', url, tls: destination.tls, timeoutMs, signal });
  const endpoint = answer.status === 200 ? member(answer.text)('token_endpoint') : undefined;
  if (typeof endpoint !== 'string') throw new Error(`no token address at ${url}`);
  return endpoint;
}

async function assertion(auth: SmartAuth, audience: string): Promise<string> {
  const key = readKey(auth.keyFile);
  const alg = key.kty === 'RSA' ? 'RS384' : 'ES384';
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg, kid: key.kid ?? '', typ: 'JWT' })
    .setIssuer(auth.clientId)
    .setSubject(auth.clientId)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + assertionSeconds)
    .sign(await importJWK(key, alg));
}

/** Our private key as a JWK. Throws CONFIG_UNREADABLE; never tells what stands in the file. */
function readKey(file: string): JWK {
  const refuse = (detail: string): LisError => new LisError('CONFIG_UNREADABLE', { file, detail });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (thrown) {
    throw refuse(thrown instanceof Error ? thrown.message : '');
  }
  const read = member(text);
  const kty = read('kty');
  if (typeof kty !== 'string' || read('d') === undefined) throw refuse('is not a private key as a JWK');
  const key: JWK = JSON.parse(text);
  return key;
}

/** Members of a JSON object; none of anything else. */
function member(text: string): (name: string) => unknown {
  try {
    const read: unknown = JSON.parse(text);
    return (name) =>
      typeof read === 'object' && read !== null && Object.hasOwn(read, name) ? Reflect.get(read, name) : undefined;
  } catch {
    return () => undefined;
  }
}
