import { isDeepStrictEqual } from 'node:util';
import { LisError } from '../../errors.ts';
import type { Document, Filter, Sort, Update, UpdateResult, WriteOperation } from '../collection.ts';
import type { Table } from './table.ts';
import { insertedBy, updated } from './update.ts';

/** Writes on one table. All of them belong inside a transaction of the root. */
export const untouchedResult: UpdateResult = { matchedCount: 0, modifiedCount: 0, upsertedCount: 0 };

export function insert<T extends Document>(table: Table<T>, document: T): void {
  if (table.get(document._id) !== undefined) {
    throw new LisError('STORE_DUPLICATE_KEY', { collection: table.name, key: '_id' });
  }
  table.put(document, undefined);
}

function insertAbsent<T extends Document>(table: Table<T>, document: T): UpdateResult {
  if (table.get(document._id) !== undefined) return { ...untouchedResult, matchedCount: 1 };
  table.put(document, undefined);
  return { ...untouchedResult, upsertedCount: 1 };
}

/** Update matching documents (one, or all), or insert what the filter and update say. */
export function update<T extends Document>(
  table: Table<T>,
  filter: Filter,
  change: Update,
  options: { readonly upsert?: boolean | undefined; readonly many?: boolean; readonly sort?: Sort | undefined },
): UpdateResult & { readonly before: T | null; readonly after: T | null } {
  const found = table.find(filter, { sort: options.sort, ...(options.many === true ? {} : { limit: 1 }) });
  if (found.length === 0) {
    if (options.upsert !== true) return { ...untouchedResult, before: null, after: null };
    const made = insertedBy(filter, change) as unknown as T;
    if (typeof made._id !== 'string')
      throw new LisError('STORE_QUERY_UNSUPPORTED', { operator: 'an upsert without _id' });
    insert(table, made);
    return { ...untouchedResult, upsertedCount: 1, before: null, after: made };
  }
  let modifiedCount = 0;
  let last: { before: T; after: T } | null = null;
  for (const before of found) {
    const after = updated(before, change);
    if (!isDeepStrictEqual(before, after)) {
      table.put(after, before);
      modifiedCount += 1;
    }
    last = { before, after };
  }
  return {
    matchedCount: found.length,
    modifiedCount,
    upsertedCount: 0,
    before: last?.before ?? null,
    after: last?.after ?? null,
  };
}

export function replace<T extends Document>(
  table: Table<T>,
  filter: Filter,
  replacement: T,
  upsert: boolean,
): UpdateResult {
  const before = table.find(filter, { limit: 1 })[0];
  if (before === undefined) {
    if (!upsert) return untouchedResult;
    insert(table, replacement);
    return { ...untouchedResult, upsertedCount: 1 };
  }
  if (isDeepStrictEqual(before, replacement)) return { ...untouchedResult, matchedCount: 1 };
  if (before._id !== replacement._id) throw new LisError('STORE_QUERY_UNSUPPORTED', { operator: 'a changed _id' });
  table.put(replacement, before);
  return { matchedCount: 1, modifiedCount: 1, upsertedCount: 0 };
}

export function remove<T extends Document>(table: Table<T>, filter: Filter, many: boolean): number {
  const found = table.find(filter, many ? {} : { limit: 1 });
  for (const document of found) table.remove(document);
  return found.length;
}

/** In order; the first that fails ends it, what was before it stands (as MongoDB's ordered bulkWrite). */
export function bulk<T extends Document>(table: Table<T>, operations: readonly WriteOperation<T>[]): UpdateResult {
  let total = untouchedResult;
  const add = (result: UpdateResult): void => {
    total = {
      matchedCount: total.matchedCount + result.matchedCount,
      modifiedCount: total.modifiedCount + result.modifiedCount,
      upsertedCount: total.upsertedCount + result.upsertedCount,
    };
  };
  for (const operation of operations) {
    if ('insertOne' in operation) insert(table, operation.insertOne.document);
    else if ('insertAbsent' in operation) add(insertAbsent(table, operation.insertAbsent.document));
    else if ('updateOne' in operation) {
      const { filter, update: change, upsert } = operation.updateOne;
      add(update(table, filter, change, { upsert }));
    } else if ('replaceOne' in operation) {
      const { filter, replacement, upsert } = operation.replaceOne;
      add(replace(table, filter, replacement, upsert === true));
    } else remove(table, operation.deleteOne.filter, false);
  }
  return total;
}
