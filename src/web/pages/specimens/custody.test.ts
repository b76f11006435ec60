import { expect, test } from 'vitest';
import { nextPosition } from './custody.ts';

test.each([
  ['1', '2'],
  ['9', '10'],
  ['A09', 'A10'],
  ['A99', 'A100'],
  ['2-B7', '2-B8'],
  ['7b', '8b'],
  ['góc', 'góc'],
])('after place %s comes %s', (position, next) => expect(nextPosition(position)).toBe(next));
