import { accessSync, constants, mkdirSync } from 'node:fs';
import { open, type RootDatabase } from 'lmdb';
import { isLisError, LisError } from '../../errors.ts';
import type { Collection, CollectionHint, Document, Store } from '../collection.ts';
import { EmbeddedCollection, type Environment } from './collection.ts';
import { storeFailure } from './failures.ts';
import { takeServeLock } from './lock.ts';

/** Databases of the environment: collections and their indexes. */
const maxDatabases = 256;

/**
 * The embedded store: LMDB in a folder. A write resolves once LMDB has flushed its commit (`overlappingSync` off: the
 * promise of a commit is the promise of its sync; writes that wait together share one flush).
 * Throws STORE_UNWRITABLE, STORE_LOCKED.
 */
export function openEmbedded(folder: string, role: 'serve' | 'command'): Store {
  const release = prepare(folder, role);
  let root: RootDatabase;
  try {
    root = open({
      path: `${folder}/store`,
      noSubdir: false,
      maxDbs: maxDatabases,
      overlappingSync: false,
      separateFlushed: false,
      encoding: 'msgpack',
    });
  } catch (thrown) {
    release();
    throw unwritable(folder, thrown);
  }
  let closed = false;
  const environment: Environment = {
    root,
    async write(work) {
      environment.assertOpen();
      try {
        return await root.transaction(work);
      } catch (thrown) {
        throw storeFailure(thrown);
      }
    },
    assertOpen() {
      if (closed) throw new LisError('STORE_UNAVAILABLE');
    },
  };
  const collections = new Map<string, EmbeddedCollection<Document>>();
  return {
    kind: 'embedded',
    collection<T extends Document>(name: string, hint?: CollectionHint): Collection<T> {
      const known = collections.get(name);
      if (known !== undefined) return known as unknown as Collection<T>;
      const made = new EmbeddedCollection<T>(environment, name, hint);
      collections.set(name, made as unknown as EmbeddedCollection<Document>);
      return made;
    },
    async ping() {
      environment.assertOpen();
      accessSync(folder, constants.W_OK);
    },
    async close() {
      if (closed) return;
      closed = true;
      try {
        await root.close();
      } finally {
        release();
      }
    },
  };
}

function prepare(folder: string, role: 'serve' | 'command'): () => void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    return role === 'serve' ? takeServeLock(folder) : () => undefined;
  } catch (thrown) {
    if (isLisError(thrown)) throw thrown;
    throw unwritable(folder, thrown);
  }
}

function unwritable(folder: string, thrown: unknown): LisError {
  const detail = thrown instanceof Error ? thrown.message : 'unknown';
  return new LisError('STORE_UNWRITABLE', { folder, detail }, thrown);
}
