import { expect, test } from 'vitest';
import type { WorkRow } from '../../api/types.ts';
import { countRows, everything, filterRows } from './list-filter.ts';

const now = Date.parse('2026-11-25T08:00:00Z');

function row(accession: string, priority: WorkRow['priority'], minutesAgo: number): WorkRow {
  const at = new Date(now - minutesAgo * 60_000).toISOString();
  return {
    accession,
    patient: { id: `P${accession}`, name: 'Nguyễn Thị Đào', sex: 'female', birthDate: '1987-03-12', version: 1 },
    priority,
    state: 'received',
    registeredAt: at,
    receivedAt: at,
    collectedAt: at,
    pending: 1,
    clean: 1,
    verified: 0,
    ordered: 1,
    sections: ['hematology'],
    analyzers: ['xn-1'],
    flags: [],
    alerts: [],
    values: [],
    flagged: 0,
    onHold: 0,
  };
}

const rows = [row('1', 'stat', 61), row('2', 'routine', 61), row('3', 'routine', 241), row('4', 'urgent', 119)];
const look = { chosen: new Set<string>(), now };

test('late are those past the time their priority allows, and become so as time passes', () => {
  const late = (at: number): string[] =>
    filterRows(rows, { ...everything, show: 'late' }, '', { ...look, now: at }).map((each) => each.accession);
  expect(late(now)).toEqual(['1', '3']);
  expect(late(now + 60_000)).toEqual(['1', '3', '4']);
  expect(countRows(rows, look).shows.late).toBe(2);
});

test('search and section narrow what is shown', () => {
  expect(filterRows(rows, { show: 'late', section: 'chemistry' }, '', look)).toEqual([]);
  expect(filterRows(rows, { show: 'late' }, 'dao', look)).toHaveLength(2);
  expect(filterRows(rows, everything, 'p4', look).map((each) => each.accession)).toEqual(['4']);
});
