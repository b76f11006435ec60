import type { MessageRecord, Span } from '../../../api/types.ts';
import { overlaps, within } from './bytes.ts';

/** What of a message is looked at: a record, or one field of it. */
export interface Selection {
  readonly record: number;
  readonly field: number | undefined;
}

/** The bytes that are lit: the field's, else the record's. */
export function litSpan(records: readonly MessageRecord[], selection: Selection | undefined): Span | undefined {
  if (selection === undefined) return undefined;
  const record = records[selection.record];
  if (record === undefined) return undefined;
  return selection.field === undefined ? record.span : (record.fields[selection.field]?.span ?? record.span);
}

/** Where a byte stands. Framing between records stands in none. */
export function selectionAt(records: readonly MessageRecord[], byte: number): Selection | undefined {
  const record = records.findIndex((each) => within(byte, each.span));
  if (record < 0) return undefined;
  const field = records[record]?.fields.findIndex((each) => within(byte, each.span)) ?? -1;
  return { record, field: field < 0 ? undefined : field };
}

/** The field that holds a value. */
export function selectionOf(records: readonly MessageRecord[], span: Span): Selection | undefined {
  const record = records.findIndex((each) => overlaps(each.span, span));
  if (record < 0) return selectionAt(records, span[0]);
  const field = records[record]?.fields.findIndex((each) => overlaps(each.span, span)) ?? -1;
  return { record, field: field < 0 ? undefined : field };
}

/** One record on or back; from nothing chosen, the first. */
export function stepRecord(records: readonly MessageRecord[], now: Selection | undefined, by: 1 | -1): Selection {
  const record = now === undefined ? 0 : Math.min(Math.max(now.record + by, 0), records.length - 1);
  return { record, field: undefined };
}

/** Along the fields of a record; undefined when a step back leaves the record. */
export function stepField(
  records: readonly MessageRecord[],
  now: Selection | undefined,
  by: 1 | -1,
): Selection | undefined {
  if (now === undefined) return by > 0 ? { record: 0, field: undefined } : undefined;
  const fields = records[now.record]?.fields ?? [];
  if (now.field === undefined) return by > 0 && fields.length > 0 ? { ...now, field: 0 } : by > 0 ? now : undefined;
  const next = now.field + by;
  if (next < 0) return { ...now, field: undefined };
  return { ...now, field: Math.min(next, fields.length - 1) };
}
