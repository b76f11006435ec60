import type { Entry } from '../definition/entry.ts';
import type { Scope } from '../definition/scope.ts';
import { readTime } from '../definition/time.ts';
import { readValue } from '../definition/value.ts';

/**
 * Control values of the BS and CL series in ASTM mode stand in the order record, a repeat for each control: number,
 * name, lot, expiry, mean, level, standard deviation, value (Mindray host interface manual, QR example). The field is
 * the first whose repeats look so; the test is O.5, and where that is empty the control's name stands for it.
 */
export function readMindrayAstmQc(entry: Entry, scope: Scope): void {
  const order = scope['O'];
  if (entry.kind !== 'qc' || order === undefined || scope['H']?.text(12).trim() !== 'QR') return;
  const field = [12, 13, 14, 16].find((number) => order.repeats(number).some((parts) => parts.length >= 8));
  if (field === undefined) return;
  entry.accession = undefined;
  const code = order.text(5, 1).trim();
  const name = order.text(5, 2).trim();
  const observedAt = readTime(order.text(7));
  for (const parts of order.repeats(field)) {
    const sent = (parts[7] ?? '').trim();
    if (sent === '') continue;
    const control = (parts[1] ?? '').trim();
    const read = readValue(sent);
    if (read.unreadable !== undefined) {
      const detail = `${control}: ${read.unreadable}`;
      entry.held.push({ reason: 'DRIVER_VALUE_UNREADABLE', detail, span: order.fieldSpan(field) });
      continue;
    }
    entry.control ??= { name: control, lot: (parts[2] ?? '').trim(), level: (parts[5] ?? '').trim() };
    entry.observations.push({
      hostCode: code === '' ? control : code,
      ...(name === '' ? {} : { name }),
      value: read.value,
      ...(read.comparator === undefined ? {} : { comparator: read.comparator }),
      flags: read.mask === undefined ? [] : [read.mask],
      ...(observedAt === undefined ? {} : { observedAt }),
      runMark: [control, (parts[2] ?? '').trim(), (parts[5] ?? '').trim()].join('^'),
      span: order.fieldSpan(field),
    });
  }
}
