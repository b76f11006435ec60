import { X509Certificate } from 'node:crypto';
import type { z } from 'zod';
import { isLisError, LisError } from '../../errors.ts';
import type { RemoteConfig } from '../../laboratory/signing-config.ts';
import { callHttp } from '../http-client.ts';
import { algorithmOf, algorithms, type SignatureAlgorithm } from './algorithms.ts';
import { pssParameters } from './cms.ts';
import { keyWith, readSecret, type SigningKey, wrongKind } from './port.ts';
import { checkedSignature, digestOf } from './raw-signature.ts';
import { createRemoteAccess, type RemoteAccess } from './remote-access.ts';
import {
  authorizeAnswer,
  type CredentialFacts,
  errorAnswer,
  infoAnswer,
  listAnswer,
  signAnswer,
} from './remote-answers.ts';

/** Accounts at remote signers, signed in between signatures. */
export interface RemoteSigners {
  /** A person's key. Rejects with SIGNING_REMOTE_FAILED, SIGNING_PIN_REFUSED, SIGNING_KEY_UNREADABLE. */
  key(place: RemoteConfig, anchors: readonly X509Certificate[], at: Date): Promise<SigningKey>;
  close(): void;
}

export function openRemoteSigners(): RemoteSigners {
  const running = new AbortController();
  const accesses = new Map<string, RemoteAccess>();
  /** PINs a credential refused: tried again they would lock it. */
  const refused = new Map<string, string>();

  return {
    async key(place, anchors, at) {
      const account = JSON.stringify(place);
      const access = accesses.get(account) ?? createRemoteAccess(place, running.signal);
      accesses.set(account, access);
      const signer = { place, access, refused, signal: running.signal };
      const credential = place.credential ?? (await onlyCredential(signer));
      const body = { credentialID: credential, certificates: 'chain', certInfo: false, authInfo: true };
      const facts = await call(signer, 'credentials/info', body, infoAnswer);
      const [certificate, ...others] = certificatesOf(place, facts);
      const algorithm = certificate === undefined ? null : chosen(certificate, facts);
      if (certificate === undefined || algorithm === null)
        throw new LisError('SIGNING_KEY_UNREADABLE', { file: place.url, detail: wrongKind });
      requireUsable(place, facts);
      const sign: SigningKey['sign'] = async (content, encoding) => {
        const given = await signOnce(signer, credential, facts, algorithm, digestOf(algorithm, content));
        const made = checkedSignature(algorithm, certificate.publicKey, content, given, encoding);
        if (made === null) throw failed(place, "its signature does not fit the certificate's key");
        return made;
      };
      return keyWith({ algorithm, certificate, others, sign }, anchors, at);
    },
    close: () => running.abort(),
  };
}

interface Signer {
  readonly place: RemoteConfig;
  readonly access: RemoteAccess;
  readonly refused: Map<string, string>;
  readonly signal: AbortSignal;
}

const failed = ({ url }: RemoteConfig, detail: string, cause?: unknown): LisError =>
  new LisError('SIGNING_REMOTE_FAILED', { url, detail }, cause);

const isSecond = ({ url }: RemoteConfig): boolean => /\/v2\/?$/.test(url);

/** One call with the account's token; once more with a new token where the old one is not taken. Rejects with SIGNING_REMOTE_FAILED. */
async function call<T>(signer: Signer, method: string, body: object, answer: z.ZodType<T>): Promise<T> {
  const { place, access } = signer;
  try {
    let { status, text } = await post(signer, method, body);
    if (status === 401) {
      access.forget();
      ({ status, text } = await post(signer, method, body));
    }
    const read: unknown = parsed(text);
    if (status !== 200) {
      // Only the code: a description may hold anything.
      const { data } = errorAnswer.safeParse(read);
      throw failed(place, `${method} answered ${status}${data === undefined ? '' : ` ${data.error}`}`);
    }
    const found = answer.safeParse(read);
    if (!found.success) throw failed(place, `${method} answered in a form that is not known`);
    return found.data;
  } catch (thrown) {
    if (thrown instanceof LisError) throw thrown;
    throw failed(place, thrown instanceof Error ? thrown.message : 'no answer', thrown);
  }
}

async function post({ place, access, signal }: Signer, method: string, body: object) {
  return callHttp({
    method: 'POST',
    url: `${place.url.replace(/\/$/, '')}/${method}`,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${await access.token()}`,
    },
    body: JSON.stringify(body),
    tls: place.tls,
    timeoutMs: place.timeoutSeconds * 1000,
    signal,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function onlyCredential(signer: Signer): Promise<string> {
  const { credentialIDs } = await call(signer, 'credentials/list', {}, listAnswer);
  const [only, more] = credentialIDs;
  if (only === undefined) throw failed(signer.place, 'the account has no credential');
  if (more !== undefined) throw failed(signer.place, `name one of the credentials: ${credentialIDs.join(', ')}`);
  return only;
}

function certificatesOf(place: RemoteConfig, { cert }: CredentialFacts): X509Certificate[] {
  try {
    return cert.certificates.map((each) => new X509Certificate(Buffer.from(each, 'base64')));
  } catch (thrown) {
    throw failed(place, 'its certificate can not be read', thrown);
  }
}

const pss = '1.2.840.113549.1.1.10';

/** As the key dictates; PSS where the credential takes nothing else of RSA. */
function chosen(certificate: X509Certificate, { key }: CredentialFacts): SignatureAlgorithm | null {
  const ours = algorithmOf(certificate.publicKey);
  const rsa = key.algo.filter((each) => each.startsWith('1.2.840.113549.1.1.'));
  return ours === 'RS256' && rsa.length > 0 && rsa.every((each) => each === pss) ? 'PS256' : ours;
}

/** What stands in the way of signing without a person beside the machine. */
function requireUsable(place: RemoteConfig, facts: CredentialFacts): void {
  if (facts.key.status !== undefined && facts.key.status !== 'enabled')
    throw failed(place, `the credential's key is ${facts.key.status}`);
  if (facts.cert.status !== undefined && facts.cert.status !== 'valid')
    throw failed(place, `the credential's certificate is ${facts.cert.status}`);
  const mode = facts.authMode ?? facts.auth?.mode;
  if (mode === 'oauth2code' || mode === 'oauth2')
    throw failed(place, 'the credential is authorised in a browser: choose one with a PIN, or implicit');
  const once = facts.OTP?.presence === true || facts.auth?.objects.some(({ type }) => /otp/i.test(type)) === true;
  if (once) throw failed(place, 'the credential asks for a one-time password: choose one with a PIN, or implicit');
  if (asksPin(facts) && place.pinFile === undefined)
    throw failed(place, 'the credential asks for a PIN: name its pinFile');
}

const asksPin = ({ PIN, auth }: CredentialFacts): boolean =>
  PIN?.presence === true || auth?.objects.some(({ type }) => /^(pin|password)$/i.test(type)) === true;

async function signOnce(
  signer: Signer,
  credentialID: string,
  facts: CredentialFacts,
  algorithm: SignatureAlgorithm,
  digest: Buffer,
): Promise<Uint8Array> {
  const { place } = signer;
  const hashes = [digest.toString('base64')];
  const { hashOid, oid, kind } = algorithms[algorithm];
  const SAD = await authorize(signer, credentialID, facts, hashes, hashOid);
  const second = isSecond(place);
  const body = {
    credentialID,
    SAD,
    ...(second ? { hashes, hashAlgorithmOID: hashOid } : { hash: hashes, hashAlgo: hashOid }),
    signAlgo: oid,
    ...(kind === 'rsa-pss' ? { signAlgoParams: Buffer.from(pssParameters(algorithm).toBER()).toString('base64') } : {}),
  };
  const { signatures } = await call(signer, 'signatures/signHash', body, signAnswer);
  return new Uint8Array(Buffer.from(signatures[0] ?? '', 'base64'));
}

async function authorize(
  signer: Signer,
  credentialID: string,
  facts: CredentialFacts,
  hashes: readonly string[],
  hashOid: string,
): Promise<string> {
  const { place, refused } = signer;
  const second = isSecond(place);
  const pin = asksPin(facts) && place.pinFile !== undefined ? readSecret(place.pinFile) : null;
  const name = `${place.url} ${credentialID}`;
  if (pin !== null && refused.get(name) === pin) throw new LisError('SIGNING_PIN_REFUSED', { place: place.url });
  const pinId = facts.auth?.objects.find(({ type }) => /^(pin|password)$/i.test(type))?.id ?? 'PIN';
  const body = {
    credentialID,
    numSignatures: 1,
    ...(second ? { hashes, hashAlgorithmOID: hashOid } : { hash: hashes }),
    ...(pin === null ? {} : second ? { authData: [{ id: pinId, value: pin }] } : { PIN: pin }),
    description: 'Cuvette',
  };
  try {
    const { SAD } = await call(signer, 'credentials/authorize', body, authorizeAnswer);
    refused.delete(name);
    return SAD;
  } catch (thrown) {
    // Asking again would lock it.
    if (pin === null || !refusesPin(thrown)) throw thrown;
    refused.set(name, pin);
    throw new LisError('SIGNING_PIN_REFUSED', { place: place.url }, thrown);
  }
}

/** `invalid_pin` (version 1) or another refusal of what authorises, not an outage. */
function refusesPin(thrown: unknown): boolean {
  const detail = isLisError(thrown, 'SIGNING_REMOTE_FAILED') ? String(thrown.context.detail) : '';
  return /^credentials\/authorize answered 4\d\d \S*(pin|auth_?data)/i.test(detail);
}
