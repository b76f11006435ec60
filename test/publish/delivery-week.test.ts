import { expect, test } from 'vitest';
import { runWeek } from '../faults/delivery-week.ts';

test('through outages, wrong and late answers and kills, every recipient ends with the last version of every report', async () => {
  const result = await runWeek({ seed: 20261125, specimens: 8, kills: 1, outages: 3 });
  expect(result.faults).toEqual([]);
  expect(result.reports).toBe(8);
  expect(result.kills).toBeGreaterThan(0);
  expect(Object.keys(result.centralFaults).length).toBeGreaterThan(2);
  expect(result.hl7Messages).toBeGreaterThanOrEqual(result.versions - result.reports);
}, 240_000);
