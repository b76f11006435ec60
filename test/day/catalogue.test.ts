import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xlsxType } from '../../src/api/tables/answer.ts';
import {
  currentOf,
  openTestLaboratory,
  type Person,
  somebody,
  specimenWith,
  type TestLaboratory,
  verifyAll,
} from './laboratory.ts';

describe('catalogue', () => {
  let site: TestLaboratory;
  let admin: Person;
  let tech: Person;
  beforeAll(async () => {
    site = await openTestLaboratory();
    admin = await site.as('administrator');
    tech = await site.as('technician');
  });
  afterAll(() => site.close());

  it('begins with 120 analytes and more, ranges, limits and reasons', async () => {
    const { items } = (await tech.get('/api/catalogue/analytes?limit=1000')).body;
    expect(items.length).toBeGreaterThanOrEqual(120);
    const codes = new Set(items.map((each: { code: string }) => each.code));
    for (const code of 'CREA EGFR CHOL HDL TG LDL-F LDL-S NA K CL HCO3 AGAP CA ALB CA-C TP GLOB AG GLU PSA'.split(' '))
      expect(codes.has(code), code).toBe(true);
    expect(items.find((each: { code: string }) => each.code === 'PSA').sex).toBe('male');
    const sections = (await tech.get('/api/catalogue/sections')).body.items.map((each: { code: string }) => each.code);
    expect(sections).toEqual(expect.arrayContaining(['hematology', 'chemistry']));
    for (const path of ['ranges', 'deltas', 'variations', 'rejection-reasons', 'panels'])
      expect((await tech.get(`/api/catalogue/${path}`)).body.items.length, path).toBeGreaterThan(5);
  });

  it('keeps every version, who and when, and refuses who saw an older one', async () => {
    const added = await admin.post('/api/catalogue/analytes', {
      code: 'VITC',
      name: { vi: 'Vitamin C', en: 'Vitamin C' },
      section: 'chemistry',
      specimenType: 'serum',
      kind: 'numeric',
      unit: 'umol/L',
      decimals: 1,
    });
    expect(added).toMatchObject({ status: 201, body: { code: 'VITC', kind: 'numeric', version: 1 } });
    const changed = await admin.put('/api/catalogue/analytes/VITC', { ...added.body, decimals: 2 });
    expect(changed).toMatchObject({ status: 200, body: { decimals: 2, version: 2 } });
    expect((await admin.put('/api/catalogue/analytes/VITC', { ...added.body, decimals: 3 })).status).toBe(409);
    expect(
      (
        await admin.post('/api/catalogue/analytes', {
          ...added.body,
          id: undefined,
          version: undefined,
          calculated: undefined,
        })
      ).status,
    ).toBe(409);
    const { items } = (await tech.get('/api/catalogue/analytes/VITC/history')).body;
    expect(items).toMatchObject([
      { version: 2, by: 'administrator', before: { decimals: 1 }, after: { decimals: 2 } },
      { version: 1, before: null, after: { decimals: 1 } },
    ]);
    expect((await tech.get('/api/catalogue/analytes/history')).body.items.length).toBeGreaterThanOrEqual(2);
  });

  it("is the administrator's: rights are looked at before what was sent", async () => {
    expect((await tech.post('/api/catalogue/analytes', { nonsense: true })).status).toBe(403);
    expect((await site.stranger.get('/api/catalogue/analytes')).status).toBe(401);
    expect((await admin.post('/api/catalogue/ranges', { analyte: 'NOPE' })).status).toBe(422);
    expect((await admin.post('/api/catalogue/ranges', { analyte: 'K', low: '5.0', high: '3.0' })).status).toBe(422);
    expect((await admin.post('/api/catalogue/ranges', { analyte: 'K', ageFrom: '18' })).status).toBe(400);
    expect((await admin.post('/api/catalogue/deltas', { analyte: 'K', withinDays: 3 })).status).toBe(422);
  });

  it("a range of the laboratory's own goes before one that shipped, by calendar age at collection", async () => {
    await admin.post('/api/catalogue/ranges', {
      analyte: 'PHOS',
      sex: 'any',
      ageFrom: 'P1Y',
      ageTo: 'P18Y',
      low: '1.00',
      high: '2.00',
    });
    const at = async (birthDate: string) => {
      const specimen = await specimenWith(tech, {
        patient: somebody({ birthDate }),
        collectedAt: '2026-06-14T17:30:00Z',
        orders: ['PHOS'],
        values: { PHOS: '1.90' },
      });
      return currentOf(specimen, 'PHOS');
    };
    // 17:30 UTC on the 14th is the 15th in Vietnam: 18 years on that day is an adult.
    expect((await at('2008-06-15')).referenceRange).toMatchObject({ low: '0.81', high: '1.45' });
    expect((await at('2008-06-16')).referenceRange).toMatchObject({
      low: '1.00',
      high: '2.00',
      reason: 'any sex, from P1Y to P18Y',
    });
    expect((await at('2008')).alerts).toContain('range');
  });

  it('a range for pregnancy and one for a method are chosen where they apply, and only there', async () => {
    const add = (more: object) => admin.post('/api/catalogue/ranges', { analyte: 'TSH', sex: 'any', ...more });
    expect((await add({ low: '0.40', high: '4.00' })).status).toBe(201);
    expect((await add({ sex: 'female', pregnancy: 'pregnant', low: '0.10', high: '2.50' })).status).toBe(201);
    expect((await add({ sex: 'male', pregnancy: 'pregnant', high: '2.50' })).status).toBe(422);
    const of = async (more: Readonly<Record<string, unknown>>) => {
      const specimen = await specimenWith(tech, {
        patient: somebody({ sex: 'female', birthDate: '1995-01-01' }),
        orders: ['TSH'],
        values: { TSH: '3.00' },
        more,
      });
      return { pregnant: specimen.pregnant, ...currentOf(specimen, 'TSH') };
    };
    expect(await of({})).toMatchObject({ flags: [], referenceRange: { high: '4.00' } });
    expect(await of({ pregnant: false })).toMatchObject({ flags: [], referenceRange: { high: '4.00' } });
    expect(await of({ pregnant: true })).toMatchObject({
      pregnant: true,
      flags: ['H'],
      referenceRange: { low: '0.10', high: '2.50', reason: 'female, any age, pregnant' },
    });
    const man = somebody({ sex: 'male', birthDate: '1995-01-01' });
    const refused = await tech.post('/api/specimens', { patient: man, orders: ['TSH'], pregnant: true });
    expect([refused.status, refused.body.code]).toEqual([400, 'REQUEST_INVALID']);

    expect((await add({ method: 'ECLIA', low: '0.27', high: '4.20' })).status).toBe(201);
    expect((await of({})).referenceRange).toMatchObject({ high: '4.00' });
    const { items } = (await admin.get('/api/catalogue/analytes?limit=500')).body;
    const body = items.find((each: { code: string }) => each.code === 'TSH');
    expect((await admin.put('/api/catalogue/analytes/TSH', { ...body, method: 'ECLIA' })).body).toMatchObject({
      method: 'ECLIA',
    });
    expect((await of({})).referenceRange).toMatchObject({ high: '4.20', reason: 'any sex, any age, ECLIA' });
    // Pregnancy goes before the method.
    expect((await of({ pregnant: true })).referenceRange).toMatchObject({ high: '2.50' });
  });

  it('a delta of its own sets the shipped one aside', async () => {
    const made = await admin.post('/api/catalogue/deltas', { analyte: 'K', percent: '10', withinDays: 2 });
    expect(made).toMatchObject({ status: 201, body: { analyte: 'K', percent: '10', withinDays: 2, version: 1 } });
    const patient = somebody();
    const first = await specimenWith(tech, {
      patient,
      collectedAt: '2026-11-01T01:00:00Z',
      orders: ['K'],
      values: { K: '4.00' },
    });
    await verifyAll(tech, first.accession);
    const equal = await specimenWith(tech, {
      patient,
      collectedAt: '2026-11-02T01:00:00Z',
      orders: ['K'],
      values: { K: '4.40' },
    });
    expect(currentOf(equal, 'K').alerts).toEqual([]);
    const beyond = await specimenWith(tech, {
      patient,
      collectedAt: '2026-11-02T02:00:00Z',
      orders: ['K'],
      values: { K: '4.41' },
    });
    expect(currentOf(beyond, 'K').alerts).toEqual(['delta']);
    expect((await admin.delete(`/api/catalogue/deltas/${encodeURIComponent(made.body.id)}`)).status).toBe(204);
    expect((await tech.get(`/api/catalogue/deltas/${made.body.id}/history`)).body.items[0].after).toBeNull();
  });

  it('a critical limit lies outside the range, and a code that is there is not added again', async () => {
    const within = { analyte: 'GLU', sex: 'any', low: '3.9', high: '6.1', criticalLow: '5' };
    const refused = await admin.post('/api/catalogue/ranges', within);
    expect([refused.status, refused.body.code]).toEqual([422, 'CATALOGUE_INVALID']);
    const high = { analyte: 'GLU', sex: 'any', low: '3.9', high: '6.1', criticalHigh: '6' };
    expect((await admin.post('/api/catalogue/ranges', high)).status).toBe(422);
    const comment = { code: 'called', name: { vi: 'Gọi', en: 'Called' } };
    const taken = await admin.post('/api/catalogue/comments', comment);
    expect([taken.status, taken.body.code]).toEqual([409, 'CATALOGUE_CODE_TAKEN']);
  });

  it('goes out as a table and comes in again: all rows or none', async () => {
    const out = await admin.get('/api/catalogue/comments', { accept: 'text/csv' });
    expect(out.type).toContain('text/csv');
    const back = await admin.post('/api/catalogue/comments/import', out.text, { 'content-type': 'text/csv' });
    expect(back.body).toEqual({ created: 0, changed: 0, unchanged: 3 });
    const more = `${out.text.replace('Clinician informed', 'Ward informed').replace(/,\d+,called/, ',,called')},,new,Mới,New,9\r\n`;
    expect((await admin.post('/api/catalogue/comments/import', more, { 'content-type': 'text/csv' })).body).toEqual({
      created: 1,
      changed: 1,
      unchanged: 2,
    });
    const bad = 'code,name.vi,name.en\r\nfine,Tốt,Fine\r\n,Không,None\r\n';
    const refused = await admin.post('/api/catalogue/comments/import', bad, { 'content-type': 'text/csv' });
    expect(refused).toMatchObject({ status: 422, body: { code: 'CATALOGUE_INVALID', details: { row: 3 } } });
    expect(
      (await tech.get('/api/catalogue/comments')).body.items.map((each: { code: string }) => each.code),
    ).not.toContain('fine');
    const many = 'code,name.vi,name.en,nmae\r\n,Không,None,\r\nok,Được,Fine,\r\nok,Lại,Again,\r\nfar,,Far,\r\n';
    const wrong = await admin.post('/api/catalogue/comments/import', many, { 'content-type': 'text/csv' });
    expect(wrong.body.details).toMatchObject({ row: 1, count: 4 });
    expect(wrong.body.details.rows.map((each: { row: number }) => each.row)).toEqual([1, 2, 4, 5]);
    expect(wrong.body.details.rows[2].problem).toBe('stands in row 3 already');
    const workbook = await admin.get('/api/catalogue/ranges', { accept: xlsxType });
    expect(workbook.raw.subarray(0, 2).toString()).toBe('PK');
    const again = await admin.post('/api/catalogue/ranges/import', workbook.raw, { 'content-type': xlsxType });
    expect(again.body).toMatchObject({ created: 0, changed: 0 });
    expect(
      (await admin.post('/api/catalogue/ranges/import', Buffer.from('no workbook'), { 'content-type': xlsxType }))
        .status,
    ).toBe(400);
  });
});
