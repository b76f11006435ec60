import type { Entry } from '../definition/entry.ts';
import type { Scope } from '../definition/scope.ts';
import { readTime } from '../definition/time.ts';
import { readValue } from '../definition/value.ts';
import type { DecodeOptions } from '../driver.ts';

/**
 * QC of the BS and CL series has no OBX: OBR-2 is the number of the test, 3 its name, 8 the time, 13 the control, 14
 * its lot, 17 the level, 18 target, 19 spread, 20 the value, 21 the unit (Mindray host interface manual, QC example).
 */
export function readMindrayQc(entry: Entry, scope: Scope, options: DecodeOptions): void {
  const obr = scope['OBR'];
  if (entry.kind !== 'qc' || obr === undefined) return;
  // OBR-2 is no specimen here
  entry.accession = undefined;
  const hostCode = obr.text(2).trim();
  const sent = obr.text(20).trim();
  if (hostCode === '' || sent === '') return;
  const read = readValue(sent, options.decimalComma === undefined ? {} : { decimalComma: options.decimalComma });
  const span = obr.fieldSpan(20);
  if (read.unreadable !== undefined) {
    entry.held.push({ reason: 'DRIVER_VALUE_UNREADABLE', detail: `${hostCode}: ${read.unreadable}`, span });
    return;
  }
  const name = obr.text(3).trim();
  const unit = obr.text(21).trim();
  const observedAt = readTime(obr.text(8)) ?? readTime(obr.text(6));
  entry.observations.push({
    hostCode,
    ...(name === '' ? {} : { name }),
    value: read.value,
    ...(read.comparator === undefined ? {} : { comparator: read.comparator }),
    ...(unit === '' ? {} : { unit }),
    flags: read.mask === undefined ? [] : [read.mask],
    ...(observedAt === undefined ? {} : { observedAt }),
    span,
  });
}
