import { unitFor } from '../domain/value.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { WriteOperation } from '../store/collection.ts';
import type { ActDoc, ObservationDoc, PatientDoc, SpecimenDoc } from '../store/documents.ts';
import { observationKey } from './hash.ts';
import { type Judgement, judge, withDrawOf } from './judging.ts';

/** What follows from an act itself: the corrected value of an amendment, what is judged anew and its candidates. */
export async function runsMadeBy(lab: Laboratory, act: ActDoc): Promise<WriteOperation<ObservationDoc>[]> {
  if (act.kind !== 'amend' && !judgesAnew(act)) return [];
  const { accession } = act;
  const specimen = await lab.collections.specimens.findOne({ _id: accession });
  if (specimen === null) return [];
  const patient = await lab.collections.patients.findOne({ _id: specimen.patient });
  const observations = await lab.collections.observations.find({ accession }).toArray();
  const named = act.observations.flatMap(({ id }) => observations.find((each) => each._id === id) ?? []);
  const runOf = (analyte: string): number => observations.filter((each) => each.analyte === analyte).length + 1;
  return named.flatMap((old): WriteOperation<ObservationDoc>[] => {
    if (act.kind === 'amend') return [insertion(amended(lab, act, old, specimen, patient, runOf(old.analyte)))];
    const judged = withDrawOf(old, judge(lab, { ...old, ...madeOf(old) }, specimen, patient, old.previous));
    if (old.state !== 'pending')
      return act.kind === 'pregnancy' ? [] : [insertion(candidate(act, old, judged, runOf(old.analyte)))];
    const filter = { _id: old._id, state: 'pending', lastAct: { $lt: act.number } };
    const $unset = judged.critical === undefined ? { $unset: { critical: '' as const } } : {};
    const $set = { ...judged, lastAct: act.number };
    return [{ updateOne: { filter, update: { $set, ...$unset, $inc: { version: 1 } } } }];
  });
}

/** Whether the act judges values anew that are there. */
export const judgesAnew = ({ kind }: Pick<ActDoc, 'kind'>): boolean => kind === 'reevaluate' || kind === 'pregnancy';

function insertion(document: ObservationDoc): WriteOperation<ObservationDoc> {
  return { insertAbsent: { document } };
}

/** The corrected value: entered and answered for by who amends. */
function amended(
  lab: Laboratory,
  act: ActDoc,
  old: ObservationDoc,
  specimen: SpecimenDoc,
  patient: PatientDoc | null,
  run: number,
): ObservationDoc {
  const value = act.value ?? '';
  const {
    comparator: _comparator,
    message: _message,
    span: _span,
    mapping: _mapping,
    hold: _hold,
    calculatedFrom: _from,
    releasedAt: _releasedAt,
    releasedBy: _releasedBy,
    critical: _critical,
    ...kept
  } = old;
  const by = act.actor.username;
  // a number in place of words, or words in place of a number: the unit is of the corrected value
  const analyte = lab.catalogue.analyte(old.analyte);
  const own = analyte === undefined ? old.unit : unitFor(value, analyte);
  const unit = own === '' || old.unit === '' ? own : old.unit;
  const written = {
    ...kept,
    _id: act.makes ?? '',
    origin: 'manual' as const,
    analyzer: 'manual',
    hostCode: old.analyte,
    value,
    unit,
    ...(act.comparator === undefined ? {} : { comparator: act.comparator }),
    sent: {
      value,
      ...(act.comparator === undefined ? {} : { comparator: act.comparator }),
      unit,
      flags: [],
    },
    conversion: null,
  };
  return {
    ...written,
    ...judge(lab, written, specimen, patient, old.previous),
    run,
    current: true,
    state: 'verified',
    version: 1,
    lastAct: act.number,
    receivedAt: act.at,
    comments: [],
    enteredBy: by,
    verifiedBy: by,
    verifiedAt: act.at,
    amends: old._id,
  };
}

/** The same value as the rules see it now: a run that a person chooses, or not. */
function candidate(act: ActDoc, old: ObservationDoc, judged: Judgement, run: number): ObservationDoc {
  const {
    verifiedBy: _verifiedBy,
    verifiedAt: _verifiedAt,
    releasedBy: _releasedBy,
    releasedAt: _releasedAt,
    critical: _critical,
    ...kept
  } = old;
  return {
    ...kept,
    ...judged,
    _id: observationKey(old.accession, `reevaluate/${act._id}/${old._id}`),
    run,
    current: false,
    state: 'pending',
    version: 1,
    lastAct: act.number,
  };
}

/** What the calculation said stays with a value that is judged again. */
function madeOf(old: ObservationDoc): { made?: string; refused?: boolean } {
  const made = old.rules.find((each) => each.rule === 'calculated')?.outcome;
  return { ...(made === undefined ? {} : { made }), refused: old.alerts.includes('not-calculated') };
}
