import { afterAll, beforeAll, expect, test } from 'vitest';
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
