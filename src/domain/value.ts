import { isDecimal } from './decimal.ts';
import type { Comparator } from './ids.ts';

/** A value as a person types it: `<0.5`, `>= 12,4`, `7.10`, `negative`. */
export interface TypedValue {
  readonly comparator?: Comparator;
  readonly value: string;
}

/** Take a leading comparator off, and make the decimal comma a point. Digits stay as typed. */
export function readTypedValue(text: string): TypedValue {
  const trimmed = text.trim().normalize('NFC');
  const found = /^(<=|>=|<|>|≤|≥)\s*(.+)$/u.exec(trimmed);
  const value = pointed(found?.[2] ?? trimmed);
  const sign = found?.[1]?.replace('≤', '<=').replace('≥', '>=');
  return sign !== undefined && isDecimal(value) && isComparator(sign)
    ? { comparator: sign, value }
    : { value: found === null ? value : trimmed };
}

function pointed(text: string): string {
  return /^[+-]?\d+,\d+$/.test(text) ? text.replace(',', '.') : text;
}

function isComparator(text: string): text is Comparator {
  return text === '<' || text === '>' || text === '<=' || text === '>=';
}
