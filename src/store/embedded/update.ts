import { update as applyUpdate } from 'mingo';
import { LisError } from '../../errors.ts';
import type { Filter, Update } from '../collection.ts';

const known = ['$set', '$unset', '$setOnInsert', '$inc', '$max', '$min', '$push', '$addToSet', '$pull'];
const simple = /^[^.]+$/;

type Plain = Record<string, unknown>;

/**
 * A document with an update applied; the given one is changed. Plain `$set`, `$unset` and `$inc` of top-level fields are
 * done here, the rest is mingo's. Throws STORE_QUERY_UNSUPPORTED for an operator outside the subset.
 */
export function updated<T>(document: T, update: Update): T {
  for (const operator of Object.keys(update)) {
    if (!known.includes(operator)) throw new LisError('STORE_QUERY_UNSUPPORTED', { operator });
  }
  const { $setOnInsert: _onInsert, ...rest } = update;
  const target = document as Plain;
  for (const [operator, changes] of Object.entries(rest)) {
    if (changes === undefined || Object.keys(changes).length === 0) continue;
    if (!applySimply(target, operator, changes)) {
      applyUpdate(target, { [operator]: changes } as Parameters<typeof applyUpdate>[1]);
    }
  }
  return document;
}

function applySimply(target: Plain, operator: string, changes: Readonly<Record<string, unknown>>): boolean {
  const paths = Object.keys(changes);
  if (!paths.every((path) => simple.test(path))) return false;
  if (operator === '$set') {
    for (const path of paths) target[path] = changes[path];
    return true;
  }
  if (operator === '$unset') {
    for (const path of paths) delete target[path];
    return true;
  }
  if (operator === '$inc') {
    for (const path of paths) target[path] = Number(target[path] ?? 0) + Number(changes[path]);
    return true;
  }
  return false;
}

/** What an upsert inserts where nothing matched: the filter's equalities, `$setOnInsert`, and the update. */
export function insertedBy(filter: Filter, update: Update): Plain {
  const document: Plain = {};
  for (const [path, condition] of Object.entries(filter)) {
    if (path.startsWith('$') || path.includes('.')) continue;
    if (condition === null || typeof condition !== 'object') document[path] = condition;
    else if ('$eq' in condition) document[path] = condition.$eq;
  }
  updated(document, { ...(update.$setOnInsert === undefined ? {} : { $set: update.$setOnInsert }) });
  return updated(document, update);
}
