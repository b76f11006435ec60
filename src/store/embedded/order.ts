import type { Sort } from '../collection.ts';
import { valuesAt } from './paths.ts';

/** Order as MongoDB has it: absent before numbers before text. */
export function comparator(sort: Sort): (one: unknown, other: unknown) => number {
  const parts = Object.entries(sort);
  return (one, other) => {
    for (const [path, direction] of parts) {
      const order = compare(first(one, path, direction), first(other, path, direction));
      if (order !== 0) return order * direction;
    }
    return 0;
  };
}

/** Of an array the smallest counts going up, the largest going down. */
function first(document: unknown, path: string, direction: 1 | -1): unknown {
  const values = valuesAt(document, path);
  return values.length <= 1 ? values[0] : [...values].sort((one, other) => compare(one, other) * direction)[0];
}

function compare(one: unknown, other: unknown): number {
  const rank = (value: unknown): number =>
    value === undefined || value === null ? 0 : typeof value === 'number' ? 1 : typeof value === 'string' ? 2 : 3;
  const ranks = rank(one) - rank(other);
  if (ranks !== 0) return ranks;
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'boolean' && typeof other === 'boolean') return Number(one) - Number(other);
  const left = String(one ?? '');
  const right = String(other ?? '');
  return left < right ? -1 : left > right ? 1 : 0;
}
