import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser } from '../../src/api/auth/users.ts';
import { openPapers, type Papers } from '../../src/publish/papers.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { type KeyFolder, openKeyFolder } from './signed-laboratory.ts';

let keys: KeyFolder;
/** Where it was signed. */
let province: TestLaboratory;
let papers: Papers;
/** Who trusts that authority, and who does not. */
let central: TestLaboratory;
let stranger: TestLaboratory;

const files: { readonly kind: string; readonly content: Uint8Array }[] = [];

beforeAll(async () => {
  keys = await openKeyFolder();
  const signing = { trust: [keys.trustFile], revocation: 'off' as const };
  const people = [await keys.person('lan', 'Phạm Thị Lan')];
  province = await openTestLaboratory({ lab: { id: '24001' }, signing: { ...signing, keys: people } });
  central = await openTestLaboratory({ lab: { id: '01001' }, signing: { ...signing, keys: [] } });
  stranger = await openTestLaboratory({ lab: { id: '01002' } });
  papers = openPapers(province.lab);
  const report = await province.release({ accession: 'V1' }, { GLU: '7.10' });
  const { vi, document } = await papers.forms(report);
  files.push({ kind: 'pdf', content: vi }, { kind: 'bundle', content: document });
});
afterAll(async () => {
  await papers.close();
  await Promise.all([province.close(), central.close(), stranger.close()]);
  await keys.close();
});

async function signedIn(site: TestLaboratory): Promise<{ app: FastifyInstance; cookie: string }> {
  const app = await site.app();
  const password = 'Nui-Cao-Bien-Rong-42';
  await createUser(site.lab, { username: 'hoa', password, role: 'receptionist' });
  const answer = await app.inject({ method: 'POST', url: '/api/session', payload: { username: 'hoa', password } });
  return { app, cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '' };
}
const check = (app: FastifyInstance, payload: Uint8Array, headers: object, type = 'application/octet-stream') =>
  app.inject({
    method: 'POST',
    url: '/api/verify',
    headers: { ...headers, 'content-type': type },
    payload: Buffer.from(payload),
  });

test('whoever is signed in sees who signed what came from elsewhere, and that a changed byte is no valid signature', async () => {
  const { app, cookie } = await signedIn(central);
  for (const { kind, content } of files) {
    const sound = await check(app, content, { cookie });
    expect([kind, sound.statusCode, sound.json()]).toMatchObject([
      kind,
      200,
      { kind, intact: true, trusted: true, signatures: [{ signer: 'Phạm Thị Lan', time: 'signer' }] },
    ]);
    const bent = new Uint8Array(content);
    const middle = bent.length >> 1;
    bent[middle] = (bent[middle] ?? 0) ^ 1;
    expect([kind, (await check(app, bent, { cookie })).json()]).toMatchObject([
      kind,
      { intact: false, trusted: false },
    ]);
  }
  // Its own media type is as good: the bytes are what counts.
  const [, bundle] = files;
  const named = await check(app, bundle?.content ?? new Uint8Array(), { cookie }, 'application/json');
  expect(named.json()).toMatchObject({ kind: 'bundle', intact: true });
  const nothing = await check(app, Buffer.from('xin chào'), { cookie });
  expect(nothing.json()).toMatchObject({ kind: 'unknown', intact: false, reason: expect.any(String) });
  expect((await check(app, new Uint8Array(), { cookie })).statusCode).toBe(400);
});

test('where that authority is not trusted it is intact and its signer nobody', async () => {
  const { app, cookie } = await signedIn(stranger);
  for (const { kind, content } of files)
    expect([kind, (await check(app, content, { cookie })).json()]).toMatchObject([
      kind,
      { intact: true, trusted: false, signatures: [{ authority: null }] },
    ]);
});

test('is for persons: not without a session, and not for a token', async () => {
  const app = await central.app();
  const content = files[0]?.content ?? new Uint8Array();
  expect((await check(app, content, {})).statusCode).toBe(401);
  expect((await check(app, content, await central.bearer('system/*.cruds'))).statusCode).toBe(403);
});
