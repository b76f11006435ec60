import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestLaboratory, type Person, specimenWith, type TestLaboratory, verifyAll } from './laboratory.ts';

let laboratory: TestLaboratory;
let admin: Person;
beforeAll(async () => {
  laboratory = await openTestLaboratory({ lab: { hospital: 'BV Đa khoa huyện', address: 'Phố Huyện 1' } });
  admin = await laboratory.as('administrator');
});
afterAll(() => laboratory.close());

interface Step {
  step: string;
  done: boolean;
  confirmed: { by: string; at: string } | null;
}

async function stepsOf(person: Person): Promise<Record<string, boolean>> {
  const { body } = await person.get('/api/guide');
  return Object.fromEntries(body.items.map((each: Step) => [each.step, each.done]));
}

test('an empty laboratory: every step is open, save the letterhead that lab.yaml gives', async () => {
  expect(await stepsOf(admin)).toEqual({
    account: false,
    laboratory: true,
    catalogue: false,
    people: false,
    analyzer: false,
    order: false,
    result: false,
    recipient: false,
    backup: false,
  });
});

test('people are shown only the steps they may do, and may not confirm the others', async () => {
  const technician = await laboratory.as('technician');
  expect(Object.keys(await stepsOf(technician))).toEqual(['order', 'result']);
  expect(Object.keys(await stepsOf(await laboratory.as('receptionist')))).toEqual(['order']);
  expect(Object.keys(await stepsOf(await laboratory.as('auditor')))).toEqual([]);
  expect((await technician.post('/api/guide/backup/confirm')).status).toBe(403);
  expect((await laboratory.stranger.get('/api/guide')).status).toBe(401);
});

test('steps tick themselves as the laboratory begins to work', async () => {
  const technician = await laboratory.as('technician');
  expect((await stepsOf(admin)).people).toBe(true);
  const { accession } = await specimenWith(technician, { orders: ['GLU'], values: { GLU: '5.2' } });
  expect(await stepsOf(technician)).toEqual({ order: true, result: false });
  expect((await verifyAll(technician, accession)).status).toBe(200);
  expect(await stepsOf(technician)).toEqual({ order: true, result: true });
  const his = { id: 'his', hl7: { connect: '127.0.0.1:9' } };
  expect((await admin.post('/api/recipients', his)).status).toBe(201);
  const { body } = await admin.get('/api/catalogue/analytes?q=GLU');
  const { id, ...entry } = body.items.find((each: { code: string }) => each.code === 'GLU');
  expect(
    (await admin.put(`/api/catalogue/analytes/${encodeURIComponent(id)}`, { ...entry, method: 'GOD' })).status,
  ).toBe(200);
  expect(await stepsOf(admin)).toMatchObject({ recipient: true, catalogue: true, analyzer: false, account: false });
});

test('what nothing can show a person confirms: who and when are kept, and it can be taken back', async () => {
  const { body } = await admin.post('/api/guide/backup/confirm');
  const backup = body.items.find((each: Step) => each.step === 'backup');
  expect(backup).toMatchObject({ done: true, confirmed: { by: admin.username } });
  const trail = await admin.get('/api/audit?subject=guide%2Fbackup');
  expect(trail.body.items).toMatchObject([{ action: 'guide-confirm', actor: admin.username }]);
  await admin.delete('/api/guide/backup/confirm');
  expect((await stepsOf(admin)).backup).toBe(false);
  // What the store shows by itself nobody ticks by hand.
  expect((await admin.post('/api/guide/people/confirm')).body.code).toBe('REQUEST_INVALID');
});

test('who put the guide away does not see it until he brings it back; others do', async () => {
  expect((await admin.put('/api/guide', { hidden: true })).body.hidden).toBe(true);
  expect((await admin.get('/api/guide')).body.hidden).toBe(true);
  expect((await (await laboratory.as('technician')).get('/api/guide')).body.hidden).toBe(false);
  expect((await admin.put('/api/guide', { hidden: false })).body.hidden).toBe(false);
  expect((await admin.put('/api/guide', { hidden: 'yes' })).status).toBe(400);
});
