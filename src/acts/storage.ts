import type { Actor } from '../domain/ids.ts';
import { isLisError, LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { SpecimenDoc } from '../store/documents.ts';

/** Where a tube stands. */
export interface Place {
  readonly rack: string;
  readonly position: string;
}

/** Rack and position as given, or `rack/position` in one. Throws REQUEST_INVALID. */
export function placeOf(step: { readonly rack?: string | undefined; readonly position?: string | undefined }): Place {
  const position = step.position?.trim() ?? '';
  if (position === '') throw new LisError('REQUEST_INVALID', { detail: 'position: is needed' });
  if (step.rack !== undefined) return { rack: step.rack, position };
  const cut = position.indexOf('/');
  if (cut > 0 && cut < position.length - 1)
    return { rack: position.slice(0, cut).trim(), position: position.slice(cut + 1).trim() };
  throw new LisError('REQUEST_INVALID', { detail: 'rack: is needed' });
}

/** Put a tube into a free place, and free the one it stood in. Throws STORAGE_OCCUPIED. */
export async function takePlace(
  lab: Laboratory,
  specimen: Pick<SpecimenDoc, '_id'>,
  container: string | undefined,
  { rack, position }: Place,
  actor: Actor,
): Promise<void> {
  const { storage, counters } = lab.collections;
  const { _id: accession } = specimen;
  const place = `${rack}/${position}`;
  const known = await storage.findOne({ _id: place });
  const mine = known?.accession === accession && known.container === container;
  if (known !== null && !mine) throw new LisError('STORAGE_OCCUPIED', { place, accession: known.accession });
  if (known === null) {
    try {
      await storage.insertOne({
        _id: place,
        rack,
        position,
        accession,
        ...(container === undefined ? {} : { container }),
        at: isoNow(lab),
        by: actor.username,
      });
    } catch (thrown) {
      if (!isLisError(thrown, 'STORE_DUPLICATE_KEY')) throw thrown;
      const other = await storage.findOne({ _id: place });
      throw new LisError('STORAGE_OCCUPIED', { place, accession: other?.accession ?? '' }, thrown);
    }
  }
  await counters.updateOne({ _id: rackMark(rack) }, { $setOnInsert: { value: 0, text: rack } }, { upsert: true });
  const before = await storage.find({ accession }).toArray();
  for (const each of before) {
    if (each._id !== place && each.container === container) await storage.deleteOne({ _id: each._id });
  }
}

/** The tube, or all of a specimen's, is gone: its place is free. */
export async function takeOut(lab: Laboratory, accession: string, container: string | undefined): Promise<void> {
  const places = await lab.collections.storage.find({ accession }).toArray();
  for (const each of places) {
    if (container === undefined || each.container === container)
      await lab.collections.storage.deleteOne({ _id: each._id });
  }
}

/** Every rack that was ever used has one of these, so that racks are listed without looking at every tube. */
export const rackMark = (rack: string): string => `rack/${rack}`;
