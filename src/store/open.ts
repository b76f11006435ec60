import type { Store } from './collection.ts';
import { openEmbedded } from './embedded/store.ts';
import { openMongo } from './mongodb/store.ts';

/** Where a store is: a folder of the embedded engine, or a MongoDB connection string. */
export type StorePlace = { readonly embedded: string } | { readonly mongodb: string };

/**
 * Open the laboratory's store. `serve` takes an embedded store for itself against a second `serve`; a `command` works
 * beside it. Throws STORE_LOCKED, STORE_UNWRITABLE, STORE_UNAVAILABLE.
 */
export async function openStore(place: StorePlace, options: { readonly role: 'serve' | 'command' }): Promise<Store> {
  return 'mongodb' in place ? openMongo(place.mongodb) : openEmbedded(place.embedded, options.role);
}
