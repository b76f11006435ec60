import { expect, test } from 'vitest';
import { replayDay } from './replay-day.ts';

test('a short day: every order answered, every number explained, none doubled', { timeout: 90_000 }, async () => {
  const day = await replayDay({ patients: 8, specimens: 24, limitMs: 60_000, say: () => undefined });
  expect(day).toMatchObject({ specimens: 24, results: 14 * 19 + 10 * 4, unanswered: [], unexplained: [], doubled: [] });
});
