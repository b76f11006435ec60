import { expect, test } from 'vitest';
import { replayDay } from './replay-day.ts';

test('a short day: every order answered, every number explained, none doubled', { timeout: 90_000 }, async () => {
  const day = await replayDay({
    patients: 8,
    specimens: 24,
    limitMs: 60_000,
    paintRounds: 1,
    paintPages: ['worklist', 'storage', 'deliveries'],
    say: () => undefined,
  });
  expect(day).toMatchObject({ specimens: 24, results: 14 * 19 + 10 * 4, unanswered: [], unexplained: [], doubled: [] });
  expect(day.unsent).toEqual([]);
  // Each page showed its content in each way; how quickly is measured by `npm run day` on a quiet machine.
  expect(day.paints.map(({ page, how }) => `${page} ${how}`)).toHaveLength(9);
});
