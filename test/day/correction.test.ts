import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueDue } from '../../src/acts/issue.ts';
import { savePatient } from '../../src/acts/patients.ts';
import {
  currentOf,
  openTestLaboratory,
  type Person,
  somebody,
  specimenWith,
  type TestLaboratory,
  verifyAll,
} from './laboratory.ts';

describe('correction after release', () => {
  let site: TestLaboratory;
  let tech: Person;
  let senior: Person;
  let doctor: Person;
  beforeAll(async () => {
    site = await openTestLaboratory();
    [tech, senior, doctor] = [await site.as('technician'), await site.as('senior-technician'), await site.as('doctor')];
  });
  afterAll(() => site.close());

  async function released(orders: string[], values: Record<string, string>) {
    const { accession } = await specimenWith(tech, { orders, values });
    await verifyAll(tech, accession);
    return (await tech.get(`/api/specimens/${accession}`)).body;
  }
  const read = async (accession: string) => (await tech.get(`/api/specimens/${accession}`)).body;

  it('an amended value makes a corrected version, the old value and the old version stay', async () => {
    const specimen = await released(['K', 'NA'], { K: '4.00', NA: '140.0' });
    expect(specimen.reports).toMatchObject([{ version: 1, status: 'final' }]);
    const k = currentOf(specimen, 'K');
    const path = `/api/observations/${k.id}/amend`;
    expect((await tech.post(path, { version: k.version, value: '4.50', reason: 'typing' })).status).toBe(403);
    expect((await senior.post(path, { version: k.version, value: '4.50' })).status).toBe(422);
    expect((await senior.post(path, { version: k.version, value: 'high', reason: 'typing' })).status).toBe(422);
    expect(await senior.post(path, { version: k.version - 1, value: '4.50', reason: 'typing' })).toMatchObject({
      status: 409,
      body: { code: 'OBSERVATION_STALE', details: { observations: [k.id] } },
    });
    const amended = await senior.post(path, { version: k.version, value: '>7.50', reason: 'wrong tube read' });
    expect(amended).toMatchObject({
      status: 200,
      body: { value: '7.50', comparator: '>', flags: ['HH'], state: 'released', amends: k.id },
    });
    const after = await read(specimen.accession);
    expect(after.reports).toMatchObject([
      { version: 1, status: 'final' },
      { version: 2, status: 'corrected' },
    ]);
    expect(after.observations.find((each: { id: string }) => each.id === k.id)).toMatchObject({
      state: 'superseded',
      current: false,
      value: '4.00',
    });
    const [old, corrected] = await Promise.all(
      after.reports.map(async (each: { id: string }) => (await tech.get(`/api/reports/${each.id}`)).body),
    );
    expect(old.observations.find((each: { analyte: string }) => each.analyte === 'K').value).toBe('4.00');
    expect(corrected.observations.find((each: { analyte: string }) => each.analyte === 'K')).toMatchObject({
      value: '7.50',
      status: 'corrected',
      was: { value: '4.00', reason: 'wrong tube read' },
    });
    expect(corrected.observations.find((each: { analyte: string }) => each.analyte === 'NA').status).toBe('final');
    const compared = (await tech.get(`/api/reports/${corrected.id}/compare`)).body;
    expect(compared).toMatchObject({
      reason: 'wrong tube read',
      by: 'senior-technician',
      observations: [{ analyte: 'K', kind: 'changed', was: '4.00 mmol/L', is: '>7.50 mmol/L HH' }],
    });
    expect((await tech.post(path, { version: k.version, value: '5', reason: 'x' })).status).toBe(403);
    expect((await senior.post(path, { version: k.version + 1, value: '5', reason: 'x' })).status).toBe(409);
    // A corrected value may be critical as any other.
    expect((await tech.get('/api/criticals?state=open')).body.items.map((each: { id: string }) => each.id)).toContain(
      amended.body.id,
    );
    const { body } = await (await site.as('auditor')).get(`/api/audit?subject=${k.id}`);
    expect(body.items[0]).toMatchObject({
      action: 'amend',
      actor: 'senior-technician',
      reason: 'wrong tube read',
      before: { value: '4.00' },
      after: { value: '>7.50' },
    });
    const explained = (await tech.get(`/api/observations/${amended.body.id}/explain`)).body;
    expect(explained.acts.map((each: { action: string }) => each.action)).toEqual(
      expect.arrayContaining(['amend', 'issue']),
    );
  });

  it('words in place of a number are corrected to a number with its unit, and a number to words without one', async () => {
    const amend = async (from: string, value: string) => {
      const specimen = await released(['HIVVL'], { HIVVL: from });
      const load = currentOf(specimen, 'HIVVL');
      const path = `/api/observations/${load.id}/amend`;
      expect((await senior.post(path, { version: load.version, value, reason: 'typing' })).status).toBe(200);
      return currentOf(await read(specimen.accession), 'HIVVL');
    };
    expect(await amend('Not detected', '1523')).toMatchObject({ value: '1523', unit: '{copies}/mL' });
    expect(await amend('1523', 'Not detected')).toMatchObject({ value: 'Not detected', unit: '' });
  });

  it('a withdrawn value is entered in error; all of them make the report so', async () => {
    const specimen = await released(['K', 'NA'], { K: '4.00', NA: '140.0' });
    const k = currentOf(specimen, 'K');
    expect((await senior.post(`/api/observations/${k.id}/withdraw`, { version: k.version, reason: 'x' })).status).toBe(
      403,
    );
    expect((await doctor.post(`/api/observations/${k.id}/withdraw`, { version: k.version })).status).toBe(422);
    const one = await doctor.post(`/api/observations/${k.id}/withdraw`, { version: k.version, reason: 'hemolysis' });
    expect(one).toMatchObject({ status: 200, body: { state: 'withdrawn' } });
    expect((await read(specimen.accession)).reports.at(-1)).toMatchObject({ version: 2, status: 'corrected' });
    const all = await doctor.post(`/api/specimens/${specimen.accession}/withdraw`, { reason: 'wrong patient' });
    expect(all.body.reports.at(-1)).toMatchObject({ version: 3, status: 'entered-in-error' });
    const last = (await tech.get(`/api/reports/${all.body.reports.at(-1).id}`)).body;
    expect(last.observations.map((each: { status: string }) => each.status)).toEqual([
      'entered-in-error',
      'entered-in-error',
    ]);
    expect((await doctor.post(`/api/specimens/${specimen.accession}/withdraw`, { reason: 'again' })).status).toBe(409);
    // The next run takes the place of what was taken back.
    await tech.post(`/api/specimens/${specimen.accession}/observations`, {
      observations: [{ analyte: 'K', value: '4.40' }],
    });
    expect(currentOf(await read(specimen.accession), 'K')).toMatchObject({ value: '4.40', state: 'pending' });
    await verifyAll(tech, specimen.accession);
    expect((await read(specimen.accession)).reports.at(-1)).toMatchObject({ version: 4, status: 'corrected' });
  });

  it('taking a specimen back stops what waits to leave, in one version', async () => {
    const waiting = await openTestLaboratory({ undoSeconds: 60 });
    const [t, d] = [await waiting.as('technician'), await waiting.as('doctor')];
    const { accession } = await specimenWith(t, { orders: ['K', 'NA'], values: { K: '4.0' } });
    await verifyAll(t, accession);
    expect((await d.post(`/api/specimens/${accession}/withdraw`, { reason: 'wrong patient' })).status).toBe(409);
    waiting.pass(61);
    await issueDue(waiting.lab, accession);
    await t.post(`/api/specimens/${accession}/observations`, { observations: [{ analyte: 'NA', value: '140' }] });
    await verifyAll(t, accession);
    await d.post(`/api/specimens/${accession}/withdraw`, { reason: 'wrong patient' });
    waiting.pass(61);
    await issueDue(waiting.lab, accession);
    const { body } = await t.get(`/api/specimens/${accession}`);
    expect(body.reports.map((each: { status: string }) => each.status)).toEqual(['preliminary', 'entered-in-error']);
    expect(body.observations.map((each: { state: string }) => each.state)).toEqual(['withdrawn', 'withdrawn']);
    await waiting.close();
  });

  it('who entered a value verifies it alone only with a reason, and another looks at it the next day', async () => {
    const { accession } = await specimenWith(tech, { orders: ['K'], values: { K: '4.0' } });
    expect((await verifyAll(tech, accession, { ownEntryReason: undefined })).status).toBe(403);
    await verifyAll(tech, accession, { ownEntryReason: 'night, nobody else' });
    const { items } = (await senior.get('/api/review/own-entries')).body;
    const mine = items.find((each: { accession: string }) => each.accession === accession);
    expect(mine).toMatchObject({
      by: 'technician',
      reason: 'night, nobody else',
      observations: [{ analyte: 'K', value: '4.0' }],
    });
    const id = encodeURIComponent(mine.id);
    expect((await tech.post(`/api/review/own-entries/${id}/reviewed`)).status).toBe(403);
    expect((await senior.post(`/api/review/own-entries/${id}/reviewed`)).body.reviewed.by).toBe('senior-technician');
  });

  it('verification can be stopped for an analyte, also for what is calculated from it, and lifted', async () => {
    const { accession } = await specimenWith(tech, { orders: ['GLOB'], values: { TP: '70', ALB: '40' } });
    expect((await tech.post('/api/verification-blocks', { analyte: 'ALB', reason: 'x' })).status).toBe(403);
    const stop = await senior.post('/api/verification-blocks', { analyte: 'ALB', reason: 'reagent lot' });
    expect(stop.status).toBe(201);
    const specimen = await read(accession);
    const only = async (code: string) => {
      const each = currentOf(specimen, code);
      return tech.post(`/api/specimens/${accession}/verify`, {
        observations: [{ id: each.id, version: each.version, acknowledge: each.alerts }],
        ownEntryReason: 'x',
      });
    };
    expect(await only('GLOB')).toMatchObject({
      status: 409,
      body: { code: 'VERIFY_BLOCKED', details: { reason: 'reagent lot' } },
    });
    expect((await only('TP')).status).toBe(200);
    expect(
      (await senior.post(`/api/verification-blocks/${encodeURIComponent(stop.body.id)}/lift`, { reason: 'new lot' }))
        .status,
    ).toBe(200);
    expect((await only('ALB')).status).toBe(200);
    expect((await only('GLOB')).status).toBe(200);
    expect((await tech.get('/api/verification-blocks')).body.items).toEqual([]);
  });

  it('what a correction of sex or age would change is shown, and a verified value keeps its judgement', async () => {
    const patient = somebody({ sex: 'unknown' });
    const { accession } = await specimenWith(tech, { patient, orders: ['HGB', 'UA'], values: { HGB: '12.5' } });
    expect(currentOf(await read(accession), 'HGB').alerts).toEqual(['range']);
    await verifyAll(tech, accession);
    await tech.post(`/api/specimens/${accession}/observations`, { observations: [{ analyte: 'UA', value: '400' }] });
    await savePatient(site.lab, { username: 'technician', role: 'technician' }, { ...patient, sex: 'male' });
    const before = await read(accession);
    const { items } = (await tech.get(`/api/specimens/${accession}/changes`)).body;
    expect(items).toMatchObject([
      { analyte: 'HGB', state: 'released', was: { alerts: ['range'] }, now: { flags: ['L'], alerts: [] } },
      {
        analyte: 'UA',
        state: 'pending',
        was: { alerts: ['range'] },
        now: { flags: [], alerts: [], referenceRange: { low: '200' } },
      },
    ]);
    expect(await read(accession)).toEqual(before);
    expect((await tech.post(`/api/specimens/${accession}/reevaluate`, {})).status).toBe(422);
    await tech.post(`/api/specimens/${accession}/reevaluate`, { reason: 'sex corrected' });
    const after = await read(accession);
    expect(currentOf(after, 'UA')).toMatchObject({ alerts: [], version: currentOf(before, 'UA').version + 1 });
    expect(currentOf(after, 'HGB')).toEqual(currentOf(before, 'HGB'));
    expect(
      after.observations.find((each: { analyte: string; current: boolean }) => each.analyte === 'HGB' && !each.current),
    ).toMatchObject({ flags: ['L'], state: 'pending' });
  });
});

describe('two levels', () => {
  let site: TestLaboratory;
  beforeAll(async () => {
    site = await openTestLaboratory({ verification: ['technical', 'medical'], undoSeconds: 10 });
  });
  afterAll(() => site.close());

  it('a doctor releases what was verified; the time to undo counts for the release', async () => {
    const [tech, doctor] = [await site.as('technician'), await site.as('doctor')];
    const { accession } = await specimenWith(tech, { orders: ['K', 'NA'], values: { K: '4.0' } });
    const release = `/api/specimens/${accession}/release`;
    expect((await doctor.post(release)).status).toBe(409);
    expect((await tech.post(release, {})).status).toBe(403);
    expect((await site.stranger.post(release)).status).toBe(401);
    const verified = await verifyAll(tech, accession);
    expect(verified.body).toMatchObject({ undoUntil: null, reports: [] });
    expect(
      (await tech.get('/api/worklist?state=verified')).body.items.map((each: { accession: string }) => each.accession),
    ).toEqual([accession]);
    const done = await doctor.post(release);
    expect(done.status).toBe(200);
    expect(done.body.undoUntil).not.toBeNull();
    expect((await tech.post(`/api/specimens/${accession}/verify/undo`)).status).toBe(403);
    expect((await doctor.post(`/api/specimens/${accession}/verify/undo`)).body.observations[0].state).toBe('verified');
    await doctor.post(release, {});
    site.pass(11);
    await issueDue(site.lab, accession);
    const { body } = await tech.get(`/api/specimens/${accession}`);
    expect(body).toMatchObject({
      reports: [{ version: 1, status: 'preliminary' }],
      observations: [{ state: 'released', releasedBy: 'doctor' }],
    });
    expect((await tech.post(`/api/specimens/${accession}/verify/undo`)).status).toBe(409);
    expect((await doctor.post(release)).status).toBe(409);
  });

  it('a verified value is what the next draw is compared with', async () => {
    const tech = await site.as('technician');
    const patient = somebody();
    const first = await specimenWith(tech, {
      patient,
      collectedAt: '2026-11-01T01:00:00Z',
      orders: ['NA'],
      values: { NA: '140' },
    });
    await verifyAll(tech, first.accession);
    const second = await specimenWith(tech, {
      patient,
      collectedAt: '2026-11-02T01:00:00Z',
      orders: ['NA'],
      values: { NA: '125' },
    });
    expect(currentOf(second, 'NA').alerts).toEqual(['delta']);
  });
});
