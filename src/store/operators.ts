import { LisError } from '../errors.ts';

const operators: ReadonlySet<string> = new Set([
  '$and',
  '$or',
  '$eq',
  '$ne',
  '$in',
  '$nin',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$exists',
  '$elemMatch',
  '$regex',
]);

/** Throws STORE_QUERY_UNSUPPORTED for an operator outside the subset: `$where` and the like never run on either store. */
export function refuseUnknown(condition: unknown): void {
  if (Array.isArray(condition)) {
    for (const each of condition) refuseUnknown(each);
  } else if (typeof condition === 'object' && condition !== null) {
    for (const [name, value] of Object.entries(condition)) {
      if (name.startsWith('$') && !operators.has(name))
        throw new LisError('STORE_QUERY_UNSUPPORTED', { operator: name });
      refuseUnknown(value);
    }
  }
}
