import { connect } from 'node:net';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { listenForOrders, type OrderListener } from '../../src/orders/listen.ts';
import { hospital } from '../journeys/hospital.ts';
import {
  currentOf,
  openTestLaboratory,
  type Person,
  somebody,
  specimenWith,
  type TestLaboratory,
  verifyAll,
} from './laboratory.ts';

let controls = 0;
const msh = (type: string, more = '') =>
  `MSH|^~\\&|HIS|BV|LIS|XN|20261125080000||${type}|C${++controls}|P|2.5.1${more}`;
const field = (lines: readonly string[], segment: string, number: number, nth = 0) =>
  lines.filter((line) => line.startsWith(segment))[nth]?.split('|')[number];

describe('orders by HL7', () => {
  let site: TestLaboratory;
  let listener: OrderListener;
  let his: ReturnType<typeof hospital>;
  let tech: Person;
  beforeAll(async () => {
    site = await openTestLaboratory();
    listener = await listenForOrders(site.lab, { host: '127.0.0.1', listen: 0 });
    await vi.waitUntil(() => !listener.address().endsWith(':0'));
    his = hospital(listener.address());
    tech = await site.as('technician');
  });
  afterAll(async () => {
    his.close();
    await listener.close();
    await site.close();
  });

  const pid = (id: string, sex = 'F') => `PID|1||${id}^^^BV^MR~079086001234^^^CCCD^NI||Nguyễn^Đào^Thị||19860412|${sex}`;
  const oml = (patient: string, orders: readonly string[]) => [
    msh('OML^O21^OML_O21'),
    patient,
    'PV1|1|I|ICU^12^1||||||||||||||||V0001',
    ...orders,
  ];

  it('reads the character set of a sender that leaves MSH-18 empty as told; one that names its own keeps that', async () => {
    const old = await listenForOrders(site.lab, { host: '127.0.0.1', listen: 0, charset: 'windows-1258' });
    await vi.waitUntil(() => !old.address().endsWith(':0'));
    const [host, port] = old.address().split(':');
    const told = async (id: string, charset: string, more = ''): Promise<string | undefined> => {
      // As this character set has it: tones stand beside their letters.
      const name = 'Tr\u00e2\u0300n^Thi\u0323 H\u01b0\u01a1\u0300ng';
      const text = [msh('ADT^A04', more), `PID|1||${id}^^^BV^MR||${name}||19700102|F`, 'PV1|1|O', ''].join('\r');
      const socket = connect(Number(port), host);
      socket.write(Buffer.concat([Buffer.of(0x0b), iconv.encode(text, charset), Buffer.of(0x1c, 0x0d)]));
      await new Promise((resolve) => socket.once('data', resolve));
      socket.destroy();
      return (await site.lab.collections.patients.findOne({ _id: id }))?.name;
    };
    expect(await told('CS1', 'windows-1258')).toBe('Trần Thị Hường');
    expect(await told('CS2', 'utf8', '||||||UNICODE UTF-8')).toBe('Trần Thị Hường');
    await old.close();
  });

  it('registers specimen and orders, answers each ORC, and a second time changes nothing', async () => {
    const message = oml(pid('H1'), [
      'ORC|NW|5001^HIS|||||^^^^^R',
      'TQ1|1||||||||S',
      'OBR|1|5001^HIS||CBC^Blood count',
      'SPM|1|T5001^||BLD|||||||||||||20261125073000',
      'ORC|NW|5002^HIS',
      'OBR|2|5002^HIS||NOPE^Unknown',
      'ORC|NW|5003^HIS',
      'OBR|3|5003^HIS||PSA',
    ]);
    const answer = await his.send(message);
    expect(field(answer, 'MSH', 8)).toBe('ORL^O22^ORL_O22');
    expect(field(answer, 'MSA', 1)).toBe('AA');
    expect(answer.filter((line) => line.startsWith('ORC')).map((line) => line.split('|').slice(1, 3))).toEqual([
      ['OK', '5001^HIS'],
      ['UA', '5002^HIS'],
      ['UA', '5003^HIS'],
    ]);
    expect(answer.join('\n')).toMatch(/ERR.*NOPE/);
    expect(answer.join('\n')).toMatch(/PSA is for male/);
    const specimen = (await tech.get('/api/specimens/T5001')).body;
    expect(specimen).toMatchObject({
      patient: {
        id: 'H1',
        name: 'Nguyễn Thị Đào',
        birthDate: '1986-04-12',
        sex: 'female',
        identifiers: [{ system: 'CCCD', value: '079086001234' }],
      },
      priority: 'stat',
      ward: 'ICU',
      encounter: 'V0001',
      state: 'collected',
      collectedAt: '2026-11-25T00:30:00.000Z',
      orders: [{ placer: '5001^HIS', code: 'CBC', state: 'ordered' }],
    });
    const again = await his.send(
      message.map((line, at) => (at === 0 ? msh('OML^O21^OML_O21') : line.replace('TQ1|1||||||||S', 'TQ1|1||||||||R'))),
    );
    expect(field(again, 'ORC', 1)).toBe('OK');
    expect((await tech.get('/api/specimens/T5001')).body).toEqual(specimen);
    const { items } = (await tech.get('/api/orders?placer=5001')).body;
    expect(items).toHaveLength(1);
    expect((await tech.get('/api/orders?placer=5001%5EHIS')).body.items).toEqual(items);
    expect((await tech.get('/api/orders?placer=500')).body.items).toEqual([]);
  });

  it('ORM^O01 is answered by ORR^O02; without a specimen number one is allotted', async () => {
    const answer = await his.send([
      msh('ORM^O01'),
      pid('H2'),
      'ORC|NW|6001^HIS|||||^^^^^A',
      'OBR|1|6001^HIS||GLU',
      'OBR|2|6001^HIS||K',
    ]);
    expect(field(answer, 'MSH', 8)).toBe('ORR^O02^ORR_O02');
    const [order, other] = (await tech.get('/api/orders?placer=6001')).body.items;
    expect(order.accession).toMatch(/^\d{10}$/);
    expect([order.code, other.code].sort()).toEqual(['GLU', 'K']);
    expect(order).toMatchObject({ priority: 'urgent', patient: 'H2' });
    // The same number of another authority is another order.
    await his.send([msh('ORM^O01'), pid('H2'), 'ORC|NW|6001^PK', 'OBR|1|6001^PK||NA']);
    expect((await tech.get('/api/orders?placer=6001')).body.items).toHaveLength(3);
  });

  it('adds on, changes and cancels; after release cancelling is refused', async () => {
    await his.send(oml(pid('H3'), ['ORC|NW|7001^HIS', 'OBR|1|7001^HIS||K', 'SPM|1|T7001']));
    await his.send(oml(pid('H3'), ['ORC|NW|7002^HIS', 'OBR|1|7002^HIS||NA', 'SPM|1|T7001']));
    const changed = await his.send(
      oml(pid('H3'), ['ORC|XO|7002^HIS', 'TQ1|1||||||||S', 'OBR|1|7002^HIS||CL', 'SPM|1|T7001']),
    );
    expect(field(changed, 'ORC', 1)).toBe('XR');
    let { body } = await tech.get('/api/specimens/T7001');
    expect(body.orders.map((each: { code: string }) => each.code)).toEqual(['K', 'CL']);
    expect(body.priority).toBe('stat');
    const cancelled = await his.send(oml(pid('H3'), ['ORC|CA|7002^HIS', 'OBR|1|7002^HIS||CL']));
    expect(field(cancelled, 'ORC', 1)).toBe('CR');
    expect((await tech.get('/api/orders?placer=7002&state=cancelled')).body.items).toHaveLength(1);
    const unknown = await his.send(oml(pid('H3'), ['ORC|CA|9999^HIS', 'OBR|1|9999^HIS||K']));
    expect([field(unknown, 'MSA', 1), field(unknown, 'ORC', 1)]).toEqual(['AE', 'UC']);
    expect(field(await his.send(oml(pid('H3'), ['ORC|XO|9999^HIS', 'OBR|1|9999^HIS||K'])), 'ORC', 1)).toBe('UX');
    await tech.post('/api/specimens/T7001/observations', { observations: [{ analyte: 'K', value: '4.1' }] });
    await verifyAll(tech, 'T7001');
    const late = await his.send(oml(pid('H3'), ['ORC|CA|7001^HIS', 'OBR|1|7001^HIS||K']));
    expect([field(late, 'MSA', 1), field(late, 'ORC', 1)]).toEqual(['AE', 'UC']);
    expect(field(late, 'ERR', 8)).toContain('released');
    ({ body } = await tech.get('/api/specimens/T7001'));
    expect(body.orders[0].state).toBe('completed');
  });

  it('never gives a tube of one patient to another, nor one test two numbers', async () => {
    await his.send(oml(pid('H4'), ['ORC|NW|8001^HIS', 'OBR|1|8001^HIS||K', 'SPM|1|T8001']));
    const foreign = await his.send(oml(pid('H5'), ['ORC|NW|8002^HIS', 'OBR|1|8002^HIS||NA', 'SPM|1|T8001']));
    expect([field(foreign, 'MSA', 1), field(foreign, 'ORC', 1)]).toEqual(['AE', 'UA']);
    const doubled = await his.send(oml(pid('H4'), ['ORC|NW|8003^HIS', 'OBR|1|8003^HIS||K', 'SPM|1|T8001']));
    expect(field(doubled, 'ORC', 1)).toBe('UA');
    // What was registered by hand gets the number the hospital knows it by.
    const { accession, patient } = await specimenWith(tech, { patient: somebody(), orders: ['GLU'] });
    await his.send(oml(pid(patient.id), ['ORC|NW|8004^HIS', 'OBR|1|8004^HIS||GLU', `SPM|1|${accession}`]));
    expect((await tech.get('/api/orders?placer=8004')).body.items).toMatchObject([{ accession, code: 'GLU' }]);
  });

  it('refuses what it can not take with words: no PID-3, other types, other bytes', async () => {
    const nobody = await his.send(oml('PID|1||||Không^Ai', ['ORC|NW|1^HIS', 'OBR|1|1^HIS||K']));
    expect(field(nobody, 'MSA', 1)).toBe('AE');
    expect(field(nobody, 'MSA', 3)).toContain('PID-3');
    const other = await his.send([msh('SIU^S12'), pid('H1')]);
    expect([field(other, 'MSA', 1), field(other, 'MSH', 8)]).toEqual(['AR', 'ACK^S12^ACK']);
    const latin = await his.send(
      oml(pid('H6').replace('Nguyễn', 'Nguyén'), ['ORC|NW|2^HIS', 'OBR|1|2^HIS||K']),
      'latin1',
    );
    expect(field(latin, 'MSA', 1)).toBe('AE');
    expect(field(await his.send(oml(pid('H1'), ['ORC|ZZ|3^HIS', 'OBR|1|3^HIS||K'])), 'ORC', 1)).toBe('UA');
    expect((await tech.get('/api/patients/H6')).status).toBe(404);
  });

  it('ADT keeps who a patient is; a field that is not sent stays', async () => {
    for (const trigger of ['A01', 'A04'])
      expect(field(await his.send([msh(`ADT^${trigger}`), 'EVN|', pid('H7'), 'PV1|1|I']), 'MSA', 1)).toBe('AA');
    await his.send([msh('ADT^A08'), 'EVN|', 'PID|1||H7^^^BV^MR||||19900101']);
    expect((await tech.get('/api/patients/H7')).body).toMatchObject({
      name: 'Nguyễn Thị Đào',
      birthDate: '1990-01-01',
      sex: 'female',
    });
  });

  it('a merge moves everything, leaves a trace, and sends reports again under the survivor', async () => {
    await his.send(oml(pid('L1'), ['ORC|NW|9101^HIS', 'OBR|1|9101^HIS||K', 'SPM|1|T9101']));
    await tech.post('/api/specimens/T9101/observations', { observations: [{ analyte: 'K', value: '4.1' }] });
    await verifyAll(tech, 'T9101');
    await his.send(oml(pid('L1'), ['ORC|NW|9102^HIS', 'OBR|1|9102^HIS||NA', 'SPM|1|T9102']));
    expect(field(await his.send([msh('ADT^A40'), 'EVN|', pid('L1'), 'MRG|L1^^^BV^MR']), 'MSA', 1)).toBe('AE');
    const a40 = () => [msh('ADT^A40^ADT_A39'), 'EVN|', pid('S1'), 'MRG|L1^^^BV^MR'];
    expect(field(await his.send(a40()), 'MSA', 1)).toBe('AA');
    expect((await tech.get('/api/patients/L1')).body).toEqual({ id: 'L1', mergedInto: 'S1' });
    const moved = (await tech.get('/api/specimens/T9101')).body;
    expect(moved.patient.id).toBe('S1');
    expect(moved.reports).toHaveLength(2);
    const report = (await tech.get(`/api/reports/${moved.reports[1].id}`)).body;
    expect(report).toMatchObject({ patient: { id: 'S1' }, observations: [{ value: '4.1', status: 'final' }] });
    expect(currentOf(moved, 'K').state).toBe('released');
    expect((await tech.get('/api/specimens/T9102')).body).toMatchObject({ patient: { id: 'S1' }, reports: [] });
    expect((await tech.get('/api/orders?patient=S1')).body.items).toHaveLength(2);
    expect(field(await his.send(a40()), 'MSA', 1)).toBe('AA');
    expect((await tech.get('/api/specimens/T9101')).body.reports).toHaveLength(2);
    const { items } = (await (await site.as('auditor')).get('/api/audit?subject=S1&action=merge')).body;
    expect(items).toMatchObject([
      { actor: 'hl7', before: { accessions: expect.arrayContaining(['T9101', 'T9102']) }, after: { merged: 'L1' } },
    ]);
    // Under the old number it is the survivor from now on.
    await his.send(oml(pid('L1'), ['ORC|NW|9103^HIS', 'OBR|1|9103^HIS||CL', 'SPM|1|T9103']));
    expect((await tech.get('/api/specimens/T9103')).body.patient.id).toBe('S1');
    expect(field(await his.send([msh('ADT^A40'), 'EVN|', pid('L1'), 'MRG|S1^^^BV^MR']), 'MSA', 1)).toBe('AE');
  });

  it('the journal holds what came and what was answered; nothing is answered that the store did not take', async () => {
    const kept = await site.lab.collections.messages.find({ analyzer: 'orders.hl7' }).toArray();
    expect(kept.filter((each) => each.direction === 'in').length).toBeGreaterThan(10);
    expect(kept.some((each) => each.direction === 'out')).toBe(true);
    const { messages } = site.lab.collections;
    const broken = {
      ...site.lab,
      collections: {
        ...site.lab.collections,
        messages: {
          ...messages,
          findOne: () => messages.findOne({ _id: 'none' }),
          insertOne: () => Promise.reject(new Error('disk full')),
        },
      },
    };
    const other = await listenForOrders(broken as typeof site.lab, { host: '127.0.0.1', listen: 0 });
    await vi.waitUntil(() => !other.address().endsWith(':0'));
    const line = hospital(other.address());
    const answer = await line.send(oml(pid('H9'), ['ORC|NW|9901^HIS', 'OBR|1|9901^HIS||K', 'SPM|1|T9901']));
    expect(field(answer, 'MSA', 1)).toBe('AE');
    expect((await tech.get('/api/specimens/T9901')).status).toBe(404);
    line.close();
    await other.close();
  });
});

describe('orders by the API', () => {
  let site: TestLaboratory;
  beforeAll(async () => {
    site = await openTestLaboratory();
  });
  afterAll(() => site.close());

  it('add-on and cancel, all or none; what is impossible needs a reason', async () => {
    const desk = await site.as('receptionist');
    const tech = await site.as('technician');
    const patient = somebody();
    const impossible = await desk.post('/api/specimens', { patient, orders: ['PSA'] });
    expect(impossible).toMatchObject({ status: 422, body: { code: 'ORDER_NOT_POSSIBLE' } });
    expect((await desk.post('/api/specimens', { patient, orders: ['PSA'], reason: 'trans woman' })).status).toBe(201);
    const { accession } = (await desk.post('/api/specimens', { patient, orders: ['K'] })).body;
    const path = `/api/specimens/${accession}/orders`;
    expect((await desk.post(path, { add: ['NOPE'] })).status).toBe(422);
    expect((await desk.post(path, { add: ['NA'], cancel: ['CL'] })).status).toBe(404);
    const added = await desk.post(path, { add: ['NA', 'K'] });
    expect(added.body.orders.map((each: { code: string }) => each.code)).toEqual(['K', 'NA']);
    const cancelled = await desk.post(path, { cancel: [added.body.orders[1].id], reason: 'double' });
    expect(cancelled.body.orders[1].state).toBe('cancelled');
    await tech.post(`/api/specimens/${accession}/observations`, { observations: [{ analyte: 'K', value: '4' }] });
    await verifyAll(tech, accession);
    expect((await desk.post(path, { cancel: ['K'] })).status).toBe(409);
    expect((await (await site.as('auditor')).post(path, { add: ['CL'] })).status).toBe(403);
    const check = await desk.post('/api/orders/check', {
      patient: { id: patient.id, sex: 'female', birthDate: '1986-04-12' },
      orders: ['PSA', 'GLU'],
    });
    expect(check.body.items.map((each: { kind: string }) => each.kind)).toEqual(['sex', 'duplicate']);
  });
});
