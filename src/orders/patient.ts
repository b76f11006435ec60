import { savePatient } from '../acts/patients.ts';
import type { PatientFacts } from '../acts/registration.ts';
import type { Actor } from '../domain/ids.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { SentPatient } from './read-patient.ts';

/** A patient as the laboratory knows him after the message: the survivor, where he was merged. */
export type KnownPatient = PatientFacts;

/**
 * What the laboratory knows and what the message says, together: a field that was not sent stays. A patient who was merged
 * is his survivor, and a message under the old number changes nothing of him.
 */
export async function knownPatient(lab: Laboratory, sent: SentPatient): Promise<KnownPatient> {
  const { patients } = lab.collections;
  const known = await patients.findOne({ _id: sent.id });
  const survivor = known?.mergedInto === undefined ? null : await patients.findOne({ _id: known.mergedInto });
  if (survivor !== null) {
    const { _id, name, sex, birthDate, identifiers } = survivor;
    return { id: _id, name, sex, birthDate, ...(identifiers === undefined ? {} : { identifiers }) };
  }
  const { id, identifiers, name, sex, birthDate, phone, address } = sent;
  return {
    id,
    name: name ?? known?.name ?? '',
    sex: sex ?? known?.sex ?? 'unknown',
    birthDate: birthDate ?? known?.birthDate ?? '',
    ...(identifiers === undefined ? {} : { identifiers }),
    ...(phone === undefined ? {} : { phone }),
    ...(address === undefined ? {} : { address }),
  };
}

/** Write it down (ADT A01, A04, A05, A08, A28, A31). */
export async function keepPatient(lab: Laboratory, actor: Actor, sent: SentPatient): Promise<void> {
  await savePatient(lab, actor, await knownPatient(lab, sent));
}
