import { createServer } from 'node:http';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addClient, revokeClient } from '../../src/api/auth/clients.ts';
import { keepMs } from '../../src/api/auth/jwks.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';

interface Key {
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  readonly jwk: JWK;
  readonly alg: string;
}

const tokenUrl = 'http://lab.test/auth/token';
let laboratory: TestLaboratory;
let app: FastifyInstance;
let es: Key;
let rs: Key;
let clientId: string;
let ahead = 0;

async function makeKey(alg: 'ES384' | 'RS384' | 'ES256', kid: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg }, alg };
}

beforeAll(async () => {
  laboratory = await openTestLaboratory({ smart: { accessTokenSeconds: 120 } }, () => Date.now() + ahead);
  app = await laboratory.app();
  await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
  es = await makeKey('ES384', 'key-es');
  rs = await makeKey('RS384', 'key-rs');
  clientId = await addClient(laboratory.lab, 'emr', { jwks: { keys: [es.jwk, rs.jwk] } }, ['system/*.rs']);
});
afterAll(() => laboratory.close());

let jtis = 0;
interface Wrong {
  readonly key?: Key;
  readonly header?: Readonly<Record<string, string | undefined>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly seconds?: number;
}

function assertion(id: string, { key = es, header = {}, claims = {}, seconds = 240 }: Wrong = {}): Promise<string> {
  jtis += 1;
  const payload: Record<string, unknown> = {
    iss: id,
    sub: id,
    aud: tokenUrl,
    exp: Math.floor((Date.now() + ahead) / 1000) + seconds,
    jti: `jti-${jtis}`,
    ...claims,
  };
  const kept = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
  const head = { alg: key.alg, kid: key.jwk.kid ?? '', typ: 'JWT', ...header };
  const present = Object.entries(head).filter(([, value]) => value !== undefined);
  return new SignJWT(kept).setProtectedHeader({ alg: key.alg, ...Object.fromEntries(present) }).sign(key.privateKey);
}

function ask(signed: string, more: Readonly<Record<string, string | null>> = {}): Promise<LightMyRequestResponse> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: signed,
    scope: 'system/DiagnosticReport.rs',
  });
  for (const [name, value] of Object.entries(more)) {
    if (value === null) form.delete(name);
    else form.set(name, value);
  }
  return app.inject({
    method: 'POST',
    url: '/auth/token',
    headers: { host: 'lab.test', 'content-type': 'application/x-www-form-urlencoded' },
    payload: form.toString(),
  });
}

const read = async (token: string, url = '/fhir/R4/DiagnosticReport/A1'): Promise<number> =>
  (await app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } })).statusCode;

describe('SMART backend services', () => {
  test('the configuration tells address, method and algorithms without credentials', async () => {
    for (const url of ['/fhir/R4/.well-known/smart-configuration', '/.well-known/smart-configuration']) {
      const answer = await app.inject({ method: 'GET', url, headers: { host: 'lab.test' } });
      expect(answer.json()).toMatchObject({
        token_endpoint: tokenUrl,
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: ['private_key_jwt'],
        token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
      });
    }
  });

  test.each(['ES384', 'RS384'])('%s: an assertion gives a token that reads what the scope says', async (alg) => {
    const answer = await ask(await assertion(clientId, { key: alg === 'ES384' ? es : rs }));
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    const { access_token, token_type, expires_in, scope } = answer.json();
    expect({ token_type, expires_in, scope }).toEqual({
      token_type: 'bearer',
      expires_in: 120,
      scope: 'system/DiagnosticReport.rs',
    });
    expect(await read(access_token)).toBe(200);
    expect(await read(access_token, '/fhir/R4/Patient/BN001')).toBe(403);
    expect(answer.json().refresh_token).toBeUndefined();
  });

  test('a scope asked for is narrowed to what is registered', async () => {
    const narrow = await addClient(laboratory.lab, 'narrow', { jwks: { keys: [es.jwk] } }, [
      'system/Observation.rs',
      'system/Patient.r',
    ]);
    const granted = async (scope: string): Promise<unknown> =>
      (await ask(await assertion(narrow), { scope })).json().scope;
    expect(await granted('system/*.rs')).toBe('system/Observation.rs system/Patient.r');
    expect(await granted('system/Observation.read')).toBe('system/Observation.rs');
    const none = await ask(await assertion(narrow), { scope: 'system/Specimen.rs' });
    expect([none.statusCode, none.json().error]).toEqual([400, 'invalid_scope']);
  });

  test('a jti is taken once', async () => {
    const signed = await assertion(clientId);
    expect((await ask(signed)).statusCode).toBe(200);
    const again = await ask(signed);
    expect([again.statusCode, again.json().error]).toEqual([401, 'invalid_client']);
    const both = await assertion(clientId);
    const answers = await Promise.all([ask(both), ask(both), ask(both)]);
    expect(answers.map((each) => each.statusCode).sort()).toEqual([200, 401, 401]);
  });

  test.each<[string, Wrong]>([
    ['more than five minutes to live', { seconds: 360 }],
    ['dead already', { seconds: -60 }],
    ['no exp', { claims: { exp: undefined } }],
    ['no jti', { claims: { jti: undefined } }],
    ['another audience', { claims: { aud: 'http://elsewhere.test/auth/token' } }],
    ['another subject', { claims: { sub: 'someone' } }],
    ['a client that is not known', { claims: { iss: 'someone', sub: 'someone' } }],
    ['a kid that is not known', { header: { kid: 'other' } }],
    ['no kid', { header: { kid: undefined } }],
    ['the kid of another of its keys', { header: { kid: 'key-rs' } }],
    ['not yet valid', { claims: { nbf: Math.floor(Date.now() / 1000) + 600 } }],
  ])('%s is invalid_client', async (_name, wrong) => {
    const answer = await ask(await assertion(clientId, wrong));
    expect([answer.statusCode, answer.json().error]).toEqual([401, 'invalid_client']);
  });

  test('a foreign signature, another algorithm, none and garbage are invalid_client', async () => {
    const foreign = await makeKey('ES384', 'key-es');
    const weak = await makeKey('ES256', 'key-es');
    const unsigned = `${Buffer.from('{"alg":"none","kid":"key-es"}').toString('base64url')}.${Buffer.from(`{"iss":"${clientId}"}`).toString('base64url')}.`;
    for (const signed of [
      await assertion(clientId, { key: foreign }),
      await assertion(clientId, { key: weak }),
      unsigned,
      'garbage',
      'a.b.c',
    ]) {
      const answer = await ask(signed);
      expect([answer.statusCode, answer.json().error]).toEqual([401, 'invalid_client']);
    }
  });

  test('a kid that two keys have is refused', async () => {
    const twin = await makeKey('ES384', 'twin');
    const other = await makeKey('ES384', 'twin');
    const twins = await addClient(laboratory.lab, 'twins', { jwks: { keys: [twin.jwk, other.jwk] } }, ['system/*.rs']);
    expect((await ask(await assertion(twins, { key: twin }))).statusCode).toBe(401);
  });

  test.each([
    [{ grant_type: 'authorization_code' }, 'unsupported_grant_type'],
    [{ grant_type: null }, 'invalid_request'],
    [{ client_assertion_type: 'other' }, 'invalid_request'],
    [{ client_assertion: null }, 'invalid_request'],
    [{ scope: '' }, 'invalid_scope'],
  ])('%j is %s', async (more, error) => {
    const answer = await ask(await assertion(clientId), more);
    expect([answer.statusCode, answer.json().error]).toEqual([400, error]);
  });

  test('a token dies with its time, and with its client at once', async () => {
    const short = await addClient(laboratory.lab, 'short', { jwks: { keys: [es.jwk] } }, ['system/*.rs']);
    const first: string = (await ask(await assertion(short))).json().access_token;
    expect(await read(first)).toBe(200);
    ahead += 121_000;
    expect(await read(first)).toBe(401);
    const second: string = (await ask(await assertion(short))).json().access_token;
    expect(await read(second)).toBe(200);
    await revokeClient(laboratory.lab, 'short');
    expect(await read(second)).toBe(401);
    expect((await ask(await assertion(short))).statusCode).toBe(401);
  });
});

describe('keys at an address', () => {
  test('are kept as Cache-Control allows and fetched anew for a kid that is not known', async () => {
    let keys = [es.jwk];
    let cache = 'max-age=300';
    let fetches = 0;
    const server = createServer((_request, response) => {
      fetches += 1;
      response.setHeader('cache-control', cache).end(JSON.stringify({ keys }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const remote = await addClient(laboratory.lab, 'remote', { jwksUrl: `http://127.0.0.1:${port}/jwks` }, [
        'system/*.rs',
      ]);
      const tried = async (key: Key): Promise<number> => (await ask(await assertion(remote, { key }))).statusCode;
      expect([await tried(es), await tried(es), fetches]).toEqual([200, 200, 1]);
      // Rotation: a new kid is looked for at once; the old one is gone with it.
      const next = await makeKey('ES384', 'key-next');
      keys = [next.jwk];
      expect([await tried(next), fetches]).toEqual([200, 2]);
      expect(await tried(es)).toBe(401);
      ahead += 301_000;
      const before = fetches;
      expect([await tried(next), fetches]).toEqual([200, before + 1]);
      cache = 'no-store';
      ahead += 301_000;
      const start = fetches;
      expect([await tried(next), await tried(next), fetches]).toEqual([200, 200, start + 2]);
      // Unknown kids can't make a flood.
      const unknown = await makeKey('ES384', 'made-up');
      cache = 'max-age=300';
      await tried(next);
      const calm = fetches;
      for (let n = 0; n < 30; n += 1) await tried(unknown);
      expect(fetches - calm).toBeLessThanOrEqual(20);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('Cache-Control is read as it is written', () => {
    expect([
      keepMs('max-age=60'),
      keepMs('public, max-age="60"'),
      keepMs('no-store, max-age=60'),
      keepMs('no-cache'),
    ]).toEqual([60_000, 60_000, 0, 0]);
    expect(keepMs('max-age=999999999')).toBe(86_400_000);
    expect(keepMs(null)).toBe(keepMs('private'));
  });

  test('only over TLS, or from this machine; and only public keys', async () => {
    const add = (url: string): Promise<string> => addClient(laboratory.lab, 'x', { jwksUrl: url }, ['system/*.rs']);
    for (const url of [
      'http://emr.example/jwks',
      'ftp://emr.example/jwks',
      'http://127.0.0.1.evil.example/',
      'nonsense',
    ])
      await expect(add(url)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    const secret = { ...es.jwk, d: 'AAAA' };
    await expect(addClient(laboratory.lab, 'y', { jwks: { keys: [secret] } }, ['system/*.rs'])).rejects.toThrow(
      'private',
    );
  });
});
