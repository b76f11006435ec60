import type { Actor } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ObservationDoc, SpecimenDoc } from '../store/documents.ts';
import { commitAct } from './commit.ts';
import { judge, ownAlerts } from './judging.ts';
import { requireReason } from './observation-acts.ts';
import { ofSections } from './sections.ts';

/** What the rules say of a value now where that is not what they said when it was filed. */
export interface Reconsidered {
  readonly observation: ObservationDoc;
  readonly now: Pick<ObservationDoc, 'flags' | 'alerts' | 'referenceRange'>;
}

/**
 * The standing values of a specimen that would be judged otherwise with what is known of the patient, and the catalogue,
 * now; with `pregnant`, if that were so. Nothing is changed. Throws SPECIMEN_ACCESSION_UNKNOWN.
 */
export async function reconsider(lab: Laboratory, accession: string, pregnant?: boolean): Promise<Reconsidered[]> {
  const specimen = await lab.collections.specimens.findOne({ _id: accession });
  if (specimen === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
  const observations = await lab.collections.observations.find({ accession }).toArray();
  const standing = observations.filter(isStanding);
  return judgedOtherwise(lab, pregnant === undefined ? specimen : ifPregnant(specimen, pregnant), standing);
}

async function judgedOtherwise(
  lab: Laboratory,
  specimen: Pick<SpecimenDoc, 'patient' | 'collectedAt' | 'pregnant'>,
  observations: readonly ObservationDoc[],
): Promise<Reconsidered[]> {
  const patient = await lab.collections.patients.findOne({ _id: specimen.patient });
  return observations.flatMap((observation) => {
    const refused = observation.alerts.includes('not-calculated');
    const now = judge(lab, { ...observation, refused }, specimen, patient, observation.previous);
    return shownOf(now) === shownOf(observation) ? [] : [{ observation, now }];
  });
}

function ifPregnant(
  { patient, collectedAt }: SpecimenDoc,
  pregnant: boolean,
): Pick<SpecimenDoc, 'patient' | 'collectedAt' | 'pregnant'> {
  return { patient, collectedAt, ...(pregnant ? { pregnant } : {}) };
}

/**
 * Say that who a specimen is from is pregnant, or is not after all. What waits for verification is judged anew with it;
 * what was verified stays as it was and is shown as what would change. Saying what is known already does nothing.
 * Throws REASON_MISSING, SPECIMEN_ACCESSION_UNKNOWN, REQUEST_INVALID of a man.
 */
export async function tellPregnancy(
  lab: Laboratory,
  actor: Actor,
  accession: string,
  { pregnant, reason: why }: { readonly pregnant: boolean; readonly reason: string },
): Promise<void> {
  const reason = requireReason(why);
  await commitAct(lab, actor, accession, async ({ specimen, observations }) => {
    if ((specimen.pregnant === true) === pregnant) return null;
    const patient = await lab.collections.patients.findOne({ _id: specimen.patient });
    if (pregnant && patient?.sex === 'male') throw pregnantMan();
    const waiting = observations.filter((each) => each.state === 'pending');
    const changed = await judgedOtherwise(lab, ifPregnant(specimen, pregnant), waiting);
    const named = changed.map(({ observation: { _id, version } }) => ({ id: _id, version }));
    return { kind: 'pregnancy', observations: named, pregnant, reason };
  });
}

/** What is said of a man and can not be. */
export const pregnantMan = (): LisError =>
  new LisError('REQUEST_INVALID', { detail: 'pregnant: the patient is registered as male' });

/**
 * Judge those values anew: pending ones change, beside a verified one a pending candidate is put that a person chooses.
 * A person who decides for some sections does so for their values; the rest waits for someone of theirs.
 * Throws REASON_MISSING, SPECIMEN_ACCESSION_UNKNOWN, AUTH_SECTION where none is of her sections.
 */
export async function reevaluate(lab: Laboratory, actor: Actor, accession: string, why: string): Promise<void> {
  const reason = requireReason(why);
  const changed = new Set((await reconsider(lab, accession)).map((each) => each.observation._id));
  await commitAct(lab, actor, accession, ({ observations }) => {
    const named = observations.filter((each) => isStanding(each) && changed.has(each._id));
    if (named.length === 0) return null;
    const own = ofSections(actor, named);
    const taken = own.length === 0 ? named : own;
    return { kind: 'reevaluate', observations: taken.map((each) => ({ id: each._id, version: each.version })), reason };
  });
}

function isStanding({ current, state }: ObservationDoc): boolean {
  return current && (state === 'pending' || state === 'verified' || state === 'released');
}

/** What a person sees of a judgement. What is of the draw is not of the demographics. */
function shownOf({
  flags,
  alerts,
  referenceRange,
}: Pick<ObservationDoc, 'flags' | 'alerts' | 'referenceRange'>): string {
  const { low, high, text } = referenceRange ?? {};
  return JSON.stringify([flags, ownAlerts(alerts), low, high, text]);
}
