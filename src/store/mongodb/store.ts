import { MongoClient } from 'mongodb';
import { LisError } from '../../errors.ts';
import type { Collection, Document, Store } from '../collection.ts';
import { MongoCollection } from './collection.ts';
import { mongoFailure } from './failures.ts';

/** The database of a connection string without one. */
const defaultDatabase = 'cuvette';

/**
 * A store on MongoDB (7 or 8, a replica set in production). Writes wait for the majority's journal, reads see what a
 * majority has: a fail-over can't take back what was acknowledged to an analyzer.
 * Throws STORE_UNAVAILABLE when nobody answers within 5 s.
 */
export async function openMongo(uri: string): Promise<Store> {
  const client = new MongoClient(uri, {
    serverSelectionTimeoutMS: 5_000,
    writeConcern: { w: 'majority', journal: true },
    readPreference: 'primary',
    ignoreUndefined: true,
    promoteBuffers: true,
    appName: 'cuvette',
  });
  try {
    await client.connect();
    await client.db().command({ ping: 1 });
  } catch (thrown) {
    await client.close();
    throw mongoFailure(thrown, 'store');
  }
  const named = new URL(uri.replace(/^mongodb(\+srv)?:/, 'http:').replace(/,[^/]*/, '')).pathname.length > 1;
  const database = named ? client.db() : client.db(defaultDatabase);
  let closed = false;
  return {
    kind: 'mongodb',
    collection<T extends Document>(name: string): Collection<T> {
      return new MongoCollection<T>(database.collection(name));
    },
    async ping() {
      if (closed) throw new LisError('STORE_UNAVAILABLE');
      try {
        await database.command({ ping: 1 });
      } catch (thrown) {
        throw mongoFailure(thrown, 'store');
      }
    },
    async close() {
      closed = true;
      await client.close();
    },
  };
}
