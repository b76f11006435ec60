import { z } from 'zod';
import { LisError } from '../errors.ts';
import type { Collection, Document, Filter } from '../store/collection.ts';

/** Query fields of every list. */
export const pageQuery = {
  cursor: z.string().max(600).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
};

export interface PageQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** The schema of a list's answer. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item).readonly(), next: z.string().nullable() });
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A cursor is a position in the list's order, opaque to callers. */
export function writeCursor(position: readonly string[]): string {
  return Buffer.from(JSON.stringify(position), 'utf8').toString('base64url');
}

/** Read a cursor back. Throws REQUEST_INVALID for one that is not ours or of another list. */
export function readCursor(cursor: string | undefined, parts: number): readonly string[] | null {
  if (cursor === undefined || cursor === '') return null;
  const refuse = new LisError('REQUEST_INVALID', { detail: 'cursor: is not one of this list' });
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(position) || position.length !== parts) throw refuse;
    return position.map((part: unknown) => {
      if (typeof part !== 'string') throw refuse;
      return part;
    });
  } catch {
    throw refuse;
  }
}

/** Cut a list that was read with one item too many. */
export function page<S, T>(
  found: readonly S[],
  limit: number,
  position: (last: S) => readonly string[],
  view: (item: S) => T,
): Page<T> {
  const kept = found.slice(0, limit);
  const last = kept.at(-1);
  return {
    items: kept.map(view),
    next: found.length > limit && last !== undefined ? writeCursor(position(last)) : null,
  };
}

/** A list that is small and in memory, in the order of its keys; the cursor is the key of the last item shown. */
export function pageOfSorted<T>(items: readonly T[], key: (item: T) => string, query: PageQuery): Page<T> {
  const after = readCursor(query.cursor, 1)?.[0];
  const rest = items
    .filter((item) => after === undefined || key(item) > after)
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return page(
    rest,
    query.limit,
    (last) => [key(last)],
    (item) => item,
  );
}

/**
 * A page of a collection, newest first: `field` is an instant, `_id` breaks ties. One more than asked for is read, to
 * know whether there is a next page.
 */
export async function readNewest<T extends Document>(
  collection: Collection<T>,
  filter: Filter,
  field: string,
  query: PageQuery,
): Promise<T[]> {
  const after = readCursor(query.cursor, 2);
  const at = after?.[0];
  const id = after?.[1];
  const where: Filter =
    at === undefined || id === undefined
      ? filter
      : { $and: [filter, { [field]: { $lte: at } }, { $or: [{ [field]: { $lt: at } }, { _id: { $lt: id } }] }] };
  return collection.find(where, { sort: { [field]: -1, _id: -1 }, limit: query.limit + 1 }).toArray();
}
