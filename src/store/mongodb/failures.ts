import { MongoError } from 'mongodb';
import { LisError } from '../../errors.ts';

/** MongoDB's code of a duplicate key. */
const duplicateKey = 11_000;
/** BadValue, and the codes for operators the server does not know. */
const unsupported: readonly unknown[] = [2, 9, 168, 40_324];

/** What the driver threw, as the one error callers know. */
export function mongoFailure(thrown: unknown, collection: string): LisError {
  if (thrown instanceof LisError) return thrown;
  if (thrown instanceof MongoError) {
    if (thrown.code === duplicateKey)
      return new LisError('STORE_DUPLICATE_KEY', { collection, key: keyOf(thrown) }, thrown);
    if (unsupported.includes(thrown.code)) {
      return new LisError('STORE_QUERY_UNSUPPORTED', { operator: 'this query' }, thrown);
    }
  }
  return new LisError('STORE_UNAVAILABLE', {}, thrown);
}

function keyOf(thrown: MongoError): string {
  return /index: (\S+)/.exec(thrown.message)?.[1] ?? '_id';
}
