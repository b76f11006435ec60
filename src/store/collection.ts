/**
 * The subset of the `mongodb` driver's Collection that the product speaks. MongoDB and the embedded engine both stand
 * behind it; one contract suite holds them to the same answers. Documents are plain values: strings, finite numbers,
 * booleans, null, arrays, plain objects and Uint8Array. Times are ISO 8601 UTC strings with milliseconds, so that they
 * sort as text. `_id` is a string.
 */
export interface Document {
  readonly _id: string;
}

type Scalar = string | number | boolean | null;
export type Condition =
  | Scalar
  | {
      readonly $eq?: Scalar;
      readonly $ne?: Scalar;
      readonly $in?: readonly Scalar[];
      readonly $nin?: readonly Scalar[];
      readonly $gt?: string | number;
      readonly $gte?: string | number;
      readonly $lt?: string | number;
      readonly $lte?: string | number;
      readonly $exists?: boolean;
      readonly $elemMatch?: Filter;
      /** Prefix search only: `^literal`. */
      readonly $regex?: string;
    };

/** Field paths may be dotted. */
export type Filter = { readonly [path: string]: Condition | readonly Filter[] | undefined } & {
  readonly $and?: readonly Filter[];
  readonly $or?: readonly Filter[];
};

export interface Update {
  readonly $set?: Readonly<Record<string, unknown>>;
  readonly $unset?: Readonly<Record<string, ''>>;
  readonly $setOnInsert?: Readonly<Record<string, unknown>>;
  readonly $inc?: Readonly<Record<string, number>>;
  readonly $max?: Readonly<Record<string, string | number>>;
  readonly $min?: Readonly<Record<string, string | number>>;
  /** A value, or `{ $each, $slice? }`. */
  readonly $push?: Readonly<Record<string, unknown>>;
  readonly $addToSet?: Readonly<Record<string, unknown>>;
  readonly $pull?: Readonly<Record<string, unknown>>;
}

export type Sort = Readonly<Record<string, 1 | -1>>;

export interface FindOptions {
  readonly sort?: Sort;
  readonly limit?: number;
  readonly skip?: number;
  readonly projection?: Readonly<Record<string, 0 | 1>>;
}

export interface Cursor<T> extends AsyncIterable<T> {
  toArray(): Promise<T[]>;
  /** How many documents and index keys were looked at to answer: the contract suite fails a full scan with it. */
  explain(): Promise<{ documentsExamined: number; keysExamined: number; index: string | null }>;
}

export type WriteOperation<T> =
  | { readonly insertOne: { readonly document: T } }
  /** Insert under its `_id`; one that is there stays as it is (counted as matched). How projections are written. */
  | { readonly insertAbsent: { readonly document: T } }
  | { readonly updateOne: { readonly filter: Filter; readonly update: Update; readonly upsert?: boolean } }
  | { readonly replaceOne: { readonly filter: Filter; readonly replacement: T; readonly upsert?: boolean } }
  | { readonly deleteOne: { readonly filter: Filter } };

export interface UpdateResult {
  readonly matchedCount: number;
  readonly modifiedCount: number;
  readonly upsertedCount: number;
}

export interface IndexOptions {
  readonly unique?: boolean;
  /** Documents without any of the indexed fields are left out (MongoDB: sparse). */
  readonly sparse?: boolean;
}

/**
 * Every write resolves once it is durable (MongoDB: w majority and journalled; embedded: flushed to disk), unless a
 * write is given `{ durable: false }`: then it resolves once it is visible to readers, and a crash may lose it. Only
 * projections that are rebuilt at the next start may use that.
 * Throws LisError STORE_DUPLICATE_KEY (with context `{ collection, key }`), STORE_UNAVAILABLE, STORE_QUERY_UNSUPPORTED.
 */
export interface Collection<T extends Document> {
  readonly name: string;
  insertOne(document: T, options?: WriteOptions): Promise<void>;
  insertMany(documents: readonly T[], options?: WriteOptions): Promise<void>;
  findOne(filter: Filter, options?: Pick<FindOptions, 'sort' | 'projection'>): Promise<T | null>;
  find(filter: Filter, options?: FindOptions): Cursor<T>;
  countDocuments(filter: Filter): Promise<number>;
  updateOne(filter: Filter, update: Update, options?: WriteOptions & { upsert?: boolean }): Promise<UpdateResult>;
  updateMany(filter: Filter, update: Update, options?: WriteOptions): Promise<UpdateResult>;
  replaceOne(filter: Filter, replacement: T, options?: WriteOptions & { upsert?: boolean }): Promise<UpdateResult>;
  findOneAndUpdate(
    filter: Filter,
    update: Update,
    options?: WriteOptions & { upsert?: boolean; returnDocument?: 'before' | 'after'; sort?: Sort },
  ): Promise<T | null>;
  deleteOne(filter: Filter, options?: WriteOptions): Promise<number>;
  deleteMany(filter: Filter, options?: WriteOptions): Promise<number>;
  /** Operations of one collection, in order, in one durable write. Embedded: one transaction. */
  bulkWrite(operations: readonly WriteOperation<T>[], options?: WriteOptions): Promise<UpdateResult>;
  createIndex(keys: Sort, options?: IndexOptions): Promise<void>;
}

export interface WriteOptions {
  readonly durable?: boolean;
}

/** How the documents of a collection are used: no answer depends on it, the embedded engine is quicker by it. */
export interface CollectionHint {
  /** Documents whose ids begin with this many same characters are written and read together. */
  readonly together?: number;
}

/** An open store. */
export interface Store {
  readonly kind: 'embedded' | 'mongodb';
  /** The hint counts where the collection is first asked for. */
  collection<T extends Document>(name: string, hint?: CollectionHint): Collection<T>;
  /** Resolves when the store answers; throws STORE_UNAVAILABLE else. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
