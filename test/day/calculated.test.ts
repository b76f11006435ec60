import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentOf, openTestLaboratory, somebody, specimenWith, type TestLaboratory, verifyAll } from './laboratory.ts';

const seen = ({ id, version, alerts }: { id: string; version: number; alerts: string[] }) => ({
  id,
  version,
  acknowledge: alerts,
});

describe('calculated analytes', () => {
  let site: TestLaboratory;
  beforeAll(async () => {
    site = await openTestLaboratory();
  });
  afterAll(() => site.close());

  it('EGFR by CKD-EPI 2021 has no decimals and waits for a person', async () => {
    const who = await site.as('technician');
    const specimen = await specimenWith(who, {
      patient: somebody({ sex: 'male', birthDate: '1970-01-01' }),
      collectedAt: '2026-03-01T02:00:00Z',
      orders: ['CREA', 'EGFR'],
      values: { CREA: '88.4' },
    });
    // 142 x (1.0/0.9)^-1.2 x 0.9938^56 = 88.3
    expect(currentOf(specimen, 'EGFR')).toMatchObject({
      value: '88',
      unit: 'mL/min/{1.73_m2}',
      origin: 'calculated',
      state: 'pending',
      alerts: [],
    });
  });

  it('below 18 years, without age or sex, and from a comparator EGFR is empty and says so', async () => {
    const who = await site.as('technician');
    for (const [more, value] of [
      [{ birthDate: '2008-11-02' }, '60'],
      [{ birthDate: '' }, '60'],
      [{ sex: 'unknown' }, '60'],
      [{}, '<60'],
    ] as const) {
      const specimen = await specimenWith(who, {
        patient: somebody(more),
        collectedAt: '2026-11-01T02:00:00Z',
        orders: ['EGFR'],
        values: { CREA: value },
      });
      const egfr = currentOf(specimen, 'EGFR');
      expect(egfr.value, JSON.stringify(more)).toBe('');
      expect(egfr.alerts).toContain('not-calculated');
    }
  });

  it('LDL ends above TG 4.52 by Friedewald and above 9.04 by Sampson', async () => {
    const who = await site.as('technician');
    const of = async (tg: string) => {
      const specimen = await specimenWith(who, { orders: ['LIPID'], values: { CHOL: '6.00', HDL: '1.20', TG: tg } });
      return ['LDL-F', 'LDL-S'].map((code) => currentOf(specimen, code).value);
    };
    // 6.00 - 1.20 - 4.52/2.2 = 2.745; Sampson in mmol/L: 6.329 - 1.236 - (1.209 + 0.898 - 0.257) - 0.244 = 2.999
    expect(await of('4.52')).toEqual(['2.75', '3.00']);
    expect((await of('4.53'))[0]).toBe('');
    expect((await of('9.04'))[1]).not.toBe('');
    expect(await of('9.05')).toEqual(['', '']);
  });

  it('anion gap is without K, calcium is corrected for albumin, globulin and its ratio follow', async () => {
    const who = await site.as('technician');
    const specimen = await specimenWith(who, {
      orders: ['LYTES', 'CA', 'CA-C', 'TP', 'ALB', 'GLOB', 'AG'],
      values: { NA: '140', K: '4.1', CL: '103', HCO3: '24', CA: '2.10', ALB: '30', TP: '70' },
    });
    expect(['AGAP', 'CA-C', 'GLOB', 'AG'].map((code) => currentOf(specimen, code).value)).toEqual([
      '13.0',
      '2.30',
      '40.0',
      '0.75',
    ]);
  });

  it('follows its source: a new run makes a new one, a rejected source takes it away, a verified one stays', async () => {
    const who = await site.as('technician');
    const specimen = await specimenWith(who, { orders: ['GLOB'], values: { TP: '70', ALB: '30' } });
    const { accession } = specimen;
    await who.post(`/api/specimens/${accession}/observations`, { observations: [{ analyte: 'TP', value: '80' }] });
    const second = (await who.get(`/api/specimens/${accession}`)).body;
    expect(currentOf(second, 'GLOB')).toMatchObject({ value: '50.0', run: 2, state: 'pending' });
    const alb = currentOf(second, 'ALB');
    await who.post(`/api/observations/${alb.id}/reject`, { version: alb.version, reason: 'hemolysed' });
    const third = (await who.get(`/api/specimens/${accession}`)).body;
    expect(currentOf(third, 'GLOB')).toBeUndefined();
    await who.post(`/api/specimens/${accession}/observations`, { observations: [{ analyte: 'ALB', value: '40' }] });
    expect((await verifyAll(who, accession)).status).toBe(200);
    await who.post(`/api/specimens/${accession}/observations`, { observations: [{ analyte: 'ALB', value: '20' }] });
    const last = (await who.get(`/api/specimens/${accession}`)).body;
    expect(currentOf(last, 'GLOB')).toMatchObject({ value: '40.0', state: 'released' });
  });

  it('is not verified before its source, and leaves the report with a source that is corrected or taken back', async () => {
    const tech = await site.as('technician');
    const doctor = await site.as('doctor');
    const made = await specimenWith(tech, { orders: ['CREA', 'EGFR'], values: { CREA: '200' } });
    const path = `/api/specimens/${made.accession}`;
    const alone = await tech.post(`${path}/verify`, { observations: [seen(currentOf(made, 'EGFR'))] });
    expect([alone.status, alone.body.code]).toEqual([422, 'OBSERVATION_SOURCE_UNVERIFIED']);
    expect((await verifyAll(tech, made.accession)).status).toBe(200);
    const before = (await tech.get(path)).body;
    const crea = currentOf(before, 'CREA');
    const egfr = currentOf(before, 'EGFR');
    const amended = await doctor.post(`/api/observations/${crea.id}/amend`, {
      version: crea.version,
      value: '80',
      reason: 'wrong tube',
    });
    expect(amended.status).toBe(200);
    const after = (await tech.get(path)).body;
    const said = async (version: number) =>
      (await tech.get(`/api/reports/${after.reports[version - 1].id}`)).body.observations.map(
        (each: { analyte: string; value: string; status: string }) => `${each.analyte} ${each.value} ${each.status}`,
      );
    // Nobody reads the new creatinine beside the filtration rate of the old one.
    expect(await said(2)).toEqual(['CREA 80 corrected', `EGFR ${egfr.value} entered-in-error`]);
    expect(currentOf(after, 'EGFR')).toMatchObject({ state: 'pending', calculatedFrom: [amended.body.id] });
    const trail = (await doctor.get(`/api/audit?subject=${egfr.id}`)).body.items;
    expect(trail).toMatchObject([{ action: 'withdraw', actor: 'system' }]);
    const { acts } = (await tech.get(`/api/observations/${egfr.id}/explain`)).body;
    expect(acts).toContainEqual(expect.objectContaining({ action: 'amend', reason: 'wrong tube' }));
    expect((await verifyAll(tech, made.accession)).status).toBe(200);
    const last = (await tech.get(path)).body;
    const fresh = currentOf(last, 'EGFR');
    expect(fresh.value).not.toBe(egfr.value);
    const third = (await tech.get(`/api/reports/${last.reports[2].id}`)).body;
    expect(third.observations.find((each: { analyte: string }) => each.analyte === 'EGFR')).toMatchObject({
      id: fresh.id,
      value: fresh.value,
    });
    const source = currentOf(last, 'CREA');
    const withdrawn = await doctor.post(`/api/observations/${source.id}/withdraw`, {
      version: source.version,
      reason: 'wrong patient',
    });
    expect(withdrawn.status).toBe(200);
    const { reports } = (await tech.get(path)).body;
    expect(reports.at(-1)).toMatchObject({ version: 4, status: 'entered-in-error' });
  });

  it('another run of its source that is verified later takes the released one out with it', async () => {
    const tech = await site.as('technician');
    const made = await specimenWith(tech, { orders: ['CREA', 'EGFR'], values: { CREA: '200' } });
    const path = `/api/specimens/${made.accession}`;
    await verifyAll(tech, made.accession);
    await tech.post(`${path}/observations`, { observations: [{ analyte: 'CREA', value: '80' }] });
    const both = (await tech.get(path)).body;
    const rerun = both.observations.find((each: { value: string }) => each.value === '80');
    const verified = await tech.post(`${path}/verify`, { observations: [seen(rerun)], ownEntryReason: 'alone' });
    expect(verified.status).toBe(200);
    const after = (await tech.get(path)).body;
    expect(currentOf(after, 'EGFR')).toMatchObject({ state: 'pending', calculatedFrom: [rerun.id] });
    const report = (await tech.get(`/api/reports/${after.reports[1].id}`)).body;
    expect(
      report.observations.map((each: { analyte: string; status: string }) => `${each.analyte} ${each.status}`),
    ).toEqual(['CREA corrected', 'EGFR entered-in-error']);
  });

  it('an analyzer that sends MCHC itself is not second-guessed; without it MCHC is made', async () => {
    const who = await site.as('technician');
    const sent = await specimenWith(who, { orders: ['CBC'], values: { HGB: '14.0', HCT: '42.0', MCHC: '33.0' } });
    expect(sent.observations.filter((each: { analyte: string }) => each.analyte === 'MCHC')).toHaveLength(1);
    const made = await specimenWith(who, { orders: ['CBC'], values: { HGB: '14.0', HCT: '42.0', RBC: '4.80' } });
    expect(['MCV', 'MCH', 'MCHC'].map((code) => currentOf(made, code).value)).toEqual(['87.5', '29.2', '33.3']);
  });
});
