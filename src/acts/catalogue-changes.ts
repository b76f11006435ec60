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
  const { catalogue, catalogueHistory } = lab.collections;
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
  const at = isoNow(lab);
  const { _id, ...history } = {
    _id: `${entry._id}@${after.version}`,
    entry: entry._id,
    version: after.version,
    at,
    by: actor.username,
    before,
    after,
  };
  await catalogueHistory.updateOne({ _id }, { $setOnInsert: history }, { upsert: true });
  await appendAudit(lab, {
    actor: actor.username,
    action: 'catalogue',
    subject: entry._id,
    before,
    after,
    source: `catalogue/${_id}`,
    at,
  });
  lab.catalogue.put(after);
  lab.events.emit({ type: 'catalogue', entry: entry._id });
  return after;
}
