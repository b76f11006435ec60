import { expect, test } from 'vitest';
import { runFaults } from './run.ts';

test('kill -9 at random instants while six analyzers stream loses nothing and doubles nothing', async () => {
  const said: string[] = [];
  const figures = await runFaults({
    messages: 90,
    seed: 3,
    kills: 2,
    limitMs: 150_000,
    say: (line) => said.push(line),
  });
  expect(figures.sent).toBe(90);
  expect(figures.kills).toBeGreaterThan(0);
  expect(figures.observationsSent).toBeGreaterThan(90);
  expect({ lost: figures.lost, doubled: figures.doubled, strange: figures.strange, held: figures.held }).toEqual({
    lost: [],
    doubled: [],
    strange: [],
    held: [],
  });
}, 180_000);
