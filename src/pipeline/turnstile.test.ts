import { expect, test } from 'vitest';
import { createTurnstile } from './turnstile.ts';

test('no more than its places work at once, in the order they came, and a failure gives its place on', async () => {
  const turnstile = createTurnstile(2);
  const log: string[] = [];
  const ends = new Map<number, (fails: boolean) => void>();
  const settled = [1, 2, 3, 4].map((each) =>
    turnstile
      .pass(() => {
        log.push(`begin ${each}`);
        return new Promise<void>((resolve, reject) => {
          ends.set(each, (fails) => (fails ? reject(new Error('failed')) : resolve()));
        });
      })
      .then(
        () => log.push(`end ${each}`),
        () => log.push(`failed ${each}`),
      ),
  );
  await Promise.resolve();
  expect(log).toEqual(['begin 1', 'begin 2']);
  ends.get(2)?.(true);
  await settled[1];
  expect(log.slice(2).sort()).toEqual(['begin 3', 'failed 2']);
  ends.get(1)?.(false);
  await settled[0];
  expect(log.slice(4).sort()).toEqual(['begin 4', 'end 1']);
  ends.get(3)?.(false);
  ends.get(4)?.(false);
  await Promise.all(settled);
  expect(log).toHaveLength(8);
});
