import type { Store } from './collection.ts';
import { openEmbedded } from './embedded/store.ts';

/** Where a store is: a folder of the embedded engine, or a MongoDB connection string. */
export type StorePlace = { readonly embedded: string } | { readonly mongodb: string };

/**
 * Open the laboratory's store. `serve` takes an embedded store for itself against a second `serve`; a `command` works
 * beside it. Throws STORE_LOCKED, STORE_UNWRITABLE, STORE_UNAVAILABLE.
 */
export async function openStore(place: StorePlace, options: { readonly role: 'serve' | 'command' }): Promise<Store> {
  if (!('mongodb' in place)) return openEmbedded(place.embedded, options.role);
  // Loaded where it is used: the driver takes a tenth of a start.
  const { openMongo } = await import('./mongodb/store.ts');
  return openMongo(place.mongodb);
}
