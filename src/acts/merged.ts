import type { Laboratory } from '../laboratory/context.ts';
import type { ActDoc } from '../store/documents.ts';

/** Move a specimen, its orders and its runs to the patient another was merged into. */
export async function moveToPatient(lab: Laboratory, act: ActDoc): Promise<void> {
  const to = act.patient?.to;
  if (to === undefined) return;
  const { accession } = act;
  const { specimens, orders, observations, criticals } = lab.collections;
  await orders.updateMany({ accession, patient: { $ne: to } }, { $set: { patient: to }, $inc: { version: 1 } });
  await observations.updateMany({ accession, patient: { $ne: to } }, { $set: { patient: to } });
  await criticals.updateMany({ accession }, { $set: { patient: to } });
  await specimens.updateOne({ _id: accession, patient: { $ne: to } }, { $set: { patient: to }, $inc: { version: 1 } });
}
