import type { KeyPairKeyObjectResult } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { signDigest } from './sign-digest.ts';

/** One credential of the account: a key and its certificates, and how its use is authorised. */
export interface RemoteCredential {
  readonly keys: KeyPairKeyObjectResult;
  /** DER, the signer's first. */
  readonly certificates: readonly Uint8Array[];
  readonly algo: readonly string[];
  readonly pin?: string;
  readonly otp?: boolean;
  readonly keyStatus?: string;
}

/** A signer as the Cloud Signature Consortium's API describes one, written without the product's code. */
export interface RemoteSigner {
  /** Base address of version 1 or 2. */
  url(version: 1 | 2): string;
  readonly credentials: Map<string, RemoteCredential>;
  /** Every call: method and body as text. */
  readonly calls: { readonly method: string; readonly body: string }[];
  /** What it does with the next calls to signatures/signHash. */
  behaviour: 'sign' | 'hang' | '500' | 'other key' | 'noise';
  /** Tokens given so far are not taken any more. */
  expire(): void;
  close(): void;
}

const pss = '1.2.840.113549.1.1.10';
export const account = { username: 'lab-24001', password: 'mật khẩu tài khoản', clientSecret: 'bí mật' };

export async function startRemoteSigner(): Promise<RemoteSigner> {
  const credentials = new Map<string, RemoteCredential>();
  const calls: { method: string; body: string }[] = [];
  const sads = new Map<string, { credential: string; hash: string }>();
  let tokens = new Set<string>();
  let count = 0;
  const state: { behaviour: RemoteSigner['behaviour'] } = { behaviour: 'sign' };

  function answer(response: ServerResponse, status: number, body: object): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const part of request.setEncoding('utf8')) text += String(part);
    const [, version, method] = /^\/csc\/(v[12])\/(.+)$/.exec(request.url ?? '') ?? [];
    calls.push({ method: method ?? request.url ?? '', body: text });
    const authorization = String(request.headers.authorization ?? '');
    const newToken = (): void => {
      count += 1;
      tokens.add(`token-${count}`);
      answer(response, 200, { access_token: `token-${count}`, token_type: 'Bearer', expires_in: 3600 });
    };
    if (request.url === '/oauth2/token') {
      const form = new URLSearchParams(text);
      if (form.get('grant_type') === 'client_credentials' && form.get('client_secret') === account.clientSecret)
        return newToken();
      return answer(response, 401, { error: 'invalid_client' });
    }
    if (method === 'auth/login') {
      const basic = Buffer.from(`${account.username}:${account.password}`, 'utf8').toString('base64');
      return authorization === `Basic ${basic}` ? newToken() : answer(response, 401, { error: 'invalid_request' });
    }
    if (!tokens.has(authorization.replace('Bearer ', ''))) return answer(response, 401, { error: 'invalid_token' });
    const body = JSON.parse(text);
    if (method === 'credentials/list') return answer(response, 200, { credentialIDs: [...credentials.keys()] });
    const credential = credentials.get(body.credentialID);
    if (credential === undefined) return answer(response, 400, { error: 'invalid_request' });
    if (method === 'credentials/info') return answer(response, 200, describe(credential, version === 'v2'));
    if (method === 'credentials/authorize') {
      const given = version === 'v2' ? body.authData?.[0]?.value : body.PIN;
      if (given !== credential.pin) return answer(response, 400, { error: 'invalid_pin', error_description: 'PIN?' });
      count += 1;
      sads.set(`sad-${count}`, { credential: body.credentialID, hash: (body.hashes ?? body.hash)[0] });
      return answer(response, 200, { SAD: `sad-${count}`, expiresIn: 300 });
    }
    if (state.behaviour === 'hang') return;
    if (state.behaviour === '500') return answer(response, 500, { error: 'server_error' });
    if (state.behaviour === 'noise') return void response.end('<html>');
    const [hash] = body.hashes ?? body.hash;
    const authorised = sads.get(body.SAD);
    sads.delete(body.SAD);
    if (authorised?.credential !== body.credentialID || authorised?.hash !== hash)
      return answer(response, 400, { error: 'invalid_request' });
    const other = [...credentials.values()].find((each) => each !== credential) ?? credential;
    const { privateKey } = (state.behaviour === 'other key' ? other : credential).keys;
    const digest = Buffer.from(hash, 'base64');
    answer(response, 200, { signatures: [signDigest(privateKey, digest, body.signAlgo === pss).toString('base64')] });
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: (version) => `http://127.0.0.1:${port}/csc/v${version}`,
    credentials,
    calls,
    get behaviour() {
      return state.behaviour;
    },
    set behaviour(next) {
      state.behaviour = next;
    },
    expire() {
      tokens = new Set();
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function describe({ certificates, algo, pin, otp, keyStatus }: RemoteCredential, second: boolean): object {
  return {
    key: { status: keyStatus ?? 'enabled', algo, len: 256 },
    cert: { status: 'valid', certificates: certificates.map((each) => Buffer.from(each).toString('base64')) },
    ...(second
      ? { auth: { mode: 'explicit', objects: pin === undefined ? [] : [{ id: 'PIN', type: 'Password' }] } }
      : {
          authMode: pin === undefined ? 'implicit' : 'explicit',
          PIN: { presence: pin === undefined ? 'false' : 'true' },
          OTP: { presence: otp === true ? 'true' : 'false' },
        }),
    multisign: 1,
  };
}
