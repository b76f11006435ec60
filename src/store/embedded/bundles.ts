import type { Database, RootDatabase } from 'lmdb';
import type { Document } from '../collection.ts';
import { rangeOf } from './ranges.ts';
import type { Changed, Shelf } from './shelf.ts';

/** A bundle in which is being written. */
interface Open<T> {
  readonly place: string;
  readonly before: readonly T[];
  readonly documents: Map<string, T>;
  dirty: boolean;
}

/**
 * Documents whose ids begin with the same characters in one record: what is read and written together (the values of a
 * specimen) is one record and one index entry instead of thirty, and says the names of its fields once.
 * @param length how many characters
 */
export function bundles<T extends Document>(
  root: RootDatabase,
  name: string,
  length: number,
  changed: Changed<T>,
): Shelf<T> {
  const records: Database<T[], string> = root.openDB<T[], string>({
    name: `b:${name}`,
    encoding: 'msgpack',
    cache: false,
  });
  let open: Open<T> | null = null;

  const placeOf = (id: string): string => id.slice(0, length);

  function behind(place: string): readonly T[] {
    if (open?.place !== place) return records.get(place) ?? [];
    return open.dirty ? inOrder(open.documents) : open.before;
  }

  function opened(place: string): Open<T> {
    if (open?.place === place) return open;
    flush();
    const before = records.get(place) ?? [];
    open = { place, before, documents: new Map(before.map((each) => [each._id, each])), dirty: false };
    return open;
  }

  function flush(): void {
    const written = open;
    open = null;
    if (written === null || !written.dirty) return;
    const { place, before } = written;
    const after = inOrder(written.documents);
    changed(place, before, after);
    if (after.length === 0) records.removeSync(place);
    else records.putSync(place, after);
  }

  return {
    get(id) {
      const place = placeOf(id);
      if (open?.place === place) return open.documents.get(id);
      return records.get(place)?.find((each) => each._id === id);
    },
    *at(ids) {
      let last: { readonly place: string; readonly documents: readonly T[] } = { place: '', documents: [] };
      for (const id of ids) {
        const place = placeOf(id);
        if (last.place !== place) last = { place, documents: behind(place) };
        const document = last.documents.find((each) => each._id === id);
        if (document !== undefined) yield document;
      }
    },
    *range({ from, to, reverse }) {
      flush();
      const bounds = rangeOf(from === undefined ? from : placeOf(from), to === undefined ? to : placeOf(to), reverse);
      for (const { value } of records.getRange(bounds)) yield* reverse ? value.reverse() : value;
    },
    count() {
      flush();
      let count = 0;
      for (const { value } of records.getRange({})) count += value.length;
      return count;
    },
    placeOf,
    behind,
    put(document) {
      const bundle = opened(placeOf(document._id));
      bundle.documents.set(document._id, document);
      bundle.dirty = true;
    },
    remove(document) {
      const bundle = opened(placeOf(document._id));
      bundle.documents.delete(document._id);
      bundle.dirty = true;
    },
    flush,
  };
}

function inOrder<T extends Document>(documents: ReadonlyMap<string, T>): T[] {
  return [...documents.values()].sort((one, other) => (one._id < other._id ? -1 : 1));
}

/** How many are moved in one transaction. */
const movedAtOnce = 1_000;

/** Bring what an earlier version kept as single records into bundles, as often as it takes: a crash between loses nothing. */
export function gatherSingles<T extends Document>(root: RootDatabase, name: string, shelf: Shelf<T>): void {
  const records: Database<T, string> = root.openDB<T, string>({
    name: `c:${name}`,
    encoding: 'msgpack',
    cache: false,
  });
  for (;;) {
    const some = [...records.getRange({ limit: movedAtOnce })];
    if (some.length === 0) return;
    root.transactionSync(() => {
      for (const { key, value } of some) {
        if (shelf.get(key) === undefined) shelf.put(value, undefined);
        records.removeSync(key);
      }
      shelf.flush();
    });
  }
}
