import { LisError } from '../../errors.ts';
import type { RemoteConfig } from '../../laboratory/signing-config.ts';
import { callHttp, type HttpCall } from '../http-client.ts';
import { readSecret } from './port.ts';
import { tokenAnswer } from './remote-answers.ts';

/** The account at a remote signer. */
export interface RemoteAccess {
  /** The bearer token, fetched where there is none that lives. Rejects with SIGNING_REMOTE_FAILED. */
  token(): Promise<string>;
  /** The token was not taken: get another next time. */
  forget(): void;
}

/** A token is used until shortly before its end. */
const marginMs = 10_000;
const ordinarySeconds = 300;

/** With a token from a file, OAuth client credentials, or user name and password at `auth/login`. */
export function createRemoteAccess(place: RemoteConfig, signal: AbortSignal): RemoteAccess {
  const { auth } = place;
  let kept: { readonly token: string; readonly until: number } | null = null;
  return {
    async token() {
      if ('tokenFile' in auth) return readSecret(auth.tokenFile);
      if (kept === null || kept.until <= Date.now()) kept = await fetchToken(place, signInCall(place, auth), signal);
      return kept.token;
    },
    forget() {
      kept = null;
    },
  };
}

type SignIn = Exclude<RemoteConfig['auth'], { tokenFile: string }>;

function signInCall(place: RemoteConfig, auth: SignIn): Pick<HttpCall, 'url' | 'headers' | 'body'> {
  if ('clientSecretFile' in auth) {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: auth.clientId,
      client_secret: readSecret(auth.clientSecretFile),
      scope: 'service',
    });
    return { url: auth.tokenUrl, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `${form}` };
  }
  const credentials = Buffer.from(`${auth.username}:${readSecret(auth.passwordFile)}`, 'utf8').toString('base64');
  return {
    url: `${place.url.replace(/\/$/, '')}/auth/login`,
    headers: { 'content-type': 'application/json', authorization: `Basic ${credentials}` },
    body: '{}',
  };
}

async function fetchToken(
  place: RemoteConfig,
  signIn: Pick<HttpCall, 'url' | 'headers' | 'body'>,
  signal: AbortSignal,
): Promise<{ token: string; until: number }> {
  const failed = (detail: string, cause?: unknown): LisError =>
    new LisError('SIGNING_REMOTE_FAILED', { url: place.url, detail }, cause);
  const answer = await callHttp({
    ...signIn,
    method: 'POST',
    tls: place.tls,
    timeoutMs: place.timeoutSeconds * 1000,
    signal,
  }).catch((thrown: unknown) => {
    throw failed(thrown instanceof Error ? thrown.message : 'no answer', thrown);
  });
  let read: unknown = null;
  try {
    read = JSON.parse(answer.text);
  } catch {
    // What is no JSON is no token.
  }
  const found = tokenAnswer.safeParse(read);
  if (answer.status !== 200 || !found.success) throw failed(`the sign-in answered ${answer.status}`);
  const { access_token: token, expires_in: seconds = ordinarySeconds } = found.data;
  return { token, until: Date.now() + seconds * 1000 - marginMs };
}
