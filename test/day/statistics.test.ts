import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xlsxType } from '../../src/api/tables/answer.ts';
import { readXlsx } from '../../src/api/tables/xlsx.ts';
import {
  currentOf,
  openTestLaboratory,
  type Person,
  specimenWith,
  type TestLaboratory,
  verifyAll,
} from './laboratory.ts';

describe('statistics', () => {
  let site: TestLaboratory;
  let tech: Person;
  let start: string;
  const period = () =>
    `from=${encodeURIComponent(start)}&to=${encodeURIComponent(new Date(site.lab.now() + 1).toISOString())}`;
  const figures = async (name: string, more = '') => {
    const answer = await tech.get(`/api/statistics/${name}?${period()}${more}`);
    expect(answer.status, answer.text).toBe(200);
    return answer.body.items;
  };

  beforeAll(async () => {
    site = await openTestLaboratory();
    tech = await site.as('technician');
    start = new Date(site.lab.now() - 1).toISOString();
    const night = await site.as('technician', 'night');
    for (const [who, ward, orders, values, wait] of [
      [tech, 'ICU', ['CBC'], { HGB: '13.0', WBC: '6.0', PLT: '250' }, 60],
      [tech, 'A1', ['K', 'NA'], { K: '4.0', NA: '140' }, 120],
      [night, 'A1', ['K'], { K: '4.1' }, 5000],
    ] as const) {
      const { accession } = await specimenWith(who, {
        orders: [...orders],
        values,
        more: { ward, priority: 'stat', collectedAt: new Date(site.lab.now()).toISOString() },
      });
      await who.post(`/api/specimens/${accession}/receive`);
      site.pass(wait);
      await verifyAll(who, accession);
    }
  });
  afterAll(() => site.close());

  it('comes in pages where a limit is given, like every list', async () => {
    const first = await tech.get(`/api/statistics/counts?${period()}&by=analyte&limit=2`);
    expect(first.body.items).toHaveLength(2);
    const rest = await tech.get(
      `/api/statistics/counts?${period()}&by=analyte&limit=1000&cursor=${encodeURIComponent(first.body.next)}`,
    );
    expect(rest.body.next).toBeNull();
    expect([...first.body.items, ...rest.body.items]).toEqual(await figures('counts', '&by=analyte'));
  });

  it('counts what was released by section, analyte, analyzer and ward', async () => {
    expect(await figures('counts')).toEqual([
      { key: 'chemistry', observations: 3 },
      { key: 'hematology', observations: 3 },
    ]);
    expect(await figures('counts', '&by=ward')).toEqual([
      { key: 'A1', observations: 3 },
      { key: 'ICU', observations: 3 },
    ]);
    expect((await figures('counts', '&by=analyte')).find((each: { key: string }) => each.key === 'K')).toEqual({
      key: 'K',
      observations: 2,
    });
    expect(await figures('counts', '&by=analyzer&section=hematology')).toEqual([{ key: 'manual', observations: 3 }]);
    expect(
      (await tech.get(`/api/statistics/counts?from=2020-01-01&to=${encodeURIComponent(start)}`)).body.items,
    ).toEqual([]);
  });

  it('turnaround has median, p90 and the late ones in seconds, with a way to look at them', async () => {
    const rows = await figures('tat', '&start=received&end=released&by=section');
    expect(rows.map((each: { key: string; n: number; breaches: number }) => [each.key, each.n, each.breaches])).toEqual(
      [
        ['chemistry', 3, 1],
        ['hematology', 3, 0],
      ],
    );
    expect(Math.round(rows[0].median)).toBeGreaterThanOrEqual(120);
    expect(rows[0].p90).toBeGreaterThan(4000);
    expect(Math.round(rows[1].median / 10)).toBe(6);
    const late = await figures('tat/breaches');
    expect(late).toMatchObject([{ analyte: 'K', ward: 'A1' }]);
    expect(await figures('tat', '&target=1&by=ward')).toMatchObject([
      { key: 'A1', breaches: 3 },
      { key: 'ICU', breaches: 3 },
    ]);
    expect((await tech.get('/api/statistics/tat?start=collectedAt&end=collectedAt')).status).toBe(400);
  });

  it('workload is what each verified and did not take back', async () => {
    expect(await figures('workload')).toEqual([
      { key: 'night', observations: 1 },
      { key: 'technician', observations: 5 },
    ]);
    const waiting = await openTestLaboratory({ undoSeconds: 60 });
    const who = await waiting.as('technician');
    const { accession } = await specimenWith(who, { orders: ['K'], values: { K: '4' } });
    await verifyAll(who, accession);
    expect((await who.get('/api/statistics/workload')).body.items).toEqual([{ key: 'technician', observations: 1 }]);
    await who.post(`/api/specimens/${accession}/verify/undo`);
    expect((await who.get('/api/statistics/workload')).body.items).toEqual([]);
    await waiting.close();
  });

  it('rejections by reason, critical calls with their times', async () => {
    const { accession } = await specimenWith(tech, { orders: ['K'] });
    await tech.post(`/api/specimens/${accession}/reject`, { reason: 'hemolysed' });
    expect(await figures('rejections')).toEqual([{ key: 'hemolysed', count: 1 }]);
    const critical = await specimenWith(tech, { orders: ['K'], values: { K: '8.0' } });
    site.pass(30);
    await tech.post(`/api/criticals/${currentOf(critical, 'K').id}/call`, { to: 'BS', readBack: true });
    expect(await figures('criticals')).toMatchObject([{ key: 'K', n: 1, called: 1, breaches: 0 }]);
  });

  it('a table has one row a key, numbers as numbers', async () => {
    const csv = await tech.get(`/api/statistics/counts?${period()}`, { accept: 'text/csv' });
    expect(csv.type).toContain('text/csv');
    expect(csv.text).toBe('key,observations\r\nchemistry,3\r\nhematology,3\r\n');
    const xlsx = await tech.get(`/api/statistics/counts?${period()}`, { accept: xlsxType });
    expect(await readXlsx(xlsx.raw)).toEqual([
      ['key', 'observations'],
      ['chemistry', '3'],
      ['hematology', '3'],
    ]);
    expect((await tech.get('/api/statistics/counts?from=2020-01-01&to=2020-01-02', { accept: 'text/csv' })).text).toBe(
      'key,observations\r\n',
    );
  });

  it('a day that is over is kept in columns, and made anew when something released on it changes', async () => {
    // Nobody's session lasts that long.
    site.pass(2 * 86_400);
    const doctor = await site.as('doctor');
    const all = () =>
      doctor.get(
        `/api/statistics/counts?from=${encodeURIComponent(start)}&to=${encodeURIComponent(new Date(site.lab.now() + 1).toISOString())}&by=analyte`,
      );
    const before = (await all()).body.items;
    expect(await site.lab.collections.days.countDocuments({})).toBeGreaterThan(0);
    expect((await all()).body.items).toEqual(before);
    const k = await site.lab.collections.observations.findOne({ analyte: 'K', state: 'released' });
    await doctor.post(`/api/observations/${k?._id}/withdraw`, { version: k?.version, reason: 'wrong' });
    const after = (await all()).body.items;
    expect(after.find((each: { key: string }) => each.key === 'K').observations).toBe(1);
  });
});
