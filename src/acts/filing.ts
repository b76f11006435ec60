import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { WriteOperation } from '../store/collection.ts';
import type { ObservationDoc, OrderDoc, PatientDoc, SpecimenDoc } from '../store/documents.ts';
import { type Part, part, writeTogether } from '../store/together.ts';
import { calculatedDrafts } from './calculated.ts';
import { noteCriticals } from './criticals.ts';
import { judge, withInterference, withMixUp } from './judging.ts';
import { newRun, type ObservationDraft } from './new-run.ts';
import { type PreviousValue, previousValues } from './previous.ts';
import { freshIndices, indicesPart, withIndices } from './serum-indices.ts';
import { inTurn } from './turn.ts';
import { workPart } from './work.ts';

/**
 * File observations under a registered accession, each under its identity: what is there already stays as it is, so a
 * resend, a replay or a restart adds nothing. A new run of an analyte takes the place of one that is still pending; beside
 * a verified one it is a candidate that a person chooses. What is calculated from them follows. A serum index is no value of
 * the patient: it is kept with the specimen, and what waits is judged by it.
 * Throws SPECIMEN_ACCESSION_UNKNOWN.
 */
export function fileObservations(
  lab: Laboratory,
  accession: string,
  drafts: readonly ObservationDraft[],
): Promise<{ added: number; repeated: number }> {
  return inTurn(lab.collections, accession, async () => {
    const specimen = await lab.collections.specimens.findOne({ _id: accession });
    if (specimen === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
    const existing = await lab.collections.observations.find({ accession }).toArray();
    const indices = freshIndices(lab, specimen, drafts);
    const fresh = freshOf(
      drafts.filter((draft) => lab.catalogue.analyte(draft.analyte)?.serumIndex === undefined),
      existing,
    );
    const added = fresh.length + indices.length;
    const indexed = indices.length === 0 ? specimen : withIndices(specimen, indices);
    const { merged, parts } =
      added === 0 ? { merged: existing, parts: [] } : await addTo(lab, indexed, existing, fresh);
    // The indices last: what a crash leaves without them is done again, with what they say of the values.
    await writeTogether([...parts, indicesPart(lab, accession, indices), workPart(lab, specimen, merged)]);
    await noteCriticals(lab, specimen, merged);
    if (added > 0) lab.events.emit({ type: 'worklist', accession });
    return { added, repeated: drafts.length - added };
  });
}

/**
 * Make the calculated values of a specimen follow its runs after an act of a person changed which of them stand. To be
 * called in the specimen's turn.
 */
export async function refileCalculated(lab: Laboratory, accession: string): Promise<void> {
  const specimen = await lab.collections.specimens.findOne({ _id: accession });
  if (specimen === null) return;
  const existing = await lab.collections.observations.find({ accession }).toArray();
  const { merged, parts } = await addTo(lab, specimen, existing, []);
  await writeTogether(parts);
  await noteCriticals(lab, specimen, merged);
}

function freshOf(drafts: readonly ObservationDraft[], existing: readonly ObservationDoc[]): ObservationDraft[] {
  const known = new Set(existing.map((each) => each._id));
  return drafts.filter((draft) => {
    if (known.has(draft._id)) return false;
    known.add(draft._id);
    return true;
  });
}

async function addTo(
  lab: Laboratory,
  specimen: SpecimenDoc,
  existing: readonly ObservationDoc[],
  fresh: readonly ObservationDraft[],
): Promise<{ merged: ObservationDoc[]; parts: readonly Part[] }> {
  const patient = await lab.collections.patients.findOne({ _id: specimen.patient });
  const orders = await lab.collections.orders.find({ accession: specimen._id }).toArray();
  const ordered = orderedAnalytes(orders);
  const wanted = new Set([...fresh.map((draft) => draft.analyte), ...calculatedAmong(lab, ordered)]);
  const previous = await previousValues(lab, specimen.patient, specimen.collectedAt, [...wanted]);
  const sources: Sources = { lab, specimen, patient, previous };
  let merged = [...existing];
  for (const draft of fresh) addRun(sources, merged, draft);
  merged = withCalculated(sources, merged, ordered);
  merged = withMixUp(lab, specimen, merged);
  merged = withInterference(lab, specimen.interference ?? [], merged);
  const starts = existing.length === 0 && merged.length > 0;
  return {
    merged: existing.length === 0 ? merged : merged.map((each) => asWritten(each, existing)),
    parts: [written(lab, existing, merged), started(lab, starts ? orders : [])],
  };
}

interface Sources {
  readonly lab: Laboratory;
  readonly specimen: SpecimenDoc;
  readonly patient: PatientDoc | null;
  readonly previous: ReadonlyMap<string, PreviousValue>;
}

/** Analytes of the orders that stand. */
function orderedAnalytes(orders: readonly OrderDoc[]): ReadonlySet<string> {
  return new Set(orders.filter((order) => order.state !== 'cancelled').flatMap((order) => order.analytes));
}

function calculatedAmong(lab: Laboratory, ordered: ReadonlySet<string>): string[] {
  return [...ordered].filter((code) => lab.catalogue.analyte(code)?.formula !== undefined);
}

/** States in which a run gives way to a later one without a person's decision. */
const givesWay: readonly ObservationDoc['state'][] = ['pending', 'rejected', 'withdrawn'];

/** One more run among those of a specimen. */
function addRun({ lab, specimen, patient, previous }: Sources, runs: ObservationDoc[], draft: ObservationDraft): void {
  let run = 1;
  let place = -1;
  for (let position = 0; position < runs.length; position += 1) {
    const each = runs[position];
    if (each?.analyte !== draft.analyte) continue;
    run += 1;
    if (each.current && place < 0) place = position;
  }
  const replaced = runs[place];
  const candidate = replaced !== undefined && !givesWay.includes(replaced.state);
  const judged = judge(lab, draft, specimen, patient, previous.get(draft.analyte));
  const made = newRun(draft, specimen.patient, run, !candidate, judged);
  if (replaced !== undefined && !candidate) runs[place] = { ...replaced, current: false };
  runs.push(made);
}

/** The calculated runs made, brought back or set aside as their sources now stand. */
function withCalculated(
  sources: Sources,
  observations: readonly ObservationDoc[],
  ordered: ReadonlySet<string>,
): ObservationDoc[] {
  const { lab, specimen, patient } = sources;
  const drafts = calculatedDrafts(lab, specimen, patient, ordered, observations);
  let merged = [...observations];
  for (const draft of drafts) {
    const known = merged.find((each) => each._id === draft._id);
    if (known === undefined) addRun(sources, merged, draft);
    else if (!known.current && known.state !== 'rejected') merged = broughtBack(merged, known);
  }
  const right = new Set(drafts.map((draft) => draft._id));
  return merged.map((each) =>
    each.origin === 'calculated' && each.state === 'pending' && !right.has(each._id)
      ? { ...each, state: 'superseded', current: false }
      : each,
  );
}

/** Its sources stand: it takes the place of a run that gives way, never of a verified one. */
function broughtBack(observations: readonly ObservationDoc[], known: ObservationDoc): ObservationDoc[] {
  const current = observations.find((each) => each.analyte === known.analyte && each.current);
  if (current !== undefined && !givesWay.includes(current.state)) return [...observations];
  return observations.map((each) => {
    if (each === known) return { ...each, state: 'pending', current: true };
    return each === current ? { ...each, current: false } : each;
  });
}

/**
 * What changed of the existing runs, then the new ones. Setting aside goes first: a crash between leaves no two current
 * runs, and processing again completes it.
 */
function written(lab: Laboratory, existing: readonly ObservationDoc[], merged: readonly ObservationDoc[]): Part {
  const before = new Map(existing.map((each) => [each._id, each]));
  const after = new Map(merged.map((each) => [each._id, each]));
  const changes = existing.flatMap((each) => {
    const now = after.get(each._id);
    return now === undefined || now === each ? [] : [change(each, now)];
  });
  const made = merged.filter((each) => !before.has(each._id)).map(insertion);
  return part(lab.collections.observations, [...changes, ...made], { durable: false });
}

function insertion(document: ObservationDoc): WriteOperation<ObservationDoc> {
  return { insertAbsent: { document } };
}

/** A pending run changes by what came beside it; what a person saw of it is stale from here on. */
function change(before: ObservationDoc, after: ObservationDoc): WriteOperation<ObservationDoc> {
  const { state, current, alerts, rules } = after;
  return {
    updateOne: {
      filter: { _id: before._id, version: before.version },
      update: { $set: { state, current, alerts, rules }, $inc: { version: 1 } },
    },
  };
}

function asWritten(observation: ObservationDoc, existing: readonly ObservationDoc[]): ObservationDoc {
  const before = existing.find((each) => each._id === observation._id);
  return before === undefined || before === observation
    ? observation
    : { ...observation, version: observation.version + 1 };
}

/** Orders are in process from the first value on. */
function started(lab: Laboratory, orders: readonly OrderDoc[]): Part {
  const operations = orders
    .filter((order) => order.state === 'ordered')
    .map(({ _id }) => ({
      updateOne: {
        filter: { _id, state: 'ordered' },
        update: { $set: { state: 'inProcess' }, $inc: { version: 1 } },
      },
    }));
  return part(lab.collections.orders, operations, { durable: false });
}
