import type { Laboratory } from '../laboratory/context.ts';
import type { ObservationDoc, SpecimenDoc, SpecimenWork } from '../store/documents.ts';
import { type Part, part, writeTogether } from '../store/together.ts';
import { isRejected } from './rejected.ts';

/** Whether an observation waits for a technician: it is pending and current, or pending beside one that was verified. */
export function isWaiting(observation: ObservationDoc, all: readonly ObservationDoc[]): boolean {
  if (observation.state !== 'pending') return false;
  if (observation.current) return true;
  const current = all.find((other) => other.analyte === observation.analyte && other.current);
  return current !== undefined && (current.state === 'verified' || current.state === 'released');
}

/** In range, no flag, no alert, a value, not kept back: may be verified without a closer look. */
export function isClean(observation: ObservationDoc): boolean {
  return (
    observation.value !== '' &&
    observation.flags.length === 0 &&
    observation.alerts.length === 0 &&
    observation.hold === undefined
  );
}

/** What the worklist shows of a specimen: made anew from its observations. */
export function workOf(
  lab: Pick<Laboratory, 'config'>,
  specimen: Pick<
    SpecimenDoc,
    '_id' | 'priority' | 'receivedAt' | 'registeredAt' | 'work' | 'state' | 'rejection' | 'containers'
  >,
  all: readonly ObservationDoc[],
): SpecimenWork {
  // Of a rejected tube nothing waits for anyone.
  const observations = isRejected(specimen) ? [] : all;
  const waiting = observations.filter((each) => isWaiting(each, observations));
  const twoLevels = lab.config.verification.length === 2;
  const verified = twoLevels
    ? observations.filter((each) => each.state === 'verified' && each.current && each.releasedAt === undefined)
    : [];
  const shown = [...waiting, ...verified];
  return {
    open: shown.length > 0,
    pending: waiting.length,
    clean: waiting.filter(isClean).length,
    verified: verified.length,
    ordered: specimen.work.ordered,
    sections: distinct(shown.map((each) => each.section)),
    analyzers: distinct(shown.map((each) => each.analyzer)),
    flags: distinct(shown.flatMap((each) => each.flags)),
    alerts: distinct(shown.flatMap((each) => each.alerts)),
    analytes: distinct(shown.map((each) => each.analyte)),
    values: countBySection(observations),
    flagged: waiting.filter((each) => !isClean(each)).length,
    onHold: waiting.filter((each) => each.hold !== undefined).length,
    rank: rankOf(specimen),
  };
}

/** Values that stand, by section: what has come of what was ordered. */
function countBySection(observations: readonly ObservationDoc[]): { section: string; count: number }[] {
  const standing = observations.filter(
    (each) => each.current && each.state !== 'rejected' && each.state !== 'withdrawn',
  );
  return distinct(standing.map((each) => each.section)).map((section) => ({
    section,
    count: standing.filter((each) => each.section === section).length,
  }));
}

const urgency = { stat: 0, urgent: 1, routine: 2 } as const;

/** Sorts most urgent first, then by receipt; unique. */
export function rankOf(specimen: Pick<SpecimenDoc, '_id' | 'priority' | 'receivedAt' | 'registeredAt'>): string {
  return `${urgency[specimen.priority]}${specimen.receivedAt ?? specimen.registeredAt}/${specimen._id}`;
}

/** Write the specimen's work when it changed. */
export async function refreshWork(lab: Laboratory, accession: string): Promise<void> {
  const specimen = await lab.collections.specimens.findOne({ _id: accession });
  if (specimen === null) return;
  const observations = await lab.collections.observations.find({ accession }).toArray();
  await writeWork(lab, specimen, observations);
}

async function writeWork(
  lab: Laboratory,
  specimen: SpecimenDoc,
  observations: readonly ObservationDoc[],
): Promise<void> {
  await writeTogether([workPart(lab, specimen, observations)]);
}

/** The same, to be written together with what changed it. */
export function workPart(lab: Laboratory, specimen: SpecimenDoc, observations: readonly ObservationDoc[]): Part {
  const work = workOf(lab, specimen, observations);
  const same = JSON.stringify(work) === JSON.stringify(specimen.work);
  const change = { updateOne: { filter: { _id: specimen._id }, update: { $set: { work } } } };
  return part(lab.collections.specimens, same ? [] : [change], { durable: false });
}

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];
