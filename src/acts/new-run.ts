import type { ObservationDoc } from '../store/documents.ts';
import type { Judgement } from './judging.ts';

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
  | 'remarks'
  | 'enteredBy'
  | 'calculatedFrom'
>;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The document of one more run: a draft with what the laboratory's rules say of it. Members are set one by one, what only
 * the judge reads stays behind: this is done for every value of every message, and an object spread out of two others is a
 * hundred times as slow.
 */
export function newRun(
  draft: ObservationDraft,
  patient: string,
  run: number,
  current: boolean,
  judged: Judgement,
): ObservationDoc {
  const made: Writable<ObservationDoc> = {
    _id: draft._id,
    accession: draft.accession,
    patient,
    origin: draft.origin,
    analyzer: draft.analyzer,
    hostCode: draft.hostCode,
    analyte: draft.analyte,
    section: draft.section,
    run,
    current,
    value: draft.value,
    unit: draft.unit,
    sent: draft.sent,
    flags: judged.flags,
    alerts: judged.alerts,
    state: 'pending',
    version: 1,
    lastAct: 0,
    observedAt: draft.observedAt,
    receivedAt: draft.receivedAt,
    rules: judged.rules,
    comments: draft.comments,
  };
  if (draft.loinc !== undefined) made.loinc = draft.loinc;
  if (draft.comparator !== undefined) made.comparator = draft.comparator;
  if (judged.referenceRange !== undefined) made.referenceRange = judged.referenceRange;
  if (judged.critical !== undefined) made.critical = judged.critical;
  if (draft.message !== undefined) made.message = draft.message;
  if (draft.span !== undefined) made.span = draft.span;
  if (draft.mapping !== undefined) made.mapping = draft.mapping;
  if (draft.conversion !== undefined) made.conversion = draft.conversion;
  if (draft.remarks !== undefined) made.remarks = draft.remarks;
  if (draft.enteredBy !== undefined) made.enteredBy = draft.enteredBy;
  if (judged.previous !== undefined) made.previous = judged.previous;
  if (draft.calculatedFrom !== undefined) made.calculatedFrom = draft.calculatedFrom;
  return made;
}
