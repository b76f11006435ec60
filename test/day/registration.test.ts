import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergePatients } from '../../src/acts/merge.ts';
import { readArrival, takeMessage } from '../../src/orders/take.ts';
import { openTestLaboratory, somebody, type TestLaboratory } from './laboratory.ts';

let site: TestLaboratory;
beforeAll(async () => {
  site = await openTestLaboratory();
});
afterAll(() => site.close());

const born = (birthDate: string) => ({ patient: somebody({ birthDate }), orders: ['CBC'] });

test.each([
  ['a month that is none', born('1980-13-01'), 'patient.birthDate'],
  ['a day that is none', born('1980-02-30'), 'patient.birthDate'],
  ['words for a day', born('hôm qua'), 'patient.birthDate'],
  ['a birth longer ago than anyone lives', born('1079-05-14'), 'patient.birthDate'],
  ['a birth after the collection', { ...born('2026-11-20'), collectedAt: '2026-11-02T01:00:00Z' }, 'patient.birthDate'],
  ['a birth that is still to come', born('2090-01-01'), 'patient.birthDate'],
  ['a time that is none', { ...born('1980'), collectedAt: '25:61' }, 'collectedAt'],
  ['no order', { ...born('1980'), orders: [] }, 'orders'],
  ['a line break in a name', { patient: somebody({ name: 'A\rPID|2' }), orders: ['CBC'] }, 'patient.name'],
  ['a separator in an accession', { ...born('1980'), accession: 'A|1' }, 'accession'],
  ['a sex nobody knows', { patient: somebody({ sex: 'F' }), orders: ['CBC'] }, 'patient.sex'],
])('%s is refused by name, and registers nothing', async (_name, body, field) => {
  const who = await site.as('receptionist');
  const before = (await who.get('/api/patients?q=')).body.items.length;
  const answer = await who.post('/api/specimens', body);
  expect([answer.status, answer.body.code]).toEqual([400, 'REQUEST_INVALID']);
  expect(answer.body.message).toContain(`${field}:`);
  expect((await who.get('/api/patients?q=')).body.items).toHaveLength(before);
});

test('a newborn is registered on the day it is born, whatever the zone', async () => {
  const who = await site.as('receptionist');
  const made = await who.post('/api/specimens', { ...born('2026-11-21'), collectedAt: '2026-11-20T17:30:00Z' });
  expect(made.status).toBe(201);
});

const ahead = (minutes: number): string => new Date(site.lab.now() + minutes * 60_000).toISOString();

test('a collection that is still to come is refused by a code of its own; clocks may differ by a few minutes', async () => {
  const who = await site.as('receptionist');
  const patient = somebody();
  const refused = await who.post('/api/specimens', { patient, orders: ['CBC'], collectedAt: ahead(30) });
  expect(refused).toMatchObject({ status: 422, body: { code: 'SPECIMEN_TIME_AHEAD' } });
  expect((await who.get(`/api/patients/${patient.id}`)).status).toBe(404);
  const made = await who.post('/api/specimens', { patient, orders: ['CBC'], collectedAt: ahead(4) });
  expect(made.status).toBe(201);
  const { accession } = (await who.post('/api/specimens', { patient: somebody(), orders: ['CBC'] })).body;
  const step = `/api/specimens/${accession}/collect`;
  expect((await who.post(step, { at: ahead(30) })).body).toMatchObject({ code: 'SPECIMEN_TIME_AHEAD' });
  expect((await who.post(step, { at: ahead(0) })).status).toBe(200);
});

test('an order of another system that plans the collection is taken, and nothing is collected yet', async () => {
  const planned = ahead(120)
    .replace(/[-:T]|\..*/g, '')
    .slice(0, 14);
  const text = [
    'MSH|^~\\&|HIS|BV|LIS|XN|20261125080000||OML^O21^OML_O21|PLAN1|P|2.5.1',
    'PID|1||PLAN1^^^BV^MR||Lê^Hoa||19950101|F',
    'ORC|NW|PLAN1^HIS',
    'OBR|1|PLAN1^HIS||CBC',
    `SPM|1|PLAN-T1^||BLD|||||||||||||${planned}+0000`,
  ].join('\r');
  expect((await takeMessage(site.lab, readArrival(Buffer.from(text)))).code).toBe('AA');
  expect((await (await site.as('technician')).get('/api/specimens/PLAN-T1')).body).toMatchObject({
    state: 'ordered',
    collectedAtSource: 'assumed',
  });
});

test('a known id with another name, sex or birth date is told in the answer, or refused where that is asked', async () => {
  const who = await site.as('receptionist');
  const patient = somebody({ name: 'Nguyễn Thị Đào', birthDate: '1986' });
  const register = (more: object, rest: object = {}) =>
    who.post('/api/specimens', { patient: { ...patient, ...more }, orders: ['CBC'], ...rest });
  expect((await register({})).body.patient.earlier).toBeUndefined();
  const refused = await register({ name: 'Trần Văn Hùng', sex: 'male' }, { patientDiffers: 'refuse' });
  expect(refused).toMatchObject({
    status: 409,
    body: {
      code: 'PATIENT_DIFFERS',
      details: { fields: 'name, sex', known: { name: 'Nguyễn Thị Đào', sex: 'female', birthDate: '1986' } },
    },
  });
  expect((await who.get(`/api/patients/${patient.id}`)).body).toMatchObject({ name: 'Nguyễn Thị Đào', version: 1 });
  // More of a date and another spelling are the same person.
  const same = { name: 'NGUYEN THI DAO', birthDate: '1986-04-12' };
  const completed = await register(same, { patientDiffers: 'refuse' });
  expect(completed.status).toBe(201);
  expect(completed.body.patient.earlier).toBeUndefined();
  expect((await register({ ...same, birthDate: '1987-04-12' }, { patientDiffers: 'refuse' })).status).toBe(409);

  const taken = await register({ ...same, name: 'Trần Văn Hùng' });
  expect(taken).toMatchObject({
    status: 201,
    body: {
      patient: {
        name: 'Trần Văn Hùng',
        earlier: [{ name: 'NGUYEN THI DAO', sex: 'female', birthDate: '1986-04-12', by: 'receptionist' }],
      },
    },
  });
  // An id that was merged is the survivor's: the specimen would be his.
  const other = somebody({ name: 'Lê Văn Tám', sex: 'male', birthDate: '1971-02-03' });
  expect((await who.post('/api/specimens', { patient: other, orders: ['CBC'] })).status).toBe(201);
  await mergePatients(site.lab, { username: 'bs-minh', role: 'doctor' }, other.id, patient.id);
  const ofOther = (name: string) =>
    who.post('/api/specimens', { patient: { ...other, name }, orders: ['CBC'], patientDiffers: 'refuse' });
  expect(await ofOther('Lê Văn Tám')).toMatchObject({ status: 409, body: { details: { patient: patient.id } } });
  const again = await register({ ...same, name: 'Trần Văn Hùng', phone: '0901' });
  expect(again.body.patient.earlier).toEqual(taken.body.patient.earlier);
  const { items } = (await (await site.as('auditor')).get(`/api/audit?subject=${patient.id}`)).body;
  expect(items.map((each: { before: { name: string } }) => each.before.name)).toContain('NGUYEN THI DAO');
});
