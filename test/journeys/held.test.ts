import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from './client.ts';
import { freePort, openSite, type Product, type Site, waiting, xnMessage } from './harness.ts';
import { until } from './until.ts';

const patient = { id: 'BN88', name: 'Trần Văn Hùng', sex: 'male', birthDate: '1952-11-02' };
type Row = Readonly<Record<string, string>>;

let site: Site;
let product: Product;
let technician: Client;
const ports = { xn: 0, short: 0, day: 0 };

beforeAll(async () => {
  Object.assign(ports, { xn: await freePort(), short: await freePort(), day: await freePort() });
  site = await openSite({
    staff: ['technician'],
    lab: `
undoSeconds: 0
analyzers:
  - { id: xn-1, driver: sysmex/xn-1000, tcp: { listen: ${ports.xn} } }
  - { id: xn-short, driver: sysmex/xn-1000, tcp: { listen: ${ports.short} }, heldWindow: 1s }
  - { id: xn-day, driver: sysmex/xn-1000, tcp: { listen: ${ports.day} }, specimenId: dayNumber }`,
  });
  product = await site.start();
  technician = await product.as('technician');
});
afterAll(() => site?.close());

const analyzer = (line: keyof typeof ports) => site.simulator('sysmex/xn-1000', { tcp: `127.0.0.1:${ports[line]}` });

function held(accession: string, reason: string, count = 1): Promise<Row[]> {
  return until(`${count} held ${reason} of ${accession}`, async () => {
    const { body } = await technician.get(`/api/held?accession=${accession}`);
    const mine = body.items.filter((each: Row) => each.reason === reason);
    return mine.length >= count && mine;
  });
}

async function openHeld(accession: string): Promise<Row[]> {
  return (await technician.get(`/api/held?accession=${accession}`)).body.items;
}

async function register(accession: string): Promise<void> {
  const answer = await technician.post('/api/specimens', { accession, patient, orders: ['WBC', 'HGB'] });
  expect(answer.status).toBe(201);
}

test('results of an unknown accession are held as one item, and registering the accession files them by itself', async () => {
  const message = xnMessage('7700001', { WBC: '5.10', HGB: '14.1' });
  await analyzer('xn').send(message);
  await analyzer('xn').send(message);
  const [item, ...others] = await held('7700001', 'SPECIMEN_ACCESSION_UNKNOWN');
  expect(others).toEqual([]);
  expect(item).toMatchObject({ analyzer: 'xn-1', accession: '7700001' });
  expect(Object.keys(item ?? {})).toEqual(expect.arrayContaining(['id', 'reason', 'detail', 'message', 'at']));
  expect((await technician.get('/api/specimens/7700001')).status).toBe(404);

  await register('7700001');
  const specimen = await waiting(technician, '7700001', 2);
  expect(specimen.observations.map((each: Row) => each.value).sort()).toEqual(['14.1', '5.10']);
  await until('nothing is held any more', async () => (await openHeld('7700001')).length === 0);
});

test('what came before the window of its line, or under a day number, waits for a person to assign it', async () => {
  await analyzer('short').send(xnMessage('7700002', { WBC: '5.20' }));
  const [old] = await held('7700002', 'SPECIMEN_ACCESSION_UNKNOWN');
  await until('the window is over', () => Date.now() > Date.parse(old?.at ?? '') + 1_100);
  await analyzer('day').send(xnMessage('17', { WBC: '5.30' }));
  const [numbered] = await held('17', 'SPECIMEN_ACCESSION_UNKNOWN');
  expect(numbered?.detail).toContain('number of the day');
  await register('7700002');
  await register('17');
  await register('7700003');

  // Registering works in the background: what it would file wrongly it has filed by the time a later message is through.
  await analyzer('xn').send(xnMessage('7700003', { HGB: '14.0' }));
  await waiting(technician, '7700003', 1);
  expect(await openHeld('7700002')).toHaveLength(1);
  expect(await openHeld('17')).toHaveLength(1);

  const assign = { action: 'assign', accession: '7700003' };
  const assigned = await technician.post(`/api/held/${numbered?.id}/resolve`, assign);
  expect(assigned.status).toBe(200);
  const specimen = await waiting(technician, '7700003', 2);
  expect(specimen.observations.map((each: Row) => each.value).sort()).toEqual(['14.0', '5.30']);
  expect(await openHeld('17')).toHaveLength(0);
  const replayed = await technician.post(`/api/held/${old?.id}/resolve`, { action: 'replay' });
  expect(replayed.status).toBe(200);
  await waiting(technician, '7700002', 1);
});

test('an unmapped code is held beside the values that are known, and files once it is mapped and replayed', async () => {
  await register('7700004');
  await analyzer('xn').send(xnMessage('7700004', { WBC: '5.40', 'SITE-7': '1.5' }));
  const [item] = await held('7700004', 'DRIVER_HOST_CODE_UNMAPPED');
  expect(item?.detail).toContain('SITE-7');
  await waiting(technician, '7700004', 1);

  const mapping = { analyzer: 'xn-1', hostCode: 'SITE-7', analyte: 'IG%', unit: '%' };
  expect((await technician.post('/api/catalogue/mappings', mapping)).status).toBe(403);
  const made = await product.admin.post('/api/catalogue/mappings', mapping);
  expect(made).toMatchObject({ status: 201, body: { ...mapping, version: 1 } });
  expect((await openHeld('7700004')).length).toBe(1);
  const resolved = await technician.post(`/api/held/${item?.id}/resolve`, { action: 'replay' });
  expect(resolved.status).toBe(200);
  const specimen = await waiting(technician, '7700004', 2);
  expect(specimen.observations.find((each: Row) => each.analyte === 'IG%')).toMatchObject({ value: '1.5' });
  expect(await openHeld('7700004')).toEqual([]);
  const again = await technician.post(`/api/held/${item?.id}/resolve`, { action: 'replay' });
  expect(again.status).toBe(409);
});

test('a held item is dismissed with a reason, and not without', async () => {
  await analyzer('xn').send(xnMessage('7700009', { WBC: '9.9' }));
  const [item] = await held('7700009', 'SPECIMEN_ACCESSION_UNKNOWN');
  const path = `/api/held/${item?.id}/resolve`;
  expect((await technician.post(path, { action: 'dismiss' })).status).toBe(422);
  expect((await technician.post(path, { action: 'assign', accession: '404404' })).status).toBe(404);
  expect((await technician.post(path, { action: 'dismiss', reason: 'Ống của hôm qua' })).status).toBe(200);
  expect(await openHeld('7700009')).toEqual([]);
  expect((await technician.post('/api/held/nothing/resolve', { action: 'replay' })).status).toBe(404);
});

test('control values stay apart from patients', async () => {
  await analyzer('xn').qc();
  const message = await until('the control is in the journal', async () => {
    const { body } = await technician.get('/api/analyzers/xn-1/messages');
    return body.items.find((each: Row) => each.kind === 'qc' && each.state !== 'waiting');
  });
  expect(message).toMatchObject({ direction: 'in', state: 'qc' });
  const shown = await technician.get(`/api/messages/${message.id}`);
  expect(Buffer.from(shown.body.raw, 'base64').length).toBe(message.bytes);
  expect(shown.body.records.length).toBeGreaterThan(2);
  for (const record of shown.body.records) {
    const text = Buffer.from(shown.body.raw, 'base64').subarray(record.span[0], record.span[1]).toString('latin1');
    expect(text.startsWith(record.text.slice(0, 3))).toBe(true);
  }
  for (const accession of message.accessions) {
    expect((await technician.get(`/api/specimens/${encodeURIComponent(accession)}`)).status).toBe(404);
    expect(await openHeld(encodeURIComponent(accession))).toEqual([]);
  }
});
