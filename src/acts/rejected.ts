import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { SpecimenDoc } from '../store/documents.ts';

type Custody = Pick<SpecimenDoc, 'state' | 'rejection' | 'containers'>;

/** Whether all of a specimen was rejected: what was measured of it is of no use to the clinic. */
export function isRejected({ state, rejection, containers }: Custody): boolean {
  // Of several tubes one may have been rejected and the others run before all were disposed of.
  return state === 'rejected' || (state === 'disposed' && rejection !== undefined && containers === undefined);
}

/** Throws SPECIMEN_REJECTED: nothing is entered, verified or released of a clotted or mislabelled tube. */
export function requireNotRejected(specimen: Pick<SpecimenDoc, '_id'> & Custody): void {
  if (isRejected(specimen)) throw new LisError('SPECIMEN_REJECTED', { accession: specimen._id });
}

/** Nobody is called about a value of a tube that was rejected. */
export async function dropCriticals(lab: Laboratory, accession: string): Promise<void> {
  const dropped = await lab.collections.criticals.updateMany(
    { accession, state: 'open' },
    { $set: { state: 'gone' }, $unset: { openSince: '' }, $inc: { version: 1 } },
  );
  if (dropped.modifiedCount > 0) lab.events.emit({ type: 'criticals', accession });
}
