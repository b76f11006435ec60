import { Query } from 'mingo';
import type { Filter } from '../collection.ts';
import { refuseUnknown } from '../operators.ts';

/**
 * A test for documents. Equalities and ranges of top-level fields are compared here, the rest is mingo's. Throws
 * STORE_QUERY_UNSUPPORTED for an operator outside the subset (`$where` and the like never run).
 */
export function matcher(filter: Filter): (document: unknown) => boolean {
  refuseUnknown(filter);
  const entries = Object.entries(filter).filter(([, condition]) => condition !== undefined);
  if (entries.length === 0) return () => true;
  const tests = entries.map(([path, condition]) => simpleTest(path, condition));
  if (tests.every((test) => test !== null)) {
    return (document) => tests.every((test) => test(document as Readonly<Record<string, unknown>>));
  }
  // Made where there is something to test: most queries find nothing that an index does not know already.
  let query: Query | null = null;
  return (document) => {
    query ??= new Query(Object.fromEntries(entries) as ConstructorParameters<typeof Query>[0]);
    return query.test(document as Record<string, unknown>);
  };
}

type Test = (document: Readonly<Record<string, unknown>>) => boolean;
type One = (value: unknown) => boolean;

/** A condition on a field of the document itself; null where mingo is to judge it. */
function simpleTest(path: string, condition: unknown): Test | null {
  if (path.startsWith('$') || path.includes('.')) return null;
  const parts = simpleConditions(condition);
  if (parts === null) return null;
  return (document) => {
    const value = document[path];
    // Of an array each condition may hold for another element, as MongoDB has it.
    return parts.every((one) => (Array.isArray(value) ? value.some(one) : one(value)));
  };
}

function simpleConditions(condition: unknown): One[] | null {
  if (isScalar(condition)) return [(value) => value === condition];
  if (typeof condition !== 'object' || condition === null) return null;
  const parts: One[] = [];
  for (const [operator, bound] of Object.entries(condition)) {
    const one = simpleCondition(operator, bound);
    if (one === null) return null;
    parts.push(one);
  }
  return parts.length === 0 ? null : parts;
}

function simpleCondition(operator: string, bound: unknown): One | null {
  if (operator === '$in') {
    if (!Array.isArray(bound) || !bound.every(isScalar)) return null;
    const wanted = new Set<unknown>(bound);
    return (value) => wanted.has(value);
  }
  if (typeof bound !== 'string' && typeof bound !== 'number') return null;
  return rangeTest(operator, bound);
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** A range holds only for values of its own kind: a number is not before a text. */
function rangeTest(operator: string, bound: string | number): One | null {
  const within = (test: (value: string | number) => boolean): One => {
    return (value) => typeof value === typeof bound && test(value as string | number);
  };
  switch (operator) {
    case '$lt':
      return within((value) => value < bound);
    case '$lte':
      return within((value) => value <= bound);
    case '$gt':
      return within((value) => value > bound);
    case '$gte':
      return within((value) => value >= bound);
    default:
      return null;
  }
}
