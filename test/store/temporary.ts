import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../src/store/collection.ts';
import { openStore, type StorePlace } from '../../src/store/open.ts';
import { mongoDatabase } from './mongo-server.ts';

/** A store of its own for one test. */
export interface TemporaryStore {
  readonly store: Store;
  readonly place: StorePlace;
  /** A folder of its own, also where the store is MongoDB. */
  readonly folder: string;
  /** Close and open anew, as after a restart. */
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

/** Open a store that is gone after the test: embedded in a folder, or a database of the MongoDB test server. */
export async function openTemporaryStore(kind: 'embedded' | 'mongodb' = 'embedded'): Promise<TemporaryStore> {
  const folder = await mkdtemp(join(tmpdir(), 'cuvette-test-'));
  const place: StorePlace = kind === 'embedded' ? { embedded: folder } : { mongodb: await mongoDatabase() };
  let store = await openStore(place, { role: 'serve' });
  return {
    get store() {
      return store;
    },
    place,
    folder,
    async reopen() {
      await store.close();
      store = await openStore(place, { role: 'serve' });
      return store;
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
