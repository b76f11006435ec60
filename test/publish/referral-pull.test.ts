import { createServer, type Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { unzipSync, zipSync } from 'fflate';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amendObservation } from '../../src/acts/correct.ts';
import { issueDue } from '../../src/acts/issue.ts';
import { createUser } from '../../src/api/auth/users.ts';
import { openPapers, type Papers } from '../../src/publish/papers.ts';
import { isPullToken, makePullToken } from '../../src/publish/referral/pull-token.ts';
import { type Publishing, startPublishing } from '../../src/publish/start.ts';
import { until } from '../journeys/until.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { type KeyFolder, openKeyFolder } from './signed-laboratory.ts';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const clock = { ahead: 0 };
interface Told {
  readonly report: string;
  readonly version: number;
  readonly path: string;
  readonly url: string;
  readonly token: string;
  readonly expiresAt: string;
}

let keys: KeyFolder;
let province: TestLaboratory;
let central: TestLaboratory;
let from: FastifyInstance;
let to: FastifyInstance;
let papers: Papers;
let publishing: Publishing;
let hook: Server;
const told: Told[] = [];
const bodies: string[] = [];
let sender: { cookie: string };
let receiver: { cookie: string };

async function doctorOf(site: TestLaboratory, app: FastifyInstance): Promise<{ cookie: string }> {
  const password = 'Nui-Cao-Bien-Rong-42';
  await createUser(site.lab, { username: 'bs-minh', password, role: 'doctor', name: 'Bác sĩ Minh' });
  const payload = { username: 'bs-minh', password };
  const answer = await app.inject({ method: 'POST', url: '/api/session', payload });
  return { cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '' };
}

beforeAll(async () => {
  // What a receiving hospital has: an address that is called, and the secret both sides know.
  hook = createServer(async (request, answer) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    bodies.push(body);
    const call = new Webhook(secret).verify(body, request.headers as Record<string, string>) as { data: Told };
    told.push(call.data);
    answer.writeHead(202).end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const address = hook.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  keys = await openKeyFolder();
  const people = [await keys.person('lan', 'Phạm Thị Lan'), await keys.person('bs-minh', 'Bác sĩ Minh')];
  const signing = { trust: [keys.trustFile], revocation: 'off' as const };
  province = await openTestLaboratory(
    {
      lab: { id: '24001', name: 'Bắc Giang' },
      http: { publicUrl: 'https://xn.bacgiang.vn/' },
      signing: { ...signing, keys: people },
      recipients: [
        {
          id: 'bach-mai',
          referral: true,
          webhook: { url: `http://127.0.0.1:${port}/`, secret, pullSeconds: 600 },
          retrySeconds: [0.05, 0.1],
        },
      ],
    },
    () => Date.now() + clock.ahead,
  );
  central = await openTestLaboratory({ lab: { id: '01001', name: 'Bạch Mai' }, signing: { ...signing, keys: [] } });
  papers = openPapers(province.lab);
  publishing = await startPublishing(province.lab, papers);
  from = await province.app({ papers, publishing });
  to = await central.app();
  sender = await doctorOf(province, from);
  receiver = await doctorOf(central, to);
});
afterAll(async () => {
  await publishing.close();
  await papers.close();
  await province.close();
  await central.close();
  await keys.close();
  await new Promise((resolve) => hook.close(resolve));
});

const pull = (path: string, token: string) =>
  from.inject({ url: path, headers: token === '' ? {} : { authorization: `Bearer ${token}` } });
const importInto = (payload: Uint8Array) =>
  to.inject({
    method: 'POST',
    url: '/api/referrals/import',
    headers: { ...receiver, 'content-type': 'application/zip' },
    payload: Buffer.from(payload),
  });
async function refer(accession: string): Promise<Told> {
  const payload = { patient: 'BN001', recipient: 'bach-mai', accessions: [accession] };
  const before = told.length;
  const made = await from.inject({ method: 'POST', url: '/api/referrals', headers: sender, payload });
  expect(made.statusCode).toBe(201);
  await until('the notification', () => told.length > before);
  const call = told.at(-1);
  return call ?? expect.unreachable('nobody was told');
}

describe('a referral recipient that is told and fetches', () => {
  test('is told nothing of the patient, fetches the signed package with the token, and takes it in', async () => {
    await province.analyte('TITER');
    await province.release({ accession: 'R1' }, { GLU: '7.10', TITER: '>1:640' });
    const { report, path, url, token, version } = await refer('R1');
    expect([report, version, url]).toEqual(['R1-v1', 1, `https://xn.bacgiang.vn${path}`]);
    expect(bodies.at(-1)).not.toMatch(/BN001|Nguyễn|7\.10/);
    const fetched = await pull(path, token);
    expect([fetched.statusCode, fetched.headers['content-type']]).toEqual([200, 'application/zip']);
    const taken = await importInto(fetched.rawPayload);
    expect([taken.statusCode, taken.json()]).toEqual([200, { imported: 1 }]);
    expect((await importInto(fetched.rawPayload)).json()).toEqual({ imported: 0 });
    const external = (await to.inject({ url: '/api/external?patient=BN001', headers: receiver })).json();
    // Digits and comparators arrive as they left, of a titer too.
    expect(external.items[0].observations).toMatchObject([
      { analyte: 'GLU', value: '7.10' },
      { analyte: 'TITER', value: '1:640', comparator: '>' },
    ]);
    const delivery = await province.lab.collections.outbox.findOne({ _id: 'R1-v1.bach-mai' });
    expect(delivery?.state).toBe('delivered');
    await pull(path, token);
    expect((await province.lab.collections.outbox.findOne({ _id: 'R1-v1.bach-mai' }))?.ack?.code).toBe('fetched');
    const trail = await province.lab.collections.audit.find({ actor: 'recipient:bach-mai' }).toArray();
    expect(trail[0]).toMatchObject({ action: 'referral-pull', subject: 'BN001' });
  });

  test('with a changed byte in any part, what it fetched is refused', async () => {
    await province.release({ accession: 'R2' }, { GLU: '5.00' });
    const { path, token } = await refer('R2');
    const files = unzipSync(new Uint8Array((await pull(path, token)).rawPayload));
    for (const [name, content] of Object.entries(files)) {
      const changed = new Uint8Array(content);
      const middle = changed.length >> 1;
      changed[middle] = (changed[middle] ?? 0) ^ 1;
      const answer = await importInto(zipSync({ ...files, [name]: changed }));
      expect([name, [400, 422].includes(answer.statusCode), answer.json().code]).toEqual([
        name,
        true,
        expect.any(String),
      ]);
    }
    expect(await central.lab.collections.external.countDocuments({ 'origin.accession': 'R2' })).toBe(0);
  });

  test('without the token, with another’s, with one for another report or a changed one, gets nothing', async () => {
    await province.release({ accession: 'R3' }, { GLU: '5.00' });
    await province.release({ accession: 'R4' }, { GLU: '6.00' });
    const third = await refer('R3');
    const fourth = await refer('R4');
    const later = third.token.replace(/^\d+/, (seconds) => String(Number(seconds) + 3600));
    const last = third.token.at(-1) === 'A' ? 'B' : 'A';
    const { authorization } = await province.bearer('system/*.cruds');
    const tokens = ['', 'x', fourth.token, later, `${third.token.slice(0, -1)}${last}`, authorization.slice(7)];
    for (const token of tokens) {
      const answer = await pull(third.path, token);
      expect([token, answer.statusCode, answer.json().code]).toEqual([token, 401, 'AUTH_REQUIRED']);
    }
    for (const path of ['/api/referrals/pull/nobody/R3-v1', '/api/referrals/pull/bach-mai/nothing-v1'])
      expect((await pull(path, third.token)).statusCode).toBe(401);
    expect((await pull(third.path, third.token)).statusCode).toBe(200);
  });

  test('gets the newest version whichever it was told of, is told of a correction, and nothing once the time is over', async () => {
    const { lab } = province;
    await province.release({ accession: 'R5' }, { GLU: '7.10' });
    const first = await refer('R5');
    const [observation] = await lab.collections.observations.find({ accession: 'R5' }).toArray();
    const before = told.length;
    await amendObservation(lab, { username: 'bs-minh', role: 'doctor' }, observation?._id ?? '', {
      version: observation?.version ?? 0,
      reason: 'đo lại',
      value: '6.20',
    });
    await issueDue(lab, 'R5');
    await until('the notification of the correction', () => told.length > before);
    expect(told.at(-1)).toMatchObject({ report: 'R5-v2', version: 2 });
    const old = unzipSync(new Uint8Array((await pull(first.path, first.token)).rawPayload));
    expect(Object.keys(old).every((name) => name.startsWith('R5-v2'))).toBe(true);
    clock.ahead += 601_000;
    expect((await pull(first.path, first.token)).statusCode).toBe(401);
  });
});

describe('a pull token', () => {
  test('opens what it was made for until its second, with the secret it was made with', () => {
    const what = { recipient: 'a', report: 'b-v1' };
    const end = new Date('2026-11-25T10:00:00.000Z');
    const token = makePullToken(secret, what, end);
    const at = (offset: number): Date => new Date(end.getTime() + offset);
    expect(isPullToken(secret, what, token, at(-1))).toBe(true);
    expect(isPullToken(secret, what, token, at(0))).toBe(false);
    expect(isPullToken(`whsec_${Buffer.alloc(24, 8).toString('base64')}`, what, token, at(-1))).toBe(false);
    expect(isPullToken(secret, { recipient: 'a', report: 'b-v2' }, token, at(-1))).toBe(false);
    for (const broken of ['', '.', `${token}x`, token.slice(1), 'x'.repeat(9000)])
      expect(isPullToken(secret, what, broken, at(-1))).toBe(false);
  });
});
