import type { Database, RootDatabase } from 'lmdb';
import type { Document } from '../collection.ts';
import { rangeOf } from './ranges.ts';
import type { Changed, Shelf } from './shelf.ts';

/** Each document a record of its own under its id. */
export function singles<T extends Document>(root: RootDatabase, name: string, changed: Changed<T>): Shelf<T> {
  const records: Database<T, string> = root.openDB<T, string>({
    name: `c:${name}`,
    encoding: 'msgpack',
    cache: false,
  });

  return {
    get: (id) => records.get(id),
    *at(ids) {
      for (const id of ids) {
        const document = records.get(id);
        if (document !== undefined) yield document;
      }
    },
    *range({ from, to, reverse }) {
      for (const { value } of records.getRange(rangeOf(from, to, reverse))) yield value;
    },
    count: () => records.getCount(),
    placeOf: (id) => id,
    behind(id) {
      const document = records.get(id);
      return document === undefined ? [] : [document];
    },
    put(document, before) {
      changed(document._id, before === undefined ? [] : [before], [document]);
      records.putSync(document._id, document);
    },
    remove(document) {
      changed(document._id, [document], []);
      records.removeSync(document._id);
    },
    flush: () => undefined,
  };
}
