import { evaluate } from '../domain/evaluate.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { WriteOperation } from '../store/collection.ts';
import type { ObservationDoc, PatientDoc, SpecimenDoc } from '../store/documents.ts';
import { type PreviousValue, previousValues } from './previous.ts';
import { inTurn } from './turn.ts';
import { writeWork } from './work.ts';

/** An observation before the laboratory's rules have seen it. */
export type ObservationDraft = Pick<
  ObservationDoc,
  | '_id'
  | 'accession'
  | 'origin'
  | 'analyzer'
  | 'hostCode'
  | 'analyte'
  | 'loinc'
  | 'section'
  | 'value'
  | 'comparator'
  | 'unit'
  | 'sent'
  | 'observedAt'
  | 'receivedAt'
  | 'message'
  | 'span'
  | 'mapping'
  | 'conversion'
  | 'comments'
  | 'enteredBy'
>;

/**
 * File observations under a registered accession, each under its identity: what is there already stays as it is, so a
 * resend, a replay or a restart adds nothing. A new run of an analyte takes the place of one that is still pending; beside
 * a verified one it is a candidate that a person chooses. Throws SPECIMEN_ACCESSION_UNKNOWN.
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
    const fresh = freshOf(drafts, existing);
    const merged = fresh.length === 0 ? existing : await addTo(lab, specimen, existing, fresh);
    await writeWork(lab, specimen, merged);
    if (fresh.length > 0) lab.events.emit({ type: 'worklist', accession });
    return { added: fresh.length, repeated: drafts.length - fresh.length };
  });
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
): Promise<ObservationDoc[]> {
  const patient = await lab.collections.patients.findOne({ _id: specimen.patient });
  const previous = await previousValues(lab, specimen.patient, specimen.collectedAt);
  const merged = [...existing];
  for (const draft of fresh) {
    const replaced = currentOf(merged, draft.analyte);
    const candidate = replaced !== undefined && replaced.state !== 'pending' && replaced.state !== 'rejected';
    const run = merged.filter((each) => each.analyte === draft.analyte).length + 1;
    const made = judged(lab, draft, specimen, patient, previous.get(draft.analyte), { run, current: !candidate });
    if (replaced !== undefined && !candidate) {
      merged[merged.indexOf(replaced)] = { ...replaced, current: false, version: replaced.version + 1 };
    }
    merged.push(made);
  }
  // Setting aside goes first: a crash between leaves no two current runs, and processing again completes it.
  const operations = [
    ...existing.filter((each) => !merged.includes(each)).map(setAside),
    ...merged.slice(existing.length).map(insertion),
  ];
  await lab.collections.observations.bulkWrite(operations, { durable: false });
  if (existing.length === 0) {
    await lab.collections.orders.updateMany(
      { accession: specimen._id, state: 'ordered' },
      { $set: { state: 'inProcess' }, $inc: { version: 1 } },
      { durable: false },
    );
  }
  return merged;
}

function currentOf(observations: readonly ObservationDoc[], analyte: string): ObservationDoc | undefined {
  return observations.find((each) => each.analyte === analyte && each.current);
}

function insertion({ _id, ...rest }: ObservationDoc): WriteOperation<ObservationDoc> {
  return { updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true } };
}

/** A pending run gives way to a later one; what a person saw of it is stale from here on. */
function setAside(replaced: ObservationDoc): WriteOperation<ObservationDoc> {
  return {
    updateOne: {
      filter: { _id: replaced._id, version: replaced.version, current: true },
      update: { $set: { current: false }, $inc: { version: 1 } },
    },
  };
}

/** The observation as the laboratory's rules see it now; frozen from here on. */
function judged(
  lab: Laboratory,
  draft: ObservationDraft,
  specimen: SpecimenDoc,
  patient: PatientDoc | null,
  previous: PreviousValue | undefined,
  place: { readonly run: number; readonly current: boolean },
): ObservationDoc {
  const analyte = lab.catalogue.analyte(draft.analyte);
  const evaluation = evaluate(
    draft,
    draft.sent.flags,
    {
      valueKind: analyte?.valueKind ?? 'qualitative',
      expected: analyte?.expected,
      absurd: analyte?.absurd,
      ranges: lab.catalogue.ranges(draft.analyte),
    },
    {
      sex: patient?.sex ?? 'unknown',
      birthDate: patient?.birthDate ?? '',
      collectedAt: specimen.collectedAt,
      zone: lab.config.lab.timeZone,
      analyzer: draft.analyzer,
    },
  );
  return {
    ...draft,
    patient: specimen.patient,
    ...place,
    ...evaluation,
    state: 'pending',
    version: 1,
    lastAct: 0,
    ...(previous === undefined ? {} : { previous }),
  };
}
