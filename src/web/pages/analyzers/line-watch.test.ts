import { expect, test } from 'vitest';
import type { Analyzer } from '../../api/types.ts';
import { needsLook, sayTroubles } from './line-watch.ts';

const quiet = { nakRate: 0.01, clockSkewSeconds: 3, ordersWithoutResult: 0, enqWithoutData: 4, rhythmSeconds: 300 };
const line = (part: Partial<Analyzer>): Analyzer => ({
  id: 'xn-1',
  driver: 'sysmex/xn-1000',
  transport: 'tcp',
  role: 'listen',
  state: 'up',
  lastReceivedAt: null,
  counts: {},
  watch: quiet,
  ...part,
});
const t = (key: string, words?: Readonly<Record<string, string | number>>): string =>
  `${key}${words === undefined ? '' : JSON.stringify(words)}`;

test('a quiet line needs no look; one that is away, refuses much, tells a wrong time or owes results does', () => {
  expect(needsLook(line({}))).toBe(false);
  expect(needsLook(line({ state: 'down' }))).toBe(true);
  for (const trouble of [{ nakRate: 0.2 }, { clockSkewSeconds: -400 }, { ordersWithoutResult: 1 }])
    expect(needsLook(line({ watch: { ...quiet, ...trouble } }))).toBe(true);
});

test('the card says what is wrong in words', () => {
  const words = sayTroubles(line({ watch: { ...quiet, nakRate: 0.25, clockSkewSeconds: -600 } }), t, 'vi');
  expect(words).toContain('nakRate 25%');
  expect(words).toContain('behind');
});

test('a line that refuses says why, and later what was last', () => {
  const watch = { ...quiet, lastFault: { code: 'LINK_FRAME_OUT_OF_SEQUENCE', at: '2026-03-12T01:15:00Z' } };
  expect(sayTroubles(line({ state: 'failing', watch }), t, 'vi')).toContain('LINK_FRAME_OUT_OF_SEQUENCE');
  expect(sayTroubles(line({ watch }), t, 'vi')).toBe('');
});
