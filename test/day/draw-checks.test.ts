import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentOf, openTestLaboratory, somebody, specimenWith, type TestLaboratory, verifyAll } from './laboratory.ts';

describe('checks against the patient himself', () => {
  let site: TestLaboratory;
  beforeAll(async () => {
    site = await openTestLaboratory();
  });
  afterAll(() => site.close());

  const count = {
    WBC: '6.5',
    RBC: '4.50',
    HGB: '13.2',
    HCT: '40.1',
    MCV: '89.1',
    MCH: '29.3',
    MCHC: '32.9',
    PLT: '250',
  };
  const other = {
    WBC: '7.0',
    RBC: '6.10',
    HGB: '12.8',
    HCT: '42.0',
    MCV: '68.9',
    MCH: '21.0',
    MCHC: '30.5',
    PLT: '330',
  };
  const days = ['2026-11-20T01:00:00Z', '2026-11-21T01:00:00Z', '2026-11-22T01:00:00Z'] as const;

  it('a delta is against the latest verified value, not a pending one', async () => {
    const who = await site.as('technician');
    const patient = somebody();
    const first = await specimenWith(who, { patient, collectedAt: days[0], orders: ['NA'], values: { NA: '140.0' } });
    const unseen = await specimenWith(who, { patient, collectedAt: days[1], orders: ['NA'], values: { NA: '125.0' } });
    expect(currentOf(unseen, 'NA').alerts).not.toContain('delta');
    await verifyAll(who, first.accession);
    const last = await specimenWith(who, { patient, collectedAt: days[2], orders: ['NA'], values: { NA: '127.9' } });
    expect(currentOf(last, 'NA')).toMatchObject({
      alerts: ['delta'],
      previous: { value: '140.0', accession: first.accession },
    });
    const { body } = await who.get(`/api/observations/${currentOf(last, 'NA').id}/explain`);
    expect(body.rules.find((each: { rule: string }) => each.rule === 'delta').outcome).toContain('127.9 against 140.0');
  });

  it('a blood count that fits another person makes nothing of the draw clean', async () => {
    const who = await site.as('technician');
    const patient = somebody();
    const first = await specimenWith(who, { patient, collectedAt: days[0], orders: ['CBC'], values: count });
    await verifyAll(who, first.accession);
    const same = await specimenWith(who, {
      patient,
      collectedAt: days[1],
      orders: ['CBC'],
      values: { ...count, WBC: '8.9', HGB: '13.0' },
    });
    expect(same.observations.flatMap((each: { alerts: string[] }) => each.alerts)).toEqual([]);
    const mixed = await specimenWith(who, {
      patient,
      collectedAt: days[2],
      orders: ['CBC', 'ESR'],
      values: { ESR: '9', ...other },
    });
    for (const each of mixed.observations) expect(each.alerts, each.analyte).toContain('mix-up');
    const refused = await who.post(`/api/specimens/${mixed.accession}/verify`, {
      observations: mixed.observations.map((each: { id: string; version: number }) => ({
        id: each.id,
        version: each.version,
      })),
      ownEntryReason: 'alone',
    });
    expect(refused.status).toBe(422);
    // What comes later for the same draw is suspected as well.
    await who.post(`/api/specimens/${mixed.accession}/observations`, {
      observations: [{ analyte: 'CRP', value: '1.00' }],
    });
    const later = (await who.get(`/api/specimens/${mixed.accession}`)).body;
    expect(currentOf(later, 'CRP').alerts).toContain('mix-up');
    // A value that is judged anew is still of a suspected draw.
    const range = { analyte: 'CRP', sex: 'female', pregnancy: 'pregnant', high: '0.50' };
    expect((await (await site.as('administrator')).post('/api/catalogue/ranges', range)).status).toBe(201);
    const said = await who.post(`/api/specimens/${mixed.accession}/pregnancy`, { pregnant: true, reason: 'she says' });
    expect(currentOf(said.body, 'CRP')).toMatchObject({ flags: ['H'], alerts: ['mix-up'] });
  });

  it('a value that comes after the others makes a draw suspected that was not', async () => {
    const who = await site.as('technician');
    const patient = somebody();
    const first = await specimenWith(who, { patient, collectedAt: days[0], orders: ['CBC'], values: count });
    await verifyAll(who, first.accession);
    const { MCV, MCH, MCHC, ...early } = other;
    const draw = await specimenWith(who, {
      patient,
      collectedAt: days[1],
      orders: ['PLT', 'WBC'],
      values: { WBC: early.WBC, PLT: early.PLT },
    });
    const seen = currentOf(draw, 'WBC');
    expect(seen.alerts).toEqual([]);
    await who.post(`/api/specimens/${draw.accession}/observations`, {
      observations: Object.entries({ MCV, MCH, MCHC }).map(([analyte, value]) => ({ analyte, value })),
    });
    const whole = (await who.get(`/api/specimens/${draw.accession}`)).body;
    expect(currentOf(whole, 'WBC').alerts).toEqual(['mix-up']);
    // Who saw it without the alert saw something else.
    const stale = await who.post(`/api/specimens/${draw.accession}/verify`, {
      observations: [{ id: seen.id, version: seen.version }],
      ownEntryReason: 'alone',
    });
    expect(stale).toMatchObject({ status: 409, body: { details: { observations: [seen.id] } } });
  });
});
