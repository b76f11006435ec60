import { describe, expect, test } from 'vitest';
import { analysedAt } from './times.ts';

const zone = 'Asia/Ho_Chi_Minh';
const received = '2026-11-25T03:00:00.000Z';

describe('the time of an analysis', () => {
  test('is the analyzer’s own, in its zone or with its offset', () => {
    expect(analysedAt('2026-11-25T09:58:10', zone, received)).toBe('2026-11-25T02:58:10.000Z');
    expect(analysedAt('2026-11-25T09:58:10+09:00', zone, received)).toBe('2026-11-25T00:58:10.000Z');
    expect(analysedAt('2025-11-24T09:58:10', zone, received)).toBe('2025-11-24T02:58:10.000Z');
  });

  test('is the time of receipt where it sent none, or what is no time', () => {
    for (const sent of [undefined, '', '2026-13-45T00:00:00']) expect(analysedAt(sent, zone, received)).toBe(received);
  });

  test('is the time of receipt where the analyzer’s clock is more than a day ahead; a wrong zone stays', () => {
    expect(analysedAt('2028-11-25T09:58:10', zone, received)).toBe(received);
    expect(analysedAt('2026-11-25T16:58:10', zone, received)).toBe('2026-11-25T09:58:10.000Z');
  });
});
