import { afterEach, expect, test } from 'vitest';
import { dayAfter, readDay, startOfDay, today } from './days.ts';
import { setLaboratoryZone } from './times.ts';

afterEach(() => setLaboratoryZone(undefined));
const now = new Date('2026-11-24T18:30:00Z');

test.each([
  ['25/11/2026', '2026-11-25'],
  ['5.1.2026', '2026-01-05'],
  ['25112026', '2026-11-25'],
  ['3/2', '2026-02-03'],
  ['2026-11-25', '2026-11-25'],
])('the day typed as %s is %s', (typed, meant) => expect(readDay(typed, now)).toBe(meant));

test.each(['', '31/02/2026', '25/13/2026', '11/2026', '25/11/26', 'hôm qua'])('%s is no day', (typed) =>
  expect(readDay(typed, now)).toBeUndefined(),
);

test("a day is the laboratory's, wherever the screen stands", () => {
  setLaboratoryZone('Asia/Ho_Chi_Minh');
  expect(today(now)).toBe('2026-11-25');
  expect(startOfDay('2026-11-25')).toBe('2026-11-24T17:00:00.000Z');
  setLaboratoryZone('America/New_York');
  expect(today(now)).toBe('2026-11-24');
  // Summer time ends on that day.
  expect(startOfDay('2026-11-01')).toBe('2026-11-01T04:00:00.000Z');
  expect(startOfDay(dayAfter('2026-11-01', 1))).toBe('2026-11-02T05:00:00.000Z');
});
