import type { Actor } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { changeOrders } from './order-changes.ts';
import { registerSpecimen } from './registration.ts';

/**
 * Ask for a rejected specimen again: a new one under a number of its own, with the orders that stood; the old orders are
 * cancelled. Asked twice it stays one. Returns the new accession.
 * Throws SPECIMEN_ACCESSION_UNKNOWN, SPECIMEN_STATE_CONFLICT.
 */
export async function recollect(lab: Laboratory, actor: Actor, accession: string): Promise<string> {
  const { specimens, orders, patients } = lab.collections;
  const specimen = await specimens.findOne({ _id: accession });
  if (specimen === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
  if (specimen.recollectedAs !== undefined) return specimen.recollectedAs;
  const standing = (await orders.find({ accession }).toArray()).filter((order) => order.state !== 'cancelled');
  const patient = await patients.findOne({ _id: specimen.patient });
  if (specimen.state !== 'rejected' || standing.length === 0 || patient === null)
    throw new LisError('SPECIMEN_STATE_CONFLICT', { state: specimen.state, action: 'recollect' });
  const { requester, ward, diagnosis, encounter, type, pregnant } = specimen;
  const fresh = await registerSpecimen(lab, actor, {
    patient: { id: patient._id, name: patient.name, sex: patient.sex, birthDate: patient.birthDate },
    orders: standing.map(({ code, placer, priority }) => ({ code, placer, priority })),
    requester,
    ward,
    diagnosis,
    encounter,
    pregnant,
    type,
    recollectOf: accession,
    reason: `drawn again for ${accession}`,
  });
  await specimens.updateOne({ _id: accession }, { $set: { recollectedAs: fresh._id }, $inc: { version: 1 } });
  await changeOrders(lab, actor, accession, {
    add: [],
    cancel: standing.map((order) => order._id),
    reason: `drawn again as ${fresh._id}`,
  });
  return fresh._id;
}
