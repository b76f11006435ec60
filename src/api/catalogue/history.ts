import type { Laboratory } from '../../laboratory/context.ts';
import type { Filter } from '../../store/collection.ts';
import { page, readCursor } from '../lists.ts';
import { entryId } from './entry-id.ts';
import { entryView } from './view.ts';

/** Versions of the entries a filter names, newest first: who, when, before, after. */
export async function historyOf(
  lab: Laboratory,
  filter: Filter,
  query: { readonly cursor?: string | undefined; readonly limit: number },
) {
  const after = readCursor(query.cursor, 1)?.[0];
  const found = await lab.collections.catalogueHistory.find(filter).toArray();
  const position = (each: { at: string; _id: string }): string => `${each.at} ${each._id}`;
  const rest = found
    .filter((each) => after === undefined || position(each) < after)
    .sort((one, other) => (position(one) < position(other) ? 1 : -1));
  return page(
    rest,
    query.limit,
    (last) => [position(last)],
    (each) => ({
      id: entryId(each.entry),
      version: each.version,
      at: each.at,
      by: each.by,
      before: each.before === null ? null : entryView(each.before),
      after: each.after === null ? null : entryView(each.after),
    }),
  );
}
