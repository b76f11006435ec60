import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createUser } from '../../src/api/auth/users.ts';
import { type Publishing, startPublishing } from '../../src/publish/start.ts';
import { until } from '../journeys/until.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { accepts, ack, type Hl7Receiver, startHl7Receiver } from './hl7-receiver.ts';

const password = 'Suoi-Lanh-Rung-Thong-7';
let laboratory: TestLaboratory;
let publishing: Publishing;
let app: FastifyInstance;
let receiver: Hl7Receiver;
let later = 0;

beforeEach(async () => {
  later = 0;
  receiver = await startHl7Receiver();
  laboratory = await openTestLaboratory({}, () => Date.now() + later);
  publishing = await startPublishing(laboratory.lab);
  app = await laboratory.app({ publishing });
  for (const role of ['administrator', 'technician', 'doctor'] as const)
    await createUser(laboratory.lab, { username: `the-${role}`, password, role });
});
afterEach(async () => {
  await publishing.close();
  await laboratory.close();
  await receiver.down();
});

type Asked = { readonly status: number; readonly body: ReturnType<typeof JSON.parse> };

async function as(
  role: string,
): Promise<(method: 'GET' | 'POST' | 'PUT', url: string, body?: object) => Promise<Asked>> {
  const entered = await app.inject({
    method: 'POST',
    url: '/api/session',
    payload: { username: `the-${role}`, password },
  });
  const [cookie] = String(entered.headers['set-cookie']).split(';');
  return async (method, url, body) => {
    const answer = await app.inject({
      method,
      url,
      headers: { cookie },
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() };
  };
}

const his = () => ({
  id: 'his',
  hl7: {
    connect: `127.0.0.1:${receiver.port}`,
    ackTimeoutSeconds: 0.3,
    statuses: { X: 'C' },
    units: { 'mmol/L': 'mM' },
  },
  retrySeconds: [0.05, 0.1],
});

describe('recipients', () => {
  test('are added, tested, paused and resumed; each wants its own mapping', async () => {
    const administrator = await as('administrator');
    expect(await administrator('POST', '/api/recipients', his())).toMatchObject({
      status: 201,
      body: { paused: false, source: 'api' },
    });
    expect((await administrator('POST', '/api/recipients', his())).status).toBe(409);
    expect(await administrator('POST', '/api/recipients/his/test', {})).toMatchObject({
      status: 200,
      body: { kind: 'accepted', code: 'AA' },
    });
    expect((await administrator('POST', '/api/recipients/nobody/test', {})).status).toBe(404);
    expect(await administrator('POST', '/api/recipients/his/pause', {})).toMatchObject({ body: { paused: true } });
    await laboratory.release({ accession: 'A1' }, { GLU: '5.0' });
    expect((await administrator('GET', '/api/deliveries')).body.items).toMatchObject([
      { state: 'queued', recipient: 'his' },
    ]);
    await administrator('POST', '/api/recipients/his/resume', {});
    await until(
      'delivered',
      async () => (await administrator('GET', '/api/deliveries?state=delivered')).body.items.length === 1,
    );
    expect(receiver.received.at(-1)?.text).toContain('|mM^mM^L|');
  });

  test('secrets are never shown again', async () => {
    const administrator = await as('administrator');
    const secrets = {
      token: 'emr-SECRET-token',
      hook: `whsec_${Buffer.from('hook-SECRET-0123456789ab').toString('base64')}`,
    };
    const added = [
      await administrator('POST', '/api/recipients', {
        id: 'emr',
        fhir: { url: 'http://127.0.0.1:9/fhir', auth: { token: secrets.token } },
      }),
      await administrator('POST', '/api/recipients', {
        id: 'hook',
        webhook: { url: 'http://127.0.0.1:9/', secret: secrets.hook },
      }),
    ];
    expect(added.map((each) => each.status)).toEqual([201, 201]);
    const shown = JSON.stringify([
      added,
      await administrator('GET', '/api/recipients'),
      await laboratory.lab.collections.audit.find({}).toArray(),
    ]);
    expect(shown).not.toContain(secrets.token);
    expect(shown).not.toContain(secrets.hook);
    expect(added[0]?.body.fhir).toEqual({ url: 'http://127.0.0.1:9/fhir', auth: 'token' });
  });

  test('are changed where they were added here, one change at a time, and a part that is not named stays', async () => {
    const administrator = await as('administrator');
    await administrator('POST', '/api/recipients', {
      id: 'emr',
      fhir: { url: 'http://127.0.0.1:9/fhir', auth: { token: 't' } },
    });
    expect(await administrator('PUT', '/api/recipients/emr', { version: 1, name: 'Bệnh án' })).toMatchObject({
      status: 200,
      body: { version: 2, name: 'Bệnh án', fhir: { auth: 'token' } },
    });
    expect((await administrator('PUT', '/api/recipients/emr', { version: 1, name: 'x' })).status).toBe(409);
    await laboratory.lab.collections.recipients.updateOne({ _id: 'emr' }, { $set: { source: 'file' } });
    expect((await administrator('PUT', '/api/recipients/emr', { version: 2, name: 'x' })).status).toBe(400);
  });

  test('a secret that a change does not name stays, is taken away by name, and never goes to another server', async () => {
    const administrator = await as('administrator');
    const recipients = laboratory.lab.collections.recipients;
    const secret = `whsec_${Buffer.from('hook-SECRET-0123456789ab').toString('base64')}`;
    await administrator('POST', '/api/recipients', {
      id: 'emr',
      fhir: { url: 'http://127.0.0.1:9/a', auth: { token: 't' } },
    });
    await administrator('POST', '/api/recipients', { id: 'hook', webhook: { url: 'http://127.0.0.1:9/', secret } });
    const put = (id: string, body: object) => administrator('PUT', `/api/recipients/${id}`, body);
    expect(await put('emr', { version: 1, fhir: { url: 'http://127.0.0.1:9/b' } })).toMatchObject({
      status: 200,
      body: { fhir: { url: 'http://127.0.0.1:9/b', auth: 'token' } },
    });
    expect((await recipients.findOne({ _id: 'emr' }))?.fhir).toEqual({
      url: 'http://127.0.0.1:9/b',
      auth: { token: 't' },
    });
    expect((await put('emr', { version: 2, fhir: { url: 'http://10.0.0.9/b' } })).status).toBe(400);
    expect((await put('emr', { version: 2, fhir: { url: 'http://10.0.0.9/b', auth: { token: 'u' } } })).status).toBe(
      200,
    );
    expect(await put('emr', { version: 3, fhir: { url: 'http://10.0.0.9/b', auth: null } })).toMatchObject({
      body: { fhir: { auth: 'none' } },
    });
    expect((await put('hook', { version: 1, webhook: { url: 'http://127.0.0.1:9/x' } })).status).toBe(200);
    expect((await recipients.findOne({ _id: 'hook' }))?.webhook).toEqual({ url: 'http://127.0.0.1:9/x', secret });
    expect((await put('hook', { version: 2, webhook: { url: 'http://10.0.0.9/x' } })).status).toBe(400);
  });

  test('a mapping goes out as a table and what comes back is looked at row by row, nothing written', async () => {
    const administrator = await as('administrator');
    await administrator('POST', '/api/recipients', his());
    const entered = await app.inject({
      method: 'POST',
      url: '/api/session',
      payload: { username: 'the-administrator', password },
    });
    const [cookie = ''] = String(entered.headers['set-cookie']).split(';');
    const csv = await app.inject({ url: '/api/recipients/his/mapping', headers: { cookie, accept: 'text/csv' } });
    expect(csv.body).toBe('kind,ours,theirs\r\nunit,mmol/L,mM\r\nstatus,X,C\r\n');
    const preview = (payload: string) =>
      app.inject({
        method: 'POST',
        url: '/api/recipients/his/mapping/preview',
        headers: { cookie, 'content-type': 'text/csv' },
        payload,
      });
    const rows = [
      'kind;ours;theirs',
      'unit;mmol/L;mM',
      'unit;umol/L;µmol/L',
      'status;X;F',
      'status;final;F',
      'length;OBX-17;20',
      'length;17;20',
      'length;OBX-23.1;0',
      'colour;red;blue',
      'unit;g/L;',
      'unit;umol/L;uM',
    ];
    const looked = (await preview(rows.join('\n'))).json();
    expect(looked.items.map((each: { fault?: string; effect?: string }) => each.fault ?? each.effect)).toEqual([
      'same',
      'new',
      'changed',
      'status',
      'new',
      'field',
      'length',
      'kind',
      'unit',
      'twice',
    ]);
    expect(looked.items[3]).toMatchObject({ line: 5, ours: 'final' });
    expect((await preview('ours,theirs\na,b\n')).statusCode).toBe(400);
    expect((await administrator('GET', '/api/recipients/his/mapping')).body.items).toHaveLength(2);
    expect((await administrator('GET', '/api/recipients/nobody/mapping')).status).toBe(404);
    const technician = await as('technician');
    expect((await technician('POST', '/api/recipients/his/mapping/preview', {})).status).toBe(403);
  });

  test('only the administrator adds and runs them; a token sees none', async () => {
    for (const role of ['technician', 'doctor']) {
      const person = await as(role);
      expect([role, (await person('POST', '/api/recipients', {})).status]).toEqual([role, 403]);
      expect((await person('POST', '/api/recipients/nobody/test', {})).status).toBe(403);
      expect((await person('POST', '/api/deliveries/nothing/redrive', {})).status).toBe(403);
    }
    const token = await laboratory.bearer('system/*.cruds');
    expect((await app.inject({ url: '/api/recipients', headers: token })).statusCode).toBe(403);
    expect((await app.inject({ url: '/api/deliveries', headers: token })).statusCode).toBe(200);
    expect((await app.inject({ method: 'POST', url: '/api/deliveries/x/redrive', headers: token })).statusCode).toBe(
      403,
    );
  });

  test.each([
    { id: 'a b', hl7: { connect: '127.0.0.1:1' } },
    { id: 'x', hl7: { connect: 'nowhere' } },
    { id: 'x', fhir: { url: 'ftp://x' } },
    { id: 'x', webhook: { url: 'http://127.0.0.1/', secret: 'short' } },
    { id: 'x', hl7: { connect: '127.0.0.1:1', lengths: { OBX: 5 } } },
    { id: 'x', surprise: true },
  ])('%j is refused', async (body) => {
    const administrator = await as('administrator');
    expect((await administrator('POST', '/api/recipients', body)).status).toBe(400);
  });
});

describe("how whole a recipient's picture is", () => {
  test('counts the newest version of each report: delivered, confirmed, waiting, late, parked, and why', async () => {
    const administrator = await as('administrator');
    await administrator('POST', '/api/recipients', his());
    receiver.behave(({ accession, controlId }) =>
      accession === 'A2'
        ? [ack('AE', controlId, 'PID-3 unknown')]
        : accession === 'A3'
          ? [ack('CA', controlId)]
          : [ack('AA', controlId)],
    );
    for (const accession of ['A1', 'A2', 'A3']) await laboratory.release({ accession }, { GLU: '5.0' });
    await until(
      'three answered',
      async () => (await administrator('GET', '/api/deliveries?state=queued')).body.items.length === 0,
    );
    await until(
      'none in flight',
      async () => (await administrator('GET', '/api/deliveries?state=sending')).body.items.length === 0,
    );
    await administrator('POST', '/api/recipients/his/pause', {});
    await laboratory.release({ accession: 'A4' }, { GLU: '5.0' });
    later = 20 * 60_000;
    const { body } = await administrator('GET', '/api/deliveries/completeness');
    expect(body.items).toMatchObject([
      {
        recipient: 'his',
        reports: 4,
        delivered: 2,
        confirmed: 1,
        waiting: 1,
        late: 1,
        parked: 1,
        score: '50.0',
        reasons: [
          { reason: 'AE: PID-3 unknown', count: 1 },
          { reason: 'not tried yet', count: 1 },
        ],
      },
    ]);
    expect((await administrator('GET', '/api/deliveries/completeness?month=2020-01')).body.items).toEqual([]);
    expect((await administrator('GET', '/api/deliveries/completeness?month=2020')).status).toBe(400);
    receiver.behave(accepts);
  });
});
