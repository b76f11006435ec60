import { update as applyUpdate } from 'mingo';
import { LisError } from '../../errors.ts';
import type { Filter, Update } from '../collection.ts';

const known = ['$set', '$unset', '$setOnInsert', '$inc', '$max', '$min', '$push', '$addToSet', '$pull'];
const simple = /^[^.]+$/;

type Plain = Record<string, unknown>;

/**
 * A document with an update applied; the given one stays as it is, what is not touched they share. Plain `$set`, `$unset`
 * and `$inc` of top-level fields are done here, the rest is mingo's. Throws STORE_QUERY_UNSUPPORTED for an operator
 * outside the subset.
 */
export function updated<T extends object>(document: T, update: Update): T {
  const changes = Object.entries(update).filter(([operator]) => operator !== '$setOnInsert');
  for (const [operator] of changes) {
    if (!known.includes(operator)) throw new LisError('STORE_QUERY_UNSUPPORTED', { operator });
  }
  const simply = changes.every(([operator, fields]) => isSimple(operator, fields));
  const after = simply ? { ...document } : structuredClone(document);
  for (const [operator, fields] of changes) {
    if (fields === undefined || Object.keys(fields).length === 0) continue;
    if (!applySimply(after as Plain, operator, fields)) {
      applyUpdate(after as Plain, { [operator]: fields } as Parameters<typeof applyUpdate>[1]);
    }
  }
  return after;
}

type Fields = Readonly<Record<string, unknown>>;

/** Touches the fields of the document itself and nothing within them. */
function isSimple(operator: string, fields: Fields | undefined): boolean {
  return ['$set', '$unset', '$inc'].includes(operator) && Object.keys(fields ?? {}).every((path) => simple.test(path));
}

function applySimply(target: Plain, operator: string, changes: Fields): boolean {
  if (!isSimple(operator, changes)) return false;
  const paths = Object.keys(changes);
  if (operator === '$set') {
    for (const path of paths) target[path] = changes[path];
    return true;
  }
  if (operator === '$unset') {
    for (const path of paths) delete target[path];
    return true;
  }
  for (const path of paths) target[path] = Number(target[path] ?? 0) + Number(changes[path]);
  return true;
}

/** What an upsert inserts where nothing matched: the filter's equalities, `$setOnInsert`, and the update. */
export function insertedBy(filter: Filter, update: Update): Plain {
  const document: Plain = {};
  for (const [path, condition] of Object.entries(filter)) {
    if (path.startsWith('$') || path.includes('.')) continue;
    if (condition === null || typeof condition !== 'object') document[path] = condition;
    else if ('$eq' in condition) document[path] = condition.$eq;
  }
  const begun = updated(document, update.$setOnInsert === undefined ? {} : { $set: update.$setOnInsert });
  return updated(begun, update);
}
