import type { Actor } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ObservationDoc } from '../store/documents.ts';
import { commitAct } from './commit.ts';
import { judge } from './judging.ts';
import { requireReason } from './observation-acts.ts';
import { ofSections } from './sections.ts';

/** What the rules say of a value now where that is not what they said when it was filed. */
export interface Reconsidered {
  readonly observation: ObservationDoc;
  readonly now: Pick<ObservationDoc, 'flags' | 'alerts' | 'referenceRange'>;
}

/**
 * The standing values of a specimen that would be judged otherwise with what is known of the patient, and the catalogue,
 * now. Nothing is changed. Throws SPECIMEN_ACCESSION_UNKNOWN.
 */
export async function reconsider(lab: Laboratory, accession: string): Promise<Reconsidered[]> {
  const specimen = await lab.collections.specimens.findOne({ _id: accession });
  if (specimen === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
  const patient = await lab.collections.patients.findOne({ _id: specimen.patient });
  const observations = await lab.collections.observations.find({ accession }).toArray();
  return observations.filter(isStanding).flatMap((observation) => {
    const refused = observation.alerts.includes('not-calculated');
    const now = judge(lab, { ...observation, refused }, specimen, patient, observation.previous);
    return shownOf(now) === shownOf(observation) ? [] : [{ observation, now }];
  });
}

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

/** What a person sees of a judgement. A mix-up is of the draw, not of the demographics. */
function shownOf({
  flags,
  alerts,
  referenceRange,
}: Pick<ObservationDoc, 'flags' | 'alerts' | 'referenceRange'>): string {
  const { low, high, text } = referenceRange ?? {};
  return JSON.stringify([flags, alerts.filter((alert) => alert !== 'mix-up'), low, high, text]);
}
