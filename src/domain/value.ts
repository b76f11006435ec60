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

/** What of an analyte says which answers it has. */
export interface Answering {
  readonly valueKind: 'numeric' | 'qualitative';
  readonly choices?: readonly string[] | undefined;
  readonly unit?: string | undefined;
}

/**
 * Whether words are an answer of an analyte that is else a number: `Not detected` in place of a viral load. Only those of
 * the catalogue are, whatever their case.
 */
export function isWordAnswer(text: string, analyte: Answering): boolean {
  if (analyte.valueKind !== 'numeric' || isDecimal(text)) return false;
  const form = (words: string): string => words.normalize('NFC').trim().toLowerCase();
  return (analyte.choices ?? []).some((choice) => form(choice) === form(text));
}

/** The unit of a value of this analyte: words in place of a number have none. */
export function unitFor(text: string, analyte: Answering): string {
  return isWordAnswer(text, analyte) ? '' : (analyte.unit ?? '');
}

function pointed(text: string): string {
  return /^[+-]?\d+,\d+$/.test(text) ? text.replace(',', '.') : text;
}

function isComparator(text: string): text is Comparator {
  return text === '<' || text === '>' || text === '<=' || text === '>=';
}
