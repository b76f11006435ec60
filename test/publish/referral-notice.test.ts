import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { unzipSync, zipSync } from 'fflate';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUser } from '../../src/api/auth/users.ts';
import { openPapers, type Papers } from '../../src/publish/papers.ts';
import { type Fetching, startFetching } from '../../src/publish/referral/fetching.ts';
import { type Intake, openIntake } from '../../src/publish/referral/import.ts';
import { makePullToken } from '../../src/publish/referral/pull-token.ts';
import { type Publishing, startPublishing } from '../../src/publish/start.ts';
import { until } from '../journeys/until.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { type KeyFolder, openKeyFolder } from './signed-laboratory.ts';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const clock = { ahead: 0 };
/** What stands between the two hospitals: passes on, or answers something else. */
const way: { answer: ((path: string) => { status: number; body: Uint8Array } | null) | null; asked: string[] } = {
  answer: null,
  asked: [],
};

let keys: KeyFolder;
let province: TestLaboratory;
let central: TestLaboratory;
let from: FastifyInstance;
let to: FastifyInstance;
let papers: Papers;
let publishing: Publishing;
let intake: Intake;
let fetching: Fetching;
let between: Server;
let told: string;
let doctor: { cookie: string };

beforeAll(async () => {
  keys = await openKeyFolder();
  const signing = { trust: [keys.trustFile], revocation: 'off' as const };
  const people = [await keys.person('lan', 'Phạm Thị Lan')];
  province = await openTestLaboratory({
    lab: { id: '24001', name: 'Bắc Giang' },
    signing: { ...signing, keys: people },
  });
  papers = openPapers(province.lab);
  publishing = await startPublishing(province.lab, papers);
  from = await province.app({ papers, publishing });
  between = createServer(async (request, answer) => {
    const url = request.url ?? '';
    way.asked.push(url);
    const other = way.answer?.(url) ?? null;
    const passed = await from.inject({ url, headers: { authorization: request.headers.authorization ?? '' } });
    answer.writeHead(other?.status ?? passed.statusCode).end(other?.body ?? passed.rawPayload);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(between.address() as AddressInfo).port}/`;
  central = await openTestLaboratory(
    {
      lab: { id: '01001', name: 'Bạch Mai' },
      signing: { ...signing, keys: [] },
      referral: { senders: [{ id: 'bac-giang', name: 'BVĐK Bắc Giang', url, secret }] },
    },
    () => Date.now() + clock.ahead,
  );
  intake = openIntake(central.lab);
  fetching = startFetching(central.lab, stumbling());
  to = await central.app({ intake });
  told = `${await to.listen({ host: '127.0.0.1', port: 0 })}/api/referrals/notices/bac-giang`;
  const password = 'Nui-Cao-Bien-Rong-42';
  await createUser(central.lab, { username: 'bs-minh', password, role: 'doctor' });
  const signed = await to.inject({ method: 'POST', url: '/api/session', payload: { username: 'bs-minh', password } });
  doctor = { cookie: String(signed.headers['set-cookie']).split(';')[0] ?? '' };
  await province.lab.collections.recipients.insertOne({
    _id: 'bach-mai',
    referral: true,
    webhook: { url: told, secret, pullSeconds: 600 },
    retrySeconds: [0.05, 0.1],
    paused: false,
    source: 'api',
    version: 1,
  });
  await publishing.refresh('bach-mai');
});
afterAll(async () => {
  await fetching.close();
  await publishing.close();
  await province.close();
  await central.close();
  await Promise.all([papers.close(), intake.close(), keys.close()]);
  await new Promise((resolve) => between.close(resolve));
});

/** A notice as the province makes it. */
function noticeOf(report: string, more: object = {}) {
  const expiresAt = new Date(Date.now() + clock.ahead + 600_000);
  const token = makePullToken(secret, { recipient: 'bach-mai', report }, expiresAt);
  const path = `/api/referrals/pull/bach-mai/${report}`;
  const call = { report, version: 1, path, token, expiresAt: expiresAt.toISOString(), ...more };
  return { type: 'referral.ready', timestamp: new Date().toISOString(), data: call };
}
function tell(content: object, { by = secret, sender = 'bac-giang', at = new Date() } = {}) {
  const payload = JSON.stringify(content);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': 'N1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(by).sign('N1', at, payload),
  };
  return to.inject({ method: 'POST', url: `/api/referrals/notices/${sender}`, headers, payload });
}
/** The intake, but for bytes that say so it stumbles over what nobody thought of. */
const stumbling = (): Pick<Intake, 'package'> => ({
  package: (raw, by) =>
    Buffer.from(raw).toString() === 'stumble' ? Promise.reject(new Error('out of memory')) : intake.package(raw, by),
});
const noticeFor = (report: string) => central.lab.collections.notices.findOne({ report });
const settled = (report: string, state: string) =>
  until(`${report} ${state}`, async () => (await noticeFor(report))?.state === state);
const externalOf = (accession: string) => central.lab.collections.external.findOne({ 'origin.accession': accession });

describe('a receiving hospital that is told', () => {
  test('fetches by itself, checks the signatures and takes it in as results from elsewhere', async () => {
    await province.release({ accession: 'N1' }, { GLU: '7.10' });
    const { lab } = province;
    const report = await lab.collections.reports.findOne({ _id: 'N1-v1' });
    await lab.collections.outbox.insertOne({
      _id: 'N1-v1.bach-mai',
      recipient: 'bach-mai',
      accession: 'N1',
      report: 'N1-v1',
      version: 1,
      order: report?.issued ?? '',
      state: 'queued',
      attempts: 0,
      controlId: 'C-N1',
      nextAt: report?.issued ?? '',
      createdAt: report?.issued ?? '',
    });
    lab.events.emit({ type: 'deliveries', delivery: 'N1-v1.bach-mai', recipient: 'bach-mai' });
    await settled('N1-v1', 'taken');
    expect(await externalOf('N1')).toMatchObject({
      origin: { lab: { id: '24001', name: 'Bắc Giang' }, version: 1 },
      signature: { state: 'valid', signer: 'Phạm Thị Lan' },
      receivedBy: 'sender:bac-giang',
      observations: [{ analyte: 'GLU', value: '7.10' }],
    });
    expect(await central.lab.collections.specimens.findOne({ _id: 'N1' })).toBeNull();
    await until('the sender knows', async () => {
      const sent = await lab.collections.outbox.findOne({ _id: 'N1-v1.bach-mai' });
      return sent?.state === 'delivered' && sent.ack !== undefined;
    });
    const list = await to.inject({ url: '/api/referrals/notices', headers: doctor });
    expect(list.json().items).toMatchObject([
      { sender: 'bac-giang', name: 'BVĐK Bắc Giang', report: 'N1-v1', state: 'taken', imported: 1 },
    ]);
    expect((await noticeFor('N1-v1'))?.token).toBeUndefined();
    // Told again it changes nothing and asks for nothing.
    way.asked.length = 0;
    expect((await tell(noticeOf('N1-v1'))).statusCode).toBe(202);
    expect([(await noticeFor('N1-v1'))?.state, way.asked]).toEqual(['taken', []]);
  });

  test('believes nobody else: without the secret, under another name, late, or with an address of its own', async () => {
    const foreign = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    way.asked.length = 0;
    const answers = [
      await tell(noticeOf('N2-v1'), { by: foreign }),
      await tell(noticeOf('N2-v1'), { sender: 'nobody' }),
      await tell(noticeOf('N2-v1'), { at: new Date(Date.now() - 3_600_000) }),
      await to.inject({ method: 'POST', url: '/api/referrals/notices/bac-giang', payload: noticeOf('N2-v1') }),
      await to.inject({ method: 'POST', url: '/api/referrals/notices/bac-giang' }),
    ];
    expect(answers.map((each) => [each.statusCode, each.json().code])).toEqual(
      answers.map(() => [401, 'AUTH_REQUIRED']),
    );
    for (const path of [
      '//elsewhere.vn/api/referrals/pull/a/b',
      '/api/users',
      '/api/referrals/pull/a/b?x',
      '/api/referrals/pull/%2e%2e/users',
      '/api/referrals/pull/a/b/../c',
    ])
      expect([path, (await tell(noticeOf('N2-v1', { path }))).statusCode]).toEqual([path, 400]);
    expect((await tell({ type: 'test', data: {} })).statusCode).toBe(202);
    expect([await noticeFor('N2-v1'), way.asked]).toEqual([null, []]);
    expect((await to.inject({ url: '/api/referrals/notices' })).statusCode).toBe(401);
  });

  test('tries again while the sender is away, and shows why it waits', async () => {
    await province.release({ accession: 'N3' }, { GLU: '5.00' });
    way.answer = () => ({ status: 503, body: Buffer.from('away') });
    await tell(noticeOf('N3-v1'));
    await until('a try', async () => ((await noticeFor('N3-v1'))?.attempts ?? 0) > 0);
    expect(await noticeFor('N3-v1')).toMatchObject({ state: 'waiting', reason: 'the sender answered 503' });
    way.answer = null;
    await settled('N3-v1', 'taken');
    expect(await externalOf('N3')).toMatchObject({ observations: [{ value: '5.00' }] });
  });

  test('refuses a package with a changed byte, says why, and takes the right one when a doctor asks again', async () => {
    await province.release({ accession: 'N4' }, { GLU: '5.00' });
    const { data } = noticeOf('N4-v1');
    const sound = await from.inject({ url: data.path, headers: { authorization: `Bearer ${data.token}` } });
    const files = unzipSync(new Uint8Array(sound.rawPayload));
    const [name = '', content = new Uint8Array()] =
      Object.entries(files).find(([each]) => each.endsWith('.json')) ?? [];
    const text = Buffer.from(content).toString('utf8').replace('5.00', '9.00');
    const changed = zipSync({ ...files, [name]: Buffer.from(text) });
    way.answer = () => ({ status: 200, body: changed });
    await tell(noticeOf('N4-v1'));
    await settled('N4-v1', 'refused');
    const refused = await noticeFor('N4-v1');
    expect([refused?.reason, await externalOf('N4')]).toEqual([expect.stringContaining('not taken in'), null]);
    way.answer = null;
    const again = `/api/referrals/notices/${refused?._id}/fetch`;
    expect((await to.inject({ method: 'POST', url: again })).statusCode).toBe(401);
    expect((await to.inject({ method: 'POST', url: again, headers: doctor })).statusCode).toBe(202);
    await settled('N4-v1', 'taken');
    expect(await externalOf('N4')).toMatchObject({ observations: [{ value: '5.00' }] });
  });

  test('a package it stumbles over keeps back no other, and none is asked for longer than a week', async () => {
    await province.release({ accession: 'N8' }, { GLU: '5.00' });
    way.answer = (path) => (path.includes('N7-v1') ? { status: 200, body: Buffer.from('stumble') } : null);
    await tell(noticeOf('N7-v1', { expiresAt: '2999-01-01T00:00:00Z' }));
    await tell(noticeOf('N8-v1'));
    await settled('N8-v1', 'taken');
    await until('a try', async () => ((await noticeFor('N7-v1'))?.attempts ?? 0) > 0);
    const left = await noticeFor('N7-v1');
    expect(left).toMatchObject({ state: 'waiting', reason: 'it could not be taken in' });
    expect(Date.parse(left?.expiresAt ?? '') - Date.now()).toBeLessThanOrEqual(604_800_000);
    way.answer = null;
  });

  test('after a restart fetches what it was told of before; what is over by then is over, and its token forgotten', async () => {
    await province.release({ accession: 'N5' }, { GLU: '5.00' });
    await fetching.close();
    await tell(noticeOf('N5-v1'));
    await tell(noticeOf('N6-v1', { expiresAt: new Date(Date.now() - 1000).toISOString() }));
    expect((await noticeFor('N5-v1'))?.state).toBe('waiting');
    fetching = startFetching(central.lab, intake);
    await settled('N5-v1', 'taken');
    await settled('N6-v1', 'expired');
    expect(await noticeFor('N6-v1')).toMatchObject({ reason: expect.stringContaining('token was over') });
    expect((await noticeFor('N6-v1'))?.token).toBeUndefined();
  });
});
