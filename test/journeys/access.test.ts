import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from './client.ts';
import { adminPassword, freePort, openSite, type Product, type Site, staffPassword, xnMessage } from './harness.ts';
import { until } from './until.ts';

const patient = { id: 'BN66', name: 'Đỗ Thị Hương', sex: 'female', birthDate: '1971-06-21' };
const roles = ['technician', 'senior-technician', 'doctor', 'receptionist', 'auditor', 'integration'] as const;
type Row = Readonly<Record<string, string>>;

let site: Site;
let product: Product;
let port: number;
const people = new Map<string, Client>();

beforeAll(async () => {
  port = await freePort();
  site = await openSite({
    staff: roles,
    lab: `
undoSeconds: 0
analyzers:
  - { id: xn-1, driver: sysmex/xn-1000, tcp: { listen: ${port} } }`,
  });
  product = await site.start();
  for (const role of roles) people.set(role, await product.as(role));
  people.set('administrator', product.admin);
});
afterAll(() => site?.close());

const as = (role: string): Client => people.get(role) ?? product.stranger;

test('without credentials only what must answers', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/fhir/R4/metadata', '/']) {
    expect([path, (await product.stranger.get(path)).status]).toEqual([path, 200]);
  }
  for (const path of [
    '/api/worklist',
    '/api/specimens/1',
    '/api/held',
    '/api/analyzers',
    '/api/users',
    '/api/nothing',
  ]) {
    expect([path, (await product.stranger.get(path)).status]).toEqual([path, 401]);
  }
  expect((await product.stranger.get('/fhir/R4/Observation')).status).toBe(401);
  expect((await product.bearer('wrong').get('/fhir/R4/Observation')).status).toBe(401);
  expect((await product.stranger.post('/api/specimens', {})).status).toBe(401);
});

test('the password counts, and five wrong ones lock the account for a time, not the address', async () => {
  const wrong = { username: 'auditor', password: 'not-this-one-at-all' };
  const answers = [];
  for (let turn = 0; turn < 6; turn += 1) answers.push(await product.stranger.post('/api/session', wrong));
  expect(answers[0]).toMatchObject({ status: 401 });
  expect([423, 429]).toContain(answers[5]?.status);
  expect(answers[5]?.body.code).not.toBe(answers[0]?.body.code);
  const other = await product.stranger.post('/api/session', { username: 'technician', password: staffPassword });
  expect(other.status).toBe(200);
  const cookie = other.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/HttpOnly/i);
  expect(cookie).toMatch(/SameSite=Strict/i);
  expect(await as('technician').get('/api/session')).toMatchObject({
    status: 200,
    body: { username: 'technician', role: 'technician' },
  });
});

test('a page of another site is refused, its own is not', async () => {
  const { admin } = product;
  const foreign = await admin.get('/api/worklist', { origin: 'https://evil.example' });
  expect(foreign).toMatchObject({ status: 403, body: { code: 'AUTH_ORIGIN' } });
  const login = { username: 'admin', password: adminPassword };
  expect((await product.stranger.post('/api/session', login, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await admin.get('/api/worklist', { origin: product.url })).status).toBe(200);
});

describe('rights are looked at before body and existence', () => {
  test.each([
    ['POST', '/api/users', ['administrator']],
    ['POST', '/api/catalogue/mappings', ['administrator']],
    ['POST', '/api/recipients', ['administrator']],
    ['POST', '/api/specimens', ['technician', 'senior-technician', 'doctor', 'administrator', 'receptionist']],
    ['POST', '/api/specimens/404404/verify', ['technician', 'senior-technician', 'doctor', 'administrator']],
    ['POST', '/api/specimens/404404/observations', ['technician', 'senior-technician', 'doctor', 'administrator']],
    ['POST', '/api/held/404404/resolve', ['technician', 'senior-technician', 'doctor', 'administrator']],
    ['GET', '/api/audit', ['doctor', 'administrator', 'auditor']],
    ['GET', '/api/worklist', ['technician', 'senior-technician', 'doctor', 'administrator', 'auditor']],
  ])('%s %s', async (method, path, allowed) => {
    for (const [role, client] of people) {
      const answer = method === 'GET' ? await client.get(path) : await client.post(path, { nonsense: true });
      const refused = answer.status === 403;
      expect([role, path, refused]).toEqual([role, path, !allowed.includes(role)]);
    }
  });
});

test('a token reads what its scopes cover, and writes nothing', async () => {
  const made = await site.cuvette(['token', 'add', 'narrow', '--scope', 'system/Observation.rs']);
  const narrow = product.bearer(made.stdout.trim());
  expect((await narrow.get('/fhir/R4/Observation')).status).toBe(200);
  expect((await narrow.get('/fhir/R4/Patient')).status).toBe(403);
  for (const path of ['/api/worklist', '/api/held', '/api/users', '/api/audit', '/api/events', '/api/recipients']) {
    expect([path, (await narrow.get(path)).status]).toEqual([path, 403]);
  }
  expect((await narrow.post('/api/specimens', { patient, orders: ['CBC'] })).status).toBe(403);
  const list = await site.cuvette(['token', 'list']);
  expect(list.stdout).toContain('narrow');
  expect(list.stdout).not.toContain(made.stdout.trim());
  expect((await site.cuvette(['token', 'revoke', 'narrow'])).code).toBe(0);
  expect((await narrow.get('/fhir/R4/Observation')).status).toBe(401);
});

test('unknown fields are refused by name, in body and query', async () => {
  const technician = as('technician');
  const body = await technician.post('/api/specimens', { patient, orders: ['CBC'], colour: 'red' });
  expect(body).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  expect(body.body.message).toContain('colour');
  expect((await technician.get('/api/worklist?colour=red')).status).toBe(400);
  expect((await technician.post('/api/specimens', '{"patient":')).status).toBe(400);
  const order = await technician.post('/api/specimens', { patient, orders: ['NO-SUCH'] });
  expect(order.status).toBeGreaterThanOrEqual(400);
  expect(order.body.message).toContain('NO-SUCH');
});

test('lists are paged by a position: nothing is shown twice or left out while others come and go', async () => {
  const technician = as('technician');
  const accessions: string[] = [];
  for (let turn = 0; turn < 7; turn += 1) {
    const { body } = await technician.post('/api/specimens', {
      patient,
      orders: ['WBC'],
      priority: turn === 6 ? 'stat' : 'routine',
    });
    accessions.push(body.accession);
    const values = { observations: [{ analyte: 'WBC', value: `${turn + 4}.0` }] };
    expect((await technician.post(`/api/specimens/${body.accession}/observations`, values)).status).toBe(201);
  }
  await until('all wait', async () => (await technician.get('/api/worklist')).body.items.length >= 7);
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = await technician.get(`/api/worklist?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
    expect(page.status).toBe(200);
    expect(page.body.items.length).toBeLessThanOrEqual(3);
    seen.push(...page.body.items.map((each: Row) => each.accession));
    if (seen.length === 3) {
      // What was shown and goes away must not shift the next page.
      const { body } = await technician.get(`/api/specimens/${seen[0]}`);
      const [{ id, version }] = body.observations;
      await technician.post(`/api/specimens/${seen[0]}/verify`, {
        observations: [{ id, version }],
        ownEntryReason: 'Trực một mình',
      });
    }
    cursor = page.body.next;
  }
  expect(seen[0]).toBe(accessions[6]);
  expect([...seen].sort()).toEqual([...accessions].sort());
  expect((await technician.get('/api/worklist?limit=1001')).status).toBe(400);
  expect((await technician.get('/api/worklist?cursor=rubbish')).status).toBe(400);
  for (const list of [
    'held',
    'analyzers',
    'analyzers/xn-1/messages',
    'catalogue/analytes',
    'catalogue/panels',
    'catalogue/mappings',
    'deliveries',
  ]) {
    const { status, body } = await product.admin.get(`/api/${list}?limit=2`);
    expect([list, status, Array.isArray(body.items), body.next === null || typeof body.next === 'string']).toEqual([
      list,
      200,
      true,
      true,
    ]);
  }
  const found = await technician.get('/api/worklist?q=do%20thi%20huong');
  expect(found.body.items.length).toBeGreaterThanOrEqual(6);
});

test('events tell what changed, without patient facts', async () => {
  const technician = as('technician');
  const stop = new AbortController();
  const stream = await fetch(`${product.url}/api/events`, { headers: technician.credentials, signal: stop.signal });
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  let heard = '';
  const listening = (async () => {
    for await (const chunk of stream.body ?? []) heard += Buffer.from(chunk).toString('utf8');
  })().catch(() => undefined);
  const { body } = await technician.post('/api/specimens', { patient, orders: ['WBC'] });
  const analyzer = site.simulator('sysmex/xn-1000', { tcp: `127.0.0.1:${port}` });
  await analyzer.send(xnMessage(body.accession, { WBC: '7.00' }));
  await analyzer.send(xnMessage('404404', { WBC: '7.00' }));
  await until('worklist, analyzers and held', () =>
    ['worklist', 'analyzers', 'held'].every((name) => heard.includes(`event: ${name}\n`)),
  );
  expect(heard).not.toContain(patient.name);
  expect(heard).not.toContain(patient.id);
  stop.abort();
  await listening;
});

test('the OpenAPI document names every route that answers, and metrics tell the lines', async () => {
  const { body } = await product.stranger.get('/openapi.json');
  expect(body.openapi).toMatch(/^3\./);
  for (const path of [
    '/api/session',
    '/api/specimens',
    '/api/specimens/{accession}',
    '/api/specimens/{accession}/collect',
    '/api/specimens/{accession}/receive',
    '/api/worklist',
    '/api/specimens/{accession}/verify',
    '/api/specimens/{accession}/verify/undo',
    '/api/observations/{id}/reject',
    '/api/observations/{id}/hold',
    '/api/observations/{id}/comment',
    '/api/specimens/{accession}/observations',
    '/api/observations/{id}/explain',
    '/api/analyzers',
    '/api/analyzers/{id}/messages',
    '/api/messages/{id}',
    '/api/messages/{id}/replay',
    '/api/held',
    '/api/held/{id}/resolve',
    '/api/deliveries',
    '/api/events',
    '/healthz',
    '/readyz',
    '/metrics',
    '/fhir/R4/metadata',
    '/fhir/R4/DiagnosticReport',
    '/fhir/R4/Observation',
    '/api/catalogue/analytes',
    '/api/catalogue/panels',
    '/api/catalogue/mappings',
    '/api/users',
  ]) {
    expect(Object.keys(body.paths)).toContain(path);
  }
  const { text } = await product.stranger.get('/metrics');
  expect(text).toMatch(/# TYPE cuvette_/);
  expect(text).not.toContain(patient.name);
});

test('a line tells its state, and its traffic, within three seconds', async () => {
  const technician = as('technician');
  const state = async () => {
    const { body } = await technician.get('/api/analyzers');
    return body.items.find((each: Row) => each.id === 'xn-1');
  };
  const analyzer = site.simulator('sysmex/xn-1000', { tcp: `127.0.0.1:${port}` });
  await analyzer.send(xnMessage('404405', { WBC: '7.00' }));
  const line = await until(
    'the line talks',
    async () => {
      const now = await state();
      return now.state === 'talking' && now;
    },
    3_000,
  );
  expect(line).toMatchObject({ id: 'xn-1', driver: 'sysmex/xn-1000', transport: 'tcp', role: 'listen' });
  expect(Date.parse(line.lastReceivedAt)).toBeGreaterThan(Date.now() - 60_000);
  expect(line.counts).toBeTypeOf('object');
});
