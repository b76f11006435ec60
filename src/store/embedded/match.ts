import { Query } from 'mingo';
import type { Filter } from '../collection.ts';
import { refuseUnknown } from '../operators.ts';

/**
 * A test for documents. Plain equalities of top-level fields are compared here, the rest is mingo's. Throws
 * STORE_QUERY_UNSUPPORTED for an operator outside the subset (`$where` and the like never run).
 */
export function matcher(filter: Filter): (document: unknown) => boolean {
  refuseUnknown(filter);
  const entries = Object.entries(filter).filter(([, condition]) => condition !== undefined);
  if (entries.length === 0) return () => true;
  const plain = entries.every(
    ([path, condition]) =>
      !path.startsWith('$') &&
      !path.includes('.') &&
      (typeof condition === 'string' || typeof condition === 'number' || typeof condition === 'boolean'),
  );
  if (plain) {
    return (document) =>
      entries.every(([path, condition]) => {
        const value = (document as Readonly<Record<string, unknown>>)[path];
        return Array.isArray(value) ? value.includes(condition) : value === condition;
      });
  }
  const query = new Query(Object.fromEntries(entries) as ConstructorParameters<typeof Query>[0]);
  return (document) => query.test(document as Record<string, unknown>);
}
