import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPtyPair, type PtyPair } from '../../simulators/pty.ts';
import { storeKinds } from '../store/mongo-server.ts';
import type { Client } from './client.ts';
import { freePort, openSite, type Product, type Site, verifyAll, waiting, xnMessage } from './harness.ts';
import { type HospitalSystem, startHospitalSystem } from './receiver.ts';
import { until } from './until.ts';

const patient = { id: 'BN77', name: 'Nguyễn Thị Ánh', sex: 'female', birthDate: '1987-03-12' };
const counted = { WBC: '7.10', HGB: '13.2', PLT: '250' };
type Row = Readonly<Record<string, string>>;

describe.each(storeKinds())('the way of a result, store %s', (kind) => {
  const pair: PtyPair | null = openPtyPair();
  let site: Site;
  let product: Product;
  let his: HospitalSystem;
  let technician: Client;
  let emr: Client;
  const ports = { xn: 0, bc: 0 };

  beforeAll(async () => {
    his = await startHospitalSystem();
    Object.assign(ports, { xn: await freePort(), bc: await freePort() });
    const serial = pair === null ? '' : `  - { id: c311-1, driver: roche/cobas-c311, serial: { path: ${pair.path} } }`;
    site = await openSite({
      kind,
      staff: ['technician'],
      lab: `
undoSeconds: 1
analyzers:
  - { id: xn-1, driver: sysmex/xn-1000, tcp: { listen: ${ports.xn} } }
  - { id: bc-1, driver: mindray/bc-5380, tcp: { listen: ${ports.bc} } }
${serial}
recipients:
  - { id: his, hl7: { connect: "127.0.0.1:${his.port}", ackTimeoutSeconds: 1 }, retrySeconds: [0.2, 0.4] }`,
    });
    product = await site.start();
    technician = await product.as('technician');
    const token = await site.cuvette(['token', 'add', 'emr', '--scope', 'system/*.rs']);
    expect(token).toMatchObject({ code: 0, stderr: '' });
    expect(token.stdout).toMatch(/^\S+\n$/);
    emr = product.bearer(token.stdout.trim());
  });
  afterAll(async () => {
    await site?.close();
    await his?.down();
    pair?.close();
  });

  async function register(orders: readonly string[]): Promise<string> {
    const { status, body } = await technician.post('/api/specimens', { patient, orders });
    expect(status).toBe(201);
    return body.accession;
  }

  const xn = () => site.simulator('sysmex/xn-1000', { tcp: `127.0.0.1:${ports.xn}` });

  async function published(accession: string, version: number): Promise<Row> {
    return until(`report ${version} of ${accession}`, async () => {
      const { body } = await technician.get(`/api/specimens/${accession}`);
      return body.reports.find((each: { version: number }) => each.version === version);
    });
  }

  function delivery(accession: string, state: string, version = 1) {
    return until(`version ${version} of ${accession} is ${state}`, async () => {
      const { body } = await product.admin.get('/api/deliveries');
      return body.items.find(
        (each: Row & { version: number }) =>
          each.accession === accession && each.state === state && each.version === version,
      );
    });
  }

  async function reported(values: Row): Promise<string> {
    const accession = await register(Object.keys(values));
    await xn().send(xnMessage(accession, values));
    await waiting(technician, accession, Object.keys(values).length);
    expect((await verifyAll(technician, accession)).status).toBe(200);
    await published(accession, 1);
    return accession;
  }

  test('sent over ASTM it waits for a technician, and the EMR sees it once verified and the undo time is over', async () => {
    const accession = await register(Object.keys(counted));
    await xn().send(xnMessage(accession, counted));
    const specimen = await waiting(technician, accession, 3);
    expect(specimen.observations.find((each: Row) => each.analyte === 'WBC')).toMatchObject({
      version: 1,
      run: 1,
      current: true,
      analyzer: 'xn-1',
      hostCode: 'WBC',
      loinc: '6690-2',
      value: '7.10',
      unit: '10*9/L',
      sent: { value: '7.10', unit: '10*3/uL' },
      referenceRange: { low: '4.0', high: '10.0' },
      flags: [],
      alerts: [],
      state: 'pending',
      observedAt: '2026-11-25T01:15:30.000Z',
    });
    await until('it is on the worklist', async () => {
      const { body } = await technician.get('/api/worklist');
      return body.items.some((each: Row) => each.accession === accession);
    });

    const unseen = async () => {
      const report = await emr.get(`/fhir/R4/DiagnosticReport?identifier=${accession}`);
      const observations = await emr.get(`/fhir/R4/Observation?specimen.identifier=${accession}`);
      expect([report.status, observations.status]).toEqual([200, 200]);
      expect([report.body.entry ?? [], observations.body.entry ?? []]).toEqual([[], []]);
      expect(his.arrived.filter((each) => each.text.includes(accession))).toEqual([]);
    };
    await unseen();
    const verified = await verifyAll(technician, accession);
    expect(verified.status).toBe(200);
    await unseen();
    const undone = await technician.post(`/api/specimens/${accession}/verify/undo`);
    expect(undone.status).toBe(200);
    expect(undone.body.observations.map((each: Row) => each.state)).toEqual(['pending', 'pending', 'pending']);
    expect((await verifyAll(technician, accession)).status).toBe(200);

    const report = await until('the report', async () => {
      const { body } = await emr.get(`/fhir/R4/DiagnosticReport?identifier=${accession}`);
      return body.entry?.[0]?.resource;
    });
    expect(report).toMatchObject({ resourceType: 'DiagnosticReport', status: 'final' });
    expect(report.identifier.some((each: Row) => each.value === accession)).toBe(true);
    const { text } = await emr.get('/fhir/R4/Observation');
    expect(text).toMatch(/"value"\s*:\s*7\.10\b/);
    const oru = await until('the ORU', () => his.arrived.find((each) => each.text.includes(accession)));
    expect(oru.text).toMatch(/^MSH\|\^~\\&\|.*\|ORU\^R01/);
    expect(oru.text).toMatch(/\rOBX\|\d+\|NM\|[^\r]*\|7\.10\|/);
    expect(oru.text).toMatch(/\rPID\|[^\r]*BN77/);
    expect(await delivery(accession, 'delivered')).toMatchObject({ recipient: 'his', ack: { code: 'AA' } });
    const late = await technician.post(`/api/specimens/${accession}/verify/undo`);
    expect(late).toMatchObject({ status: 409, body: { code: 'VERIFY_UNDO_TOO_LATE' } });
  });

  test('the same results again get the same answer and change nothing; another run is kept beside', async () => {
    const accession = await register(['WBC', 'HGB']);
    const analyzer = xn();
    const message = xnMessage(accession, { WBC: '6.00', HGB: '12.5' });
    await analyzer.send(message);
    const first = await waiting(technician, accession, 2);
    await analyzer.send(message);
    await until('the second arrival is seen as a repetition', async () => {
      const { body } = await technician.get('/api/analyzers/xn-1/messages');
      return body.items[0].state === 'repeated' && body.items[0].accessions.includes(accession);
    });
    const { body: same } = await technician.get(`/api/specimens/${accession}`);
    expect(same.observations).toEqual(first.observations);

    await analyzer.send(xnMessage(accession, { WBC: '6.10', HGB: '12.5' }, '20261125083000'));
    const rerun = await waiting(technician, accession, 4);
    const runs = rerun.observations
      .filter((each: Row) => each.analyte === 'WBC')
      .map(({ run, current, value }: Row) => [run, current, value]);
    expect(runs).toEqual([
      [2, true, '6.10'],
      [1, false, '6.00'],
    ]);
  });

  test('sent over HL7 and over a serial line it comes to the same worklist', async () => {
    const blood = await register(['CBC']);
    await site.simulator('mindray/bc-5380', { tcp: `127.0.0.1:${ports.bc}` }).results(blood);
    expect((await waiting(technician, blood, 1)).observations[0]).toMatchObject({ analyzer: 'bc-1', state: 'pending' });
    if (pair === null) return;
    await until('the serial line is up', async () => {
      const { body } = await technician.get('/api/analyzers');
      return body.items.some((each: Row) => each.id === 'c311-1' && each.state !== 'down');
    });
    pair.opened();
    const serum = await register(['GLU', 'CREA', 'ALT']);
    await site.simulator('roche/cobas-c311', { port: pair }).results(serum);
    expect((await waiting(technician, serum)).observations[0]).toMatchObject({ analyzer: 'c311-1', state: 'pending' });
  });

  test('a recipient that is down gets the report when it is up, with the MSH-10 of the first try', async () => {
    his.answer(null);
    const silent = await reported({ WBC: '5.55' });
    const tries = await until('a second try', () => {
      const mine = his.arrived.filter((each) => each.text.includes(silent));
      return mine.length >= 2 && mine;
    });
    await his.down();
    const second = await reported({ WBC: '5.66' });
    his.answer('AA');
    await his.up();
    await delivery(silent, 'delivered');
    await delivery(second, 'delivered');
    const ids = new Set(his.arrived.filter((each) => each.text.includes(silent)).map((each) => each.controlId));
    expect([...ids]).toEqual([tries[0]?.controlId]);
    const order = his.arrived.map((each) => (each.text.includes(second) ? second : silent));
    expect(order.lastIndexOf(silent)).toBeLessThan(order.indexOf(second));
  });

  test.each(['AE', 'AR'] as const)('%s parks a delivery with the reason, and the next goes on', async (code) => {
    his.answer(code, 'Unknown patient');
    const refused = await reported({ WBC: '4.44' });
    const parked = await delivery(refused, 'parked');
    expect(parked).toMatchObject({ recipient: 'his', version: 1, ack: { code } });
    expect(parked.reason).toContain('Unknown patient');
    his.answer('AA');
    const next = await reported({ WBC: '4.45' });
    await delivery(next, 'delivered');
    expect(his.arrived.filter((each) => each.text.includes(refused))).toHaveLength(1);
  });
});
