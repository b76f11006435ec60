import type { Actor } from '../domain/ids.ts';
import { isLisError, LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { CatalogueDoc } from '../store/documents.ts';
import { appendAudit } from './audit.ts';

/**
 * Write a new version of a catalogue entry: the version before must be the one the caller saw (0: a new entry). Every
 * version stays in the history. Throws VERSION_CONFLICT.
 */
export async function saveEntry<T extends CatalogueDoc>(
  lab: Laboratory,
  actor: Actor,
  entry: T,
  seen: number,
): Promise<T> {
  const { catalogue } = lab.collections;
  const before = seen === 0 ? null : await catalogue.findOne({ _id: entry._id });
  const after: T = { ...entry, version: seen + 1 };
  const conflict = new LisError('VERSION_CONFLICT', { what: entry._id });
  if (seen === 0) {
    try {
      await catalogue.insertOne(after);
    } catch (thrown) {
      throw isLisError(thrown, 'STORE_DUPLICATE_KEY') ? conflict : thrown;
    }
  } else {
    const done = await catalogue.replaceOne({ _id: entry._id, version: seen }, after);
    if (done.matchedCount === 0) throw conflict;
  }
  await recordChange(lab, actor, entry._id, after.version, before, after);
  lab.catalogue.put(after);
  lab.events.emit({ type: 'catalogue', entry: entry._id });
  return after;
}

/** Take an entry out; its versions stay in the history. Throws VERSION_CONFLICT. */
export async function removeEntry(lab: Laboratory, actor: Actor, entry: CatalogueDoc, seen: number): Promise<void> {
  const removed = await lab.collections.catalogue.deleteOne({ _id: entry._id, version: seen });
  if (removed === 0) throw new LisError('VERSION_CONFLICT', { what: entry._id });
  await recordChange(lab, actor, entry._id, seen + 1, entry, null);
  lab.catalogue.remove(entry._id);
  lab.events.emit({ type: 'catalogue', entry: entry._id });
}

/** The history keeps every version of an entry, also of one that came back under a number it had before. */
async function recordChange(
  lab: Laboratory,
  actor: Actor,
  entry: string,
  version: number,
  before: CatalogueDoc | null,
  after: CatalogueDoc | null,
): Promise<void> {
  const at = isoNow(lab);
  const known = await lab.collections.catalogueHistory.findOne({ _id: `${entry}@${version}` });
  const _id = known === null ? `${entry}@${version}` : `${entry}@${version}/${at}`;
  const by = actor.username;
  await lab.collections.catalogueHistory.insertOne({ _id, entry, version, at, by, before, after });
  await appendAudit(lab, {
    actor: by,
    action: 'catalogue',
    subject: entry,
    before,
    after,
    source: `catalogue/${_id}`,
    at,
  });
}
