import type { Collection, Document, WriteOperation } from './collection.ts';
import type { Transactional } from './embedded/collection.ts';

/** Operations on one collection, to be written together with those on others. */
export interface Part {
  readonly count: number;
  /** By itself, as `bulkWrite`. */
  alone(): Promise<unknown>;
  /** Its operations inside a transaction, and how to open one; null on MongoDB. */
  readonly embedded: { inTransaction(work: () => void): Promise<void>; apply(): void } | null;
}

export function part<T extends Document>(
  collection: Collection<T>,
  operations: readonly WriteOperation<T>[],
  options: { readonly durable?: boolean } = {},
): Part {
  return {
    count: operations.length,
    alone: () => collection.bulkWrite(operations, options),
    embedded: isTransactional(collection)
      ? { inTransaction: (work) => collection.inTransaction(work), apply: () => void collection.apply(operations) }
      : null,
  };
}

/**
 * Writes of several collections, in this order: on the embedded store in one transaction and with one flush, on MongoDB
 * one after the other. What is written so must be projections that can be written again. Throws as `bulkWrite`.
 */
export async function writeTogether(parts: readonly Part[]): Promise<void> {
  const due = parts.filter((each) => each.count > 0);
  const embedded = due.flatMap((each) => each.embedded ?? []);
  const [first] = embedded;
  if (first !== undefined && embedded.length === due.length) {
    await first.inTransaction(() => {
      for (const each of embedded) each.apply();
    });
    return;
  }
  for (const each of due) await each.alone();
}

function isTransactional<T extends Document>(
  collection: Collection<T>,
): collection is Collection<T> & Transactional<T> {
  return 'inTransaction' in collection && 'apply' in collection;
}
