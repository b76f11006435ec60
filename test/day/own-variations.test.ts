import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ObservationDoc } from '../../src/store/documents.ts';
import { openTestLaboratory, type TestLaboratory } from './laboratory.ts';

let site: TestLaboratory;
beforeAll(async () => {
  site = await openTestLaboratory();
  await site.lab.collections.observations.insertMany([
    // Two in a hundred differ as two people do: they are no usual variation.
    ...Array.from({ length: 200 }, (_each, at) =>
      pair('HGB', at, at % 50 === 0 ? '7.0' : at % 2 === 0 ? '13.30' : '12.70'),
    ),
    ...Array.from({ length: 99 }, (_each, at) => pair('PLT', at, '240')),
    { ...pair('WBC', 1, '9.00'), previous: { value: '6', unit: '/uL', at: day(20), accession: 'b' } },
    { ...pair('WBC', 2, '9.00'), comparator: '>' },
    { ...pair('WBC', 3, '9.00'), previous: { value: '6', unit: '10*9/L', at: day(800), accession: 'b' } },
  ]);
});
afterAll(() => site.close());

const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString();

const befores: Readonly<Record<string, readonly [value: string, unit: string]>> = {
  HGB: ['13.00', 'g/dL'],
  PLT: ['240', '10*9/L'],
  WBC: ['6.00', '10*9/L'],
};

/** A released value and the one before it, which is 13.0 (240, 6). */
function pair(analyte: string, number: number, value: string): ObservationDoc {
  const [before, unit] = befores[analyte] ?? ['', ''];
  return {
    _id: `${analyte}-${number}`,
    accession: `a${number}`,
    patient: 'P1',
    origin: 'wire',
    analyzer: 'xn-1',
    hostCode: analyte,
    analyte,
    section: 'hematology',
    run: 1,
    current: true,
    value,
    unit,
    sent: { value, unit, flags: [] },
    flags: [],
    alerts: [],
    state: 'released',
    version: 2,
    lastAct: 2,
    observedAt: day(10),
    receivedAt: day(10),
    releasedAt: day(10),
    rules: [],
    comments: [],
    previous: { value: before, unit, at: day(20), accession: 'b' },
  };
}

const path = '/api/variations';

it('shows what the own history says beside what is in use, and changes nothing', async () => {
  const admin = await site.as('administrator');
  const { items } = (await admin.get(path)).body;
  const of = (analyte: string) => items.find((each: { analyte: string }) => each.analyte === analyte);
  expect(of('HGB').pairs).toBe(200);
  // ln(13.3/13.0) and ln(12.7/13.0) over half of ln(17/12), times 1.96: 0.256 and 0.263
  expect(Number(of('HGB').own)).toBeGreaterThan(0.24);
  expect(Number(of('HGB').own)).toBeLessThan(0.29);
  expect(of('PLT')).toMatchObject({ pairs: 99, own: null });
  expect(of('WBC')).toMatchObject({ pairs: 0, own: null });
  expect((await (await site.as('technician')).get(path)).status).toBe(403);
  expect((await (await site.as('technician')).post(path, {})).status).toBe(403);
});

it('takes what there is enough of, as a version that says where it is from; a second time nothing changes', async () => {
  const admin = await site.as('administrator');
  const before = site.lab.catalogue.variations().find((each) => each.analyte === 'PLT');
  const taken = (await admin.post(path, {})).body.items;
  expect(taken).toMatchObject([
    { analyte: 'HGB', version: 2, source: expect.stringMatching(/^own history, 200 pairs/) },
  ]);
  const now = site.lab.catalogue.variations();
  expect(now.find((each) => each.analyte === 'HGB')?.spread).toBe(taken[0].spread);
  expect(now.find((each) => each.analyte === 'PLT')).toEqual(before);
  expect((await admin.post(path, {})).body.items).toEqual([]);
});
