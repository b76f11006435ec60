import type {
  AnyBulkWriteOperation,
  Binary,
  FindCursor,
  Filter as MongoFilter,
  Collection as Native,
  Document as NativeDocument,
  OptionalUnlessRequiredId,
  UpdateFilter,
} from 'mongodb';
import type {
  Collection,
  Cursor,
  Document,
  Filter,
  FindOptions,
  IndexOptions,
  Sort,
  Update,
  UpdateResult,
  WriteOperation,
  WriteOptions,
} from '../collection.ts';
import { refuseUnknown } from '../operators.ts';
import { mongoFailure } from './failures.ts';

/** Written on the primary, its journal and the majority's copies not waited for. */
const quick = { writeConcern: { w: 1 } } as const;

/** One collection on MongoDB: the driver's own, with our errors. Types differ only in name: both sides are plain values. */
export class MongoCollection<T extends Document> implements Collection<T> {
  readonly name: string;
  readonly #native: Native<Stored>;

  constructor(native: Native<NativeDocument>) {
    this.#native = native as unknown as Native<Stored>;
    this.name = native.collectionName;
  }

  async insertOne(document: T, options?: WriteOptions): Promise<void> {
    await this.#guarded(() => this.#native.insertOne(stored(document), concern(options)));
  }

  async insertMany(documents: readonly T[], options?: WriteOptions): Promise<void> {
    if (documents.length === 0) return;
    await this.#guarded(() => this.#native.insertMany(documents.map(stored), concern(options)));
  }

  async findOne(filter: Filter, options: Pick<FindOptions, 'sort' | 'projection'> = {}): Promise<T | null> {
    const found = await this.find(filter, { ...options, limit: 1 }).toArray();
    return found[0] ?? null;
  }

  find(filter: Filter, options: FindOptions = {}): Cursor<T> {
    const guarded = <R>(work: () => Promise<R>): Promise<R> => this.#guarded(work);
    const open = (): FindCursor<Stored> => {
      const { sort, limit, skip, projection } = options;
      let cursor = this.#native.find(native(filter));
      if (sort !== undefined) cursor = cursor.sort({ ...sort });
      if (skip !== undefined) cursor = cursor.skip(skip);
      if (limit !== undefined) cursor = cursor.limit(limit);
      return projection === undefined ? cursor : (cursor.project({ ...projection }) as FindCursor<Stored>);
    };
    return {
      toArray: () => guarded(async () => (await open().toArray()).map((each) => plain<T>(each))),
      explain: () => guarded(async () => examined(await open().explain('executionStats'))),
      async *[Symbol.asyncIterator]() {
        const cursor = await guarded(async () => open());
        try {
          for (;;) {
            const next = await guarded(() => cursor.next());
            if (next === null) return;
            yield plain<T>(next);
          }
        } finally {
          await cursor.close();
        }
      },
    };
  }

  countDocuments(filter: Filter): Promise<number> {
    return this.#guarded(() =>
      Object.keys(filter).length === 0
        ? this.#native.estimatedDocumentCount()
        : this.#native.countDocuments(native(filter)),
    );
  }

  updateOne(filter: Filter, update: Update, options: WriteOptions & { upsert?: boolean } = {}): Promise<UpdateResult> {
    return this.#guarded(async () =>
      counts(
        await this.#native.updateOne(native(filter), change(update), {
          ...concern(options),
          upsert: options.upsert === true,
        }),
      ),
    );
  }

  updateMany(filter: Filter, update: Update, options?: WriteOptions): Promise<UpdateResult> {
    return this.#guarded(async () =>
      counts(await this.#native.updateMany(native(filter), change(update), concern(options))),
    );
  }

  replaceOne(filter: Filter, replacement: T, options: WriteOptions & { upsert?: boolean } = {}): Promise<UpdateResult> {
    return this.#guarded(async () => {
      const upsert = options.upsert === true;
      return counts(
        await this.#native.replaceOne(native(filter), stored(replacement), { ...concern(options), upsert }),
      );
    });
  }

  findOneAndUpdate(
    filter: Filter,
    update: Update,
    options: WriteOptions & { upsert?: boolean; returnDocument?: 'before' | 'after'; sort?: Sort } = {},
  ): Promise<T | null> {
    return this.#guarded(async () => {
      const found = await this.#native.findOneAndUpdate(native(filter), change(update), {
        ...concern(options),
        upsert: options.upsert === true,
        returnDocument: options.returnDocument ?? 'before',
        ...(options.sort === undefined ? {} : { sort: { ...options.sort } }),
      });
      return found === null ? null : plain<T>(found);
    });
  }

  deleteOne(filter: Filter, options?: WriteOptions): Promise<number> {
    return this.#guarded(async () => (await this.#native.deleteOne(native(filter), concern(options))).deletedCount);
  }

  deleteMany(filter: Filter, options?: WriteOptions): Promise<number> {
    return this.#guarded(async () => (await this.#native.deleteMany(native(filter), concern(options))).deletedCount);
  }

  bulkWrite(operations: readonly WriteOperation<T>[], options?: WriteOptions): Promise<UpdateResult> {
    return this.#guarded(async () => {
      if (operations.length === 0) return { matchedCount: 0, modifiedCount: 0, upsertedCount: 0 };
      for (const operation of operations) {
        for (const part of Object.values(operation)) if ('filter' in part) refuseUnknown(part.filter);
      }
      const done = await this.#native.bulkWrite(
        operations.map(nativeOperation) as unknown as AnyBulkWriteOperation<Stored>[],
        concern(options),
      );
      return { matchedCount: done.matchedCount, modifiedCount: done.modifiedCount, upsertedCount: done.upsertedCount };
    });
  }

  async createIndex(keys: Sort, options: IndexOptions = {}): Promise<void> {
    await this.#guarded(() =>
      this.#native.createIndex({ ...keys }, { unique: options.unique === true, sparse: options.sparse === true }),
    );
  }

  async #guarded<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (thrown) {
      throw mongoFailure(thrown, this.name);
    }
  }
}

interface Stored extends NativeDocument {
  _id: string;
}

const concern = (options?: WriteOptions): typeof quick | Record<string, never> =>
  options?.durable === false ? quick : {};
const stored = (document: Document): OptionalUnlessRequiredId<Stored> => ({ ...document });
const change = (update: Update): UpdateFilter<Stored> => update as unknown as UpdateFilter<Stored>;

/** `insertAbsent` is ours: an upsert that sets nothing where the document is there. */
function nativeOperation<T extends Document>(operation: WriteOperation<T>): unknown {
  if (!('insertAbsent' in operation)) return operation;
  const { _id, ...rest } = operation.insertAbsent.document;
  return { updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true } };
}

function native(filter: Filter): MongoFilter<Stored> {
  refuseUnknown(filter);
  return filter as unknown as MongoFilter<Stored>;
}

function counts(done: { matchedCount: number; modifiedCount: number; upsertedCount: number }): UpdateResult {
  return { matchedCount: done.matchedCount, modifiedCount: done.modifiedCount, upsertedCount: done.upsertedCount };
}

/** Binary values come back as Uint8Array, as they went in. */
function plain<T>(found: Stored): T {
  for (const [name, value] of Object.entries(found)) {
    if (isBinary(value)) found[name] = Uint8Array.from(value.buffer.subarray(0, value.position));
    else if (Buffer.isBuffer(value)) found[name] = new Uint8Array(value);
  }
  return found as unknown as T;
}

function isBinary(value: unknown): value is Binary {
  return typeof value === 'object' && value !== null && '_bsontype' in value && value._bsontype === 'Binary';
}

function examined(explained: NativeDocument): {
  documentsExamined: number;
  keysExamined: number;
  index: string | null;
} {
  const stats = explained.executionStats as Readonly<Record<string, unknown>> | undefined;
  return {
    documentsExamined: Number(stats?.totalDocsExamined ?? Number.NaN),
    keysExamined: Number(stats?.totalKeysExamined ?? Number.NaN),
    index: indexName(explained.queryPlanner),
  };
}

/** Names of the indexes a plan walks, wherever in its tree; null for a collection scan. */
function indexName(plan: unknown): string | null {
  const names = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('indexName' in node && typeof node.indexName === 'string') names.add(node.indexName);
    if ('stage' in node && (node.stage === 'IDHACK' || node.stage === 'EXPRESS_IXSCAN')) names.add('_id');
    for (const [name, child] of Object.entries(node)) if (name !== 'rejectedPlans') walk(child);
  };
  walk(plan);
  return names.size === 0 ? null : [...names].join(' | ');
}
