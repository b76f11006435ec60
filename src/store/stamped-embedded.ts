import type { Collection, Filter, Update, WriteOperation } from './collection.ts';
import type { EmbeddedCollection, Transactional } from './embedded/collection.ts';
import { type Counter, counterId, isQuietUpdate, type Stamped, stampedOperation, stampedUpdate } from './stamped.ts';

/**
 * `stampedCollection` on the embedded store: the stamp is taken in the transaction that writes. LMDB runs transactions one
 * after the other, also between processes, so stamps rise in commit order and no write waits for another one's disk.
 */
export function stampedEmbedded<T extends Stamped>(
  inner: EmbeddedCollection<T>,
  counters: EmbeddedCollection<Counter>,
  now: () => number,
  quiet: readonly string[] = [],
): Collection<T> & Transactional<T> {
  const _id = counterId(inner.name);

  /** The next `count` instants; inside a transaction. */
  function take(count: number): string[] {
    const first = Math.max(now(), (counters.peek(_id)?.value ?? 0) + 1);
    const replacement: Counter = { _id, value: first + count - 1 };
    counters.apply([{ replaceOne: { filter: { _id }, replacement, upsert: true } }]);
    return Array.from({ length: count }, (_each, position) => new Date(first + position).toISOString());
  }

  function apply(operations: readonly WriteOperation<T>[]) {
    const loud = operations.some((each) => !('updateOne' in each) || !isQuietUpdate(each.updateOne.update, quiet));
    if (!loud) return inner.apply(operations);
    const stamps = take(operations.length);
    return inner.apply(operations.map((each, position) => stampedOperation(each, stamps[position] ?? '', quiet)));
  }
  const write = (operations: readonly WriteOperation<T>[]) => inner.inTransaction(() => apply(operations));

  return {
    name: inner.name,
    async insertOne(document) {
      await write([{ insertOne: { document } }]);
    },
    async insertMany(documents) {
      await write(documents.map((document) => ({ insertOne: { document } })));
    },
    findOne: (filter, options) => inner.findOne(filter, options),
    find: (filter, options) => inner.find(filter, options),
    countDocuments: (filter) => inner.countDocuments(filter),
    updateOne: (filter, update, options) =>
      write([{ updateOne: { filter, update, ...(options?.upsert === undefined ? {} : { upsert: options.upsert }) } }]),
    updateMany: (filter: Filter, update: Update) =>
      inner.inTransaction(() =>
        apply(inner.idsOf(filter).map((id) => ({ updateOne: { filter: { _id: id }, update } }))),
      ),
    replaceOne: (filter, replacement, options) =>
      write([
        { replaceOne: { filter, replacement, ...(options?.upsert === undefined ? {} : { upsert: options.upsert }) } },
      ]),
    findOneAndUpdate: (filter, update, options) =>
      inner.inTransaction(() => {
        if (isQuietUpdate(update, quiet)) return inner.applyOne(filter, update, options);
        return inner.applyOne(filter, stampedUpdate(update, take(1)[0] ?? ''), options);
      }),
    deleteOne: (filter) => inner.deleteOne(filter),
    deleteMany: (filter) => inner.deleteMany(filter),
    bulkWrite: write,
    createIndex: (keys, options) => inner.createIndex(keys, options),
    apply,
    inTransaction: (work) => inner.inTransaction(work),
  };
}
