import { hash } from '../acts/hash.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { WriteOperation } from '../store/collection.ts';
import type { HeldDoc, MessageDoc } from '../store/documents.ts';

/** What a stage could not take in, before it is written. `key` is what makes it the same item on a resend. */
export interface Holding {
  readonly reason: string;
  readonly detail: string;
  readonly accession?: string;
  readonly hostCode?: string;
  readonly key: string;
}

/** The id of a held item: the same bytes on the same line give the same item, however often they come. */
function heldId(analyzer: string, holding: Holding): string {
  return hash(
    ['held', analyzer, holding.reason, holding.accession ?? '', holding.hostCode ?? '', holding.key].join('\u001f'),
  );
}

/** Write what a message left for a person; an item that is there already stays as it is. Returns the ids. */
export async function writeHeld(lab: Laboratory, message: MessageDoc, holdings: readonly Holding[]): Promise<string[]> {
  if (holdings.length === 0) return [];
  const at = isoNow(lab);
  const ids = holdings.map((holding) => heldId(message.analyzer, holding));
  const operations: WriteOperation<HeldDoc>[] = holdings.map((holding, position) => ({
    updateOne: {
      filter: { _id: ids[position] ?? '' },
      update: {
        $setOnInsert: {
          reason: holding.reason,
          detail: holding.detail,
          analyzer: message.analyzer,
          message: message._id,
          ...(holding.accession === undefined ? {} : { accession: holding.accession }),
          ...(holding.hostCode === undefined ? {} : { hostCode: holding.hostCode }),
          at,
          state: 'open',
          version: 1,
        },
      },
      upsert: true,
    },
  }));
  const written = await lab.collections.held.bulkWrite(operations);
  if (written.upsertedCount > 0) for (const id of ids) lab.events.emit({ type: 'held', held: id });
  return ids;
}

type Resolution = NonNullable<HeldDoc['resolution']>;

/** Close one held item. Returns false when it was closed already. */
export async function resolveHeld(lab: Laboratory, id: string, resolution: Omit<Resolution, 'at'>): Promise<boolean> {
  const closed = await lab.collections.held.updateOne(
    { _id: id, state: 'open' },
    { $set: { state: 'resolved', resolution: { ...resolution, at: isoNow(lab) } }, $inc: { version: 1 } },
  );
  if (closed.modifiedCount > 0) lab.events.emit({ type: 'held', held: id });
  return closed.modifiedCount > 0;
}
