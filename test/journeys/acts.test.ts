import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from './client.ts';
import { freePort, openSite, type Product, type Site, verifyAll, waiting, xnMessage } from './harness.ts';
import { startHospitalSystem } from './receiver.ts';
import { until } from './until.ts';

const patient = { id: 'BN55', name: 'Phạm Quốc Khánh', sex: 'male', birthDate: '1979-09-02' };
type Row = Readonly<Record<string, string>>;

let site: Site;
let product: Product;
let technician: Client;
let port: number;
const his = await startHospitalSystem();

beforeAll(async () => {
  port = await freePort();
  site = await openSite({
    staff: ['technician', 'senior-technician', 'doctor', 'receptionist', 'auditor', 'integration'],
    lab: `
undoSeconds: 0
analyzers:
  - { id: xn-1, driver: sysmex/xn-1000, tcp: { listen: ${port} } }
recipients:
  - { id: his, hl7: { connect: "127.0.0.1:${his.port}" } }`,
  });
  product = await site.start();
  technician = await product.as('technician');
});
afterAll(async () => {
  await site?.close();
  await his.down();
});

async function received(values: Row, at?: string): Promise<string> {
  const answer = await technician.post('/api/specimens', { patient, orders: Object.keys(values) });
  expect(answer.status).toBe(201);
  const { accession } = answer.body;
  await site.simulator('sysmex/xn-1000', { tcp: `127.0.0.1:${port}` }).send(xnMessage(accession, values, at));
  await waiting(technician, accession, Object.keys(values).length);
  return accession;
}

const observationsOf = async (accession: string) =>
  (await technician.get(`/api/specimens/${accession}`)).body.observations;

test('a stale version is refused with the ids that changed, and nothing is verified', async () => {
  const accession = await received({ WBC: '6.10', HGB: '14.0' });
  const [one, two] = await observationsOf(accession);
  const remark = await technician.post(`/api/observations/${two.id}/comment`, { text: 'Đông nhẹ' });
  expect(remark.status).toBe(200);
  const answer = await technician.post(`/api/specimens/${accession}/verify`, {
    observations: [
      { id: one.id, version: one.version },
      { id: two.id, version: two.version + 7 },
    ],
  });
  expect(answer).toMatchObject({ status: 409, body: { code: 'OBSERVATION_STALE' } });
  expect(JSON.stringify(answer.body.details)).toContain(two.id);
  expect(JSON.stringify(answer.body.details)).not.toContain(one.id);
  expect((await observationsOf(accession)).map((each: Row) => each.state)).toEqual(['pending', 'pending']);

  expect((await verifyAll(technician, accession)).status).toBe(200);
  const twice = await technician.post(`/api/specimens/${accession}/verify`, {
    observations: [{ id: one.id, version: one.version }],
  });
  expect(twice.status).toBe(409);
  expect(JSON.stringify(twice.body.details)).toContain(one.id);
  const nobody = { observations: [{ id: 'none', version: 1 }] };
  expect((await technician.post(`/api/specimens/${accession}/verify`, nobody)).status).toBe(404);
  expect((await technician.post('/api/specimens/404404/verify', nobody)).status).toBe(404);
});

test('a critical value is verified only with its alert acknowledged', async () => {
  const accession = await received({ HGB: '5.1' });
  const [observation] = await observationsOf(accession);
  expect(observation).toMatchObject({ flags: ['LL'], value: '5.1' });
  // The patient's value of an earlier journey is far from it: a difference beside the critical limit.
  expect(observation.alerts).toContain('critical');
  const path = `/api/specimens/${accession}/verify`;
  const seen = { id: observation.id, version: observation.version };
  const without = await technician.post(path, { observations: [seen] });
  expect(without).toMatchObject({ status: 422, body: { code: 'OBSERVATION_ALERT_UNACKNOWLEDGED' } });
  expect((await observationsOf(accession))[0].state).toBe('pending');
  const acknowledged = await technician.post(path, { observations: [{ ...seen, acknowledge: observation.alerts }] });
  expect(acknowledged.status).toBe(200);
});

test('whoever entered a value by hand verifies it only with a reason; somebody else without', async () => {
  const { body } = await technician.post('/api/specimens', { patient, orders: ['ESR', 'GLU'] });
  const path = `/api/specimens/${body.accession}`;
  const entered = await technician.post(`${path}/observations`, {
    observations: [
      { analyte: 'ESR', value: '12' },
      { analyte: 'GLU', value: '>33.3', comment: 'Máy cầm tay' },
    ],
  });
  expect(entered.status).toBe(201);
  const specimen = await waiting(technician, body.accession, 2);
  expect(specimen.observations.find((each: Row) => each.analyte === 'GLU')).toMatchObject({
    value: '33.3',
    comparator: '>',
    enteredBy: 'technician',
  });
  const observations = specimen.observations.map((each: { id: string; version: number; alerts: string[] }) => ({
    id: each.id,
    version: each.version,
    acknowledge: each.alerts,
  }));
  const own = await technician.post(`${path}/verify`, { observations });
  expect(own).toMatchObject({ status: 403, body: { code: 'OBSERVATION_OWN_ENTRY' } });
  const reasoned = await technician.post(`${path}/verify`, {
    observations: observations.slice(0, 1),
    ownEntryReason: 'Trực một mình',
  });
  expect(reasoned.status).toBe(200);
  const doctor = await product.as('doctor');
  expect((await doctor.post(`${path}/verify`, { observations: observations.slice(1) })).status).toBe(200);
  const words = { observations: [{ analyte: 'GLU', value: 'nhiều' }] };
  expect((await technician.post(`${path}/observations`, words)).status).toBe(422);
  const unknown = { observations: [{ analyte: 'NOPE', value: '1' }] };
  expect((await technician.post(`${path}/observations`, unknown)).status).toBeGreaterThanOrEqual(404);
});

test('one verification is one report version and one message a recipient; a later one is the next version', async () => {
  const accession = await received({ WBC: '6.30', HGB: '14.2', PLT: '220' });
  const before = his.arrived.length;
  expect((await verifyAll(technician, accession)).status).toBe(200);
  const first = await until('the message', () => his.arrived.length > before && his.arrived.slice(before));
  expect(first).toHaveLength(1);
  await site
    .simulator('sysmex/xn-1000', { tcp: `127.0.0.1:${port}` })
    .send(xnMessage(accession, { RBC: '4.80' }, '20261125090000'));
  await waiting(technician, accession, 4);
  expect((await verifyAll(technician, accession)).status).toBe(200);
  await until('the second message', () => his.arrived.length >= before + 2);
  const { body } = await technician.get(`/api/specimens/${accession}`);
  expect(body.reports.map((each: { version: number }) => each.version)).toEqual([1, 2]);
  for (const report of body.reports) {
    expect(Object.keys(report)).toEqual(expect.arrayContaining(['id', 'version', 'status', 'issued']));
  }
  expect(new Set(body.reports.map((each: Row) => each.id)).size).toBe(2);
});

test('a rejected value asks for a repeat, with a reason', async () => {
  const accession = await received({ WBC: '6.40' });
  const [observation] = await observationsOf(accession);
  const path = `/api/observations/${observation.id}/reject`;
  expect((await technician.post(path, { version: observation.version })).status).toBe(422);
  expect((await technician.post(path, { version: 99, reason: 'Đông' })).status).toBe(409);
  expect((await technician.post(path, { version: observation.version, reason: 'Đông' })).status).toBe(200);
  expect((await observationsOf(accession))[0].state).toBe('rejected');
  await site
    .simulator('sysmex/xn-1000', { tcp: `127.0.0.1:${port}` })
    .send(xnMessage(accession, { WBC: '6.50' }, '20261125093000'));
  const repeated = await waiting(technician, accession, 2);
  const repeat = repeated.observations.find((each: Row) => each.value === '6.50');
  expect(repeat).toMatchObject({ run: 2, current: true, state: 'pending' });
});

test('explain tells the bytes, the mapping, the range and what people did', async () => {
  const accession = await received({ HGB: '15.7' });
  await verifyAll(technician, accession);
  const [observation] = await observationsOf(accession);
  const { status, body } = await technician.get(`/api/observations/${observation.id}/explain`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    mapping: { hostCode: 'HGB', analyte: 'HGB', revision: 1 },
    conversion: null,
    range: { low: '13.0', high: '17.0' },
  });
  expect(body.acts.map((each: Row) => each.action)).toContain('verify');
  const message = await technician.get(`/api/messages/${body.message.id}`);
  const raw = Buffer.from(message.body.raw, 'base64');
  expect(raw.subarray(body.span[0], body.span[1]).toString('latin1')).toBe('15.7');
});
