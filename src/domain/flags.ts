import { compareDecimals, isDecimal } from './decimal.ts';
import type { Comparator } from './ids.ts';

/** Limits a value is held against; equal to a limit is inside. */
export interface Limits {
  readonly low?: string | undefined;
  readonly high?: string | undefined;
}

/** A value as reported. */
export interface Reported {
  readonly value: string;
  readonly comparator?: Comparator | undefined;
}

/**
 * Whether a reported value is certainly below or above limits. `<5` is below 5 and below nothing that is less than 5;
 * what is not certain is not said.
 */
export function beyond(reported: Reported, limits: Limits): 'below' | 'above' | null {
  if (!isDecimal(reported.value)) return null;
  const { comparator, value } = reported;
  if (limits.low !== undefined && certainlyBelow(value, comparator, limits.low)) return 'below';
  if (limits.high !== undefined && certainlyAbove(value, comparator, limits.high)) return 'above';
  return null;
}

function certainlyBelow(value: string, comparator: Comparator | undefined, low: string): boolean {
  const order = compareDecimals(value, low);
  if (comparator === undefined || comparator === '<=') return order < 0;
  return comparator === '<' && order <= 0;
}

function certainlyAbove(value: string, comparator: Comparator | undefined, high: string): boolean {
  const order = compareDecimals(value, high);
  if (comparator === undefined || comparator === '>=') return order > 0;
  return comparator === '>' && order >= 0;
}

/** Our flags of a numeric value: LL or HH where it is critical, else L or H, else none. */
export function numericFlags(reported: Reported, range: Limits, critical: Limits): string[] {
  const far = beyond(reported, critical);
  if (far !== null) return [far === 'below' ? 'LL' : 'HH'];
  const near = beyond(reported, range);
  return near === null ? [] : [near === 'below' ? 'L' : 'H'];
}

/** `A` where a qualitative value is not among the expected ones (separated by `|`). */
export function qualitativeFlags(value: string, expected: string | undefined): string[] {
  if (expected === undefined || value === '') return [];
  const form = (text: string): string => text.normalize('NFC').trim().toLowerCase();
  return expected.split('|').some((each) => form(each) === form(value)) ? [] : ['A'];
}

const ours: readonly string[] = ['H', 'L', 'HH', 'LL', 'A'];
/** What analyzers print where nothing is to be said of a value. */
const quiet: readonly string[] = ['', 'N', '-', 'NORMAL'];

/**
 * Ours beside the analyzer's own. Where a range of ours judged the value (`judged`), the analyzer's H and L, made with a
 * range of its own, are left to `sent.flags`; where none did, they are all there is.
 */
export function joinFlags(own: readonly string[], analyzer: readonly string[], judged: boolean): string[] {
  const theirs = analyzer.filter(
    (flag) => !quiet.includes(flag.toUpperCase()) && !(judged && ours.includes(flag.toUpperCase())),
  );
  return [...new Set([...own, ...theirs])];
}
