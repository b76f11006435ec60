import { expect, test } from 'vitest';
import { explore } from '../protocols/astm-exploration.ts';
import { fuzz } from './fuzzing.ts';

test('broken traffic crashes no decoder and no link machine, and ceilings hold', () => {
  const { inputs, slowestMs } = fuzz({
    inputs: 6_000,
    seed: Number(process.env.CUVETTE_SEED ?? '7'),
    say: () => undefined,
  });
  expect(inputs).toBe(6_000);
  expect(slowestMs).toBeLessThan(3_000);
});

test('in every interleaving of five moves: no deadlock, no double delivery, no ACK without commit', () => {
  const { states, steps } = explore(5);
  expect(states).toBeGreaterThan(1_000);
  expect(steps).toBeGreaterThan(states);
});
