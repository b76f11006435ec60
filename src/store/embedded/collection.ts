import type { RootDatabase } from 'lmdb';
import type {
  Collection,
  CollectionHint,
  Cursor,
  Document,
  Filter,
  FindOptions,
  IndexOptions,
  Sort,
  Update,
  UpdateResult,
  WriteOperation,
} from '../collection.ts';
import { storeFailure } from './failures.ts';
import { indexDefinition } from './keys.ts';
import { project } from './project.ts';
import type { Examined } from './table.ts';
import { Table } from './table.ts';
import { bulk, insert, remove, replace, update } from './writes.ts';

/** What a collection needs of the open environment. */
export interface Environment {
  readonly root: RootDatabase;
  /** Run in a write transaction; resolves once it is flushed to disk. */
  write<R>(work: () => R): Promise<R>;
  /** Throws STORE_UNAVAILABLE after close. */
  assertOpen(): void;
}

/** Writes of one collection that can share a transaction with those of others (store/together.ts). */
export interface Transactional<T> {
  /** The operations of a `bulkWrite`, inside a transaction that is open. */
  apply(operations: readonly WriteOperation<T>[]): UpdateResult;
  /** Run work in one transaction of the environment; resolves once it is flushed to disk. */
  inTransaction<R>(work: () => R): Promise<R>;
}

/** One collection of the embedded store (store/collection.ts says what each method promises). */
export class EmbeddedCollection<T extends Document> implements Collection<T>, Transactional<T> {
  readonly name: string;
  readonly #environment: Environment;
  readonly #table: Table<T>;

  constructor(environment: Environment, name: string, hint: CollectionHint = {}) {
    this.name = name;
    this.#environment = environment;
    this.#table = new Table<T>(environment.root, name, hint.together);
  }

  async insertOne(document: T): Promise<void> {
    await this.#write((table) => insert(table, document));
  }

  async insertMany(documents: readonly T[]): Promise<void> {
    await this.#write((table) => {
      for (const document of documents) insert(table, document);
    });
  }

  async findOne(filter: Filter, options: Pick<FindOptions, 'sort' | 'projection'> = {}): Promise<T | null> {
    return this.#read(filter, { ...options, limit: 1 })[0] ?? null;
  }

  find(filter: Filter, options: FindOptions = {}): Cursor<T> {
    const read = (examined?: Examined): T[] => this.#read(filter, options, examined);
    const table = this.#table;
    return {
      toArray: async () => read(),
      async explain() {
        const examined: Examined = { documents: 0, keys: 0 };
        read(examined);
        const index = table.planName(filter, options.sort);
        return { documentsExamined: examined.documents, keysExamined: examined.keys, index };
      },
      async *[Symbol.asyncIterator]() {
        yield* read();
      },
    };
  }

  async countDocuments(filter: Filter): Promise<number> {
    this.#environment.assertOpen();
    return this.#table.count(filter);
  }

  updateOne(filter: Filter, change: Update, options: { upsert?: boolean } = {}): Promise<UpdateResult> {
    return this.#write((table) => counts(update(table, filter, change, { upsert: options.upsert })));
  }

  updateMany(filter: Filter, change: Update): Promise<UpdateResult> {
    return this.#write((table) => counts(update(table, filter, change, { many: true })));
  }

  replaceOne(filter: Filter, replacement: T, options: { upsert?: boolean } = {}): Promise<UpdateResult> {
    return this.#write((table) => replace(table, filter, replacement, options.upsert === true));
  }

  findOneAndUpdate(
    filter: Filter,
    change: Update,
    options: { upsert?: boolean; returnDocument?: 'before' | 'after'; sort?: Sort } = {},
  ): Promise<T | null> {
    return this.#environment.write(() => this.applyOne(filter, change, options));
  }

  deleteOne(filter: Filter): Promise<number> {
    return this.#write((table) => remove(table, filter, false));
  }

  deleteMany(filter: Filter): Promise<number> {
    return this.#write((table) => remove(table, filter, true));
  }

  bulkWrite(operations: readonly WriteOperation<T>[]): Promise<UpdateResult> {
    return this.#environment.write(() => this.apply(operations));
  }

  apply(operations: readonly WriteOperation<T>[]): UpdateResult {
    return this.#whole((table) => bulk(table, operations));
  }

  /** `findOneAndUpdate` inside a transaction that is open. */
  applyOne(
    filter: Filter,
    change: Update,
    options: { upsert?: boolean; returnDocument?: 'before' | 'after'; sort?: Sort } = {},
  ): T | null {
    const done = this.#whole((table) => update(table, filter, change, { upsert: options.upsert, sort: options.sort }));
    return options.returnDocument === 'after' ? done.after : done.before;
  }

  /** A document by its id, inside a transaction that is open. */
  peek(id: string): T | null {
    return this.#table.get(id) ?? null;
  }

  /** Ids of what a filter matches, inside a transaction that is open. */
  idsOf(filter: Filter): string[] {
    return this.#table.find(filter, {}).map((each) => each._id);
  }

  inTransaction<R>(work: () => R): Promise<R> {
    return this.#environment.write(work);
  }

  async createIndex(keys: Sort, options: IndexOptions = {}): Promise<void> {
    const definition = indexDefinition(keys, options);
    if (this.#table.definitions.some((each) => each.name === definition.name)) return;
    const open = this.#table.openIndex(definition);
    await this.#environment.write(() => this.#table.fillIndex(open));
  }

  #write<R>(work: (table: Table<T>) => R): Promise<R> {
    return this.#environment.write(() => this.#whole(work));
  }

  /** Work inside a transaction, up to where all of it is in the transaction: also what was done before a refusal. */
  #whole<R>(work: (table: Table<T>) => R): R {
    try {
      return work(this.#table);
    } finally {
      this.#table.flush();
    }
  }

  #read(filter: Filter, options: FindOptions, examined?: Examined): T[] {
    this.#environment.assertOpen();
    try {
      const found = this.#table.find(filter, options, examined);
      const { projection } = options;
      return projection === undefined ? found : found.map((each) => project(each, projection) as T);
    } catch (thrown) {
      throw storeFailure(thrown);
    }
  }
}

function counts({ matchedCount, modifiedCount, upsertedCount }: UpdateResult): UpdateResult {
  return { matchedCount, modifiedCount, upsertedCount };
}
