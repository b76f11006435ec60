import type {
  Collection,
  Document,
  Filter,
  FindOptions,
  Sort,
  Update,
  UpdateResult,
  WriteOperation,
  WriteOptions,
} from './collection.ts';

/** A document that carries when it changed last, in commit order. */
export interface Stamped extends Document {
  /** UTC instant in ms, strictly rising over the collection in the order in which changes become visible. */
  readonly changedAt?: string;
}

/** Gives the next `count` instants; all of them later than any given before. */
export type NextStamps = (count: number) => Promise<string[]>;

/**
 * A collection whose every write stamps what it writes with `changedAt`. Writes go one after the other, so whoever has
 * seen a stamp has seen all earlier ones: what polls by `_lastUpdated` never misses a change. An update that only touches
 * `quiet` fields (a list made anew from other documents) is no change.
 */
export function stampedCollection<T extends Stamped>(
  inner: Collection<T>,
  nextStamps: NextStamps,
  quiet: readonly string[] = [],
): Collection<T> {
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<R>(work: () => Promise<R>): Promise<R> {
    const done = last.then(work, work);
    last = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }
  const one = async (): Promise<string> => (await nextStamps(1))[0] ?? '';
  const isQuiet = (update: Update): boolean => isQuietUpdate(update, quiet);
  const bulkWrite = (operations: readonly WriteOperation<T>[], options?: WriteOptions): Promise<UpdateResult> =>
    inTurn(async () => {
      const stamps = await nextStamps(operations.length);
      const written = operations.map((operation, position) =>
        stampedOperation(operation, stamps[position] ?? '', quiet),
      );
      return inner.bulkWrite(written, options);
    });

  return {
    name: inner.name,
    insertOne: (document, options) =>
      inTurn(async () => inner.insertOne({ ...document, changedAt: await one() }, options)),
    insertMany: (documents, options) =>
      inTurn(async () => {
        const stamps = await nextStamps(documents.length);
        await inner.insertMany(
          documents.map((document, position) => ({ ...document, changedAt: stamps[position] ?? '' })),
          options,
        );
      }),
    findOne: (filter: Filter, options?: Pick<FindOptions, 'sort' | 'projection'>) => inner.findOne(filter, options),
    find: (filter: Filter, options?: FindOptions) => inner.find(filter, options),
    countDocuments: (filter) => inner.countDocuments(filter),
    updateOne: (filter, update, options) =>
      isQuiet(update)
        ? inner.updateOne(filter, update, options)
        : inTurn(async () => inner.updateOne(filter, stampedUpdate(update, await one()), options)),
    async updateMany(filter, update, options) {
      if (isQuiet(update)) return inner.updateMany(filter, update, options);
      const found = await inner.find(filter, { projection: { _id: 1 } }).toArray();
      if (found.length === 0) return { matchedCount: 0, modifiedCount: 0, upsertedCount: 0 };
      // Each its own stamp, and only if it still matches.
      return bulkWrite(
        found.map(({ _id }) => ({ updateOne: { filter: { $and: [{ _id }, filter] }, update } })),
        options,
      );
    },
    replaceOne: (filter, replacement, options) =>
      inTurn(async () => inner.replaceOne(filter, { ...replacement, changedAt: await one() }, options)),
    findOneAndUpdate: (
      filter: Filter,
      update: Update,
      options?: WriteOptions & { upsert?: boolean; returnDocument?: 'before' | 'after'; sort?: Sort },
    ) =>
      isQuiet(update)
        ? inner.findOneAndUpdate(filter, update, options)
        : inTurn(async () => inner.findOneAndUpdate(filter, stampedUpdate(update, await one()), options)),
    deleteOne: (filter, options) => inner.deleteOne(filter, options),
    deleteMany: (filter, options) => inner.deleteMany(filter, options),
    bulkWrite,
    createIndex: (keys, options) => inner.createIndex(keys, options),
  };
}

/** Whether an update touches nothing but quiet fields. */
export function isQuietUpdate(update: Update, quiet: readonly string[]): boolean {
  const { $set, ...others } = update;
  const named = Object.keys($set ?? {});
  return named.length > 0 && Object.keys(others).length === 0 && named.every((path) => quiet.includes(top(path)));
}

export function stampedUpdate(update: Update, stamp: string): Update {
  return { ...update, $set: { ...update.$set, changedAt: stamp } };
}

export function stampedOperation<T extends Stamped>(
  operation: WriteOperation<T>,
  stamp: string,
  quiet: readonly string[],
): WriteOperation<T> {
  if ('insertAbsent' in operation)
    return { insertAbsent: { document: { ...operation.insertAbsent.document, changedAt: stamp } } };
  if ('insertOne' in operation)
    return { insertOne: { document: { ...operation.insertOne.document, changedAt: stamp } } };
  if ('replaceOne' in operation) {
    const { replacement, ...rest } = operation.replaceOne;
    return { replaceOne: { ...rest, replacement: { ...replacement, changedAt: stamp } } };
  }
  if ('updateOne' in operation && !isQuietUpdate(operation.updateOne.update, quiet)) {
    const { update, ...rest } = operation.updateOne;
    return { updateOne: { ...rest, update: stampedUpdate(update, stamp) } };
  }
  return operation;
}

const top = (path: string): string => path.split('.')[0] ?? path;

/** The last instant given, in ms since 1970. */
export interface Counter extends Document {
  readonly value: number;
}

export const counterId = (name: string): string => `changed/${name}`;

/** Instants from the clock, or one millisecond after the last where the clock stands or goes back; kept in `counters`. */
export function stampsFrom(counters: Collection<Counter>, name: string, now: () => number): NextStamps {
  const _id = counterId(name);
  return async (count) => {
    for (;;) {
      const known = await counters.findOne({ _id });
      const first = Math.max(now(), (known?.value ?? 0) + 1);
      const value = first + count - 1;
      if (known === null) await counters.updateOne({ _id }, { $setOnInsert: { value: 0 } }, { upsert: true });
      const taken = await counters.updateOne(
        { _id, value: known?.value ?? 0 },
        { $set: { value } },
        { durable: false },
      );
      if (taken.modifiedCount === 1) return Array.from({ length: count }, (_, n) => new Date(first + n).toISOString());
    }
  };
}
