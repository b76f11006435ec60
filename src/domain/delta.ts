import type { Decimal } from 'decimal.js';
import { decimal, isDecimal } from './decimal.ts';
import type { Comparator } from './ids.ts';

/** How much a value may differ from the patient's last one; what is set applies, beyond (not equal) counts. */
export interface DeltaRule {
  readonly _id: string;
  readonly absolute?: string | undefined;
  readonly percent?: string | undefined;
  readonly ratePerDay?: string | undefined;
  /** Older values are not compared. */
  readonly withinDays: number;
}

/** A value and when it was collected (UTC instant). */
export interface DatedValue {
  readonly value: string;
  readonly comparator?: Comparator | undefined;
  readonly unit: string;
  readonly at: string;
}

export interface DeltaOutcome {
  readonly beyond: boolean;
  /** For `explain`: the values compared and what came of it. */
  readonly outcome: string;
}

const dayMs = 86_400_000;

/**
 * Compare a value with the patient's last verified one. Null where there is nothing to compare: other units, not
 * numbers, collected at the same time, or longer ago than the rule looks back. A comparator counts only where the
 * difference is certain.
 */
export function checkDelta(rule: DeltaRule, now: DatedValue, before: DatedValue): DeltaOutcome | null {
  if (!isDecimal(now.value) || !isDecimal(before.value) || now.unit !== before.unit) return null;
  const days = (Date.parse(now.at) - Date.parse(before.at)) / dayMs;
  if (!(days > 0) || days > rule.withinDays) return null;
  const values = `${shown(now)} against ${shown(before)} of ${before.at}`;
  const least = leastDifference(now, before);
  if (least === null) return { beyond: false, outcome: `${values}: the difference is not certain` };
  const findings = [
    measure('absolute', least.difference, rule.absolute, least.open),
    measure('percent', percentOf(least.difference, decimal(before.value)), rule.percent, least.open),
    measure('per day', least.difference.dividedBy(days), rule.ratePerDay, least.open),
  ].flatMap((each) => (each === null ? [] : [each]));
  const beyond = findings.some((each) => each.beyond);
  return { beyond, outcome: `${values}: ${findings.map((each) => each.words).join(', ')}` };
}

function shown(value: DatedValue): string {
  return `${value.comparator ?? ''}${value.value}`;
}

/** The least difference two values can have; `open` where it is certainly more than that. Null where they may be equal. */
function leastDifference(now: DatedValue, before: DatedValue): { difference: Decimal; open: boolean } | null {
  const one = decimal(now.value);
  const other = decimal(before.value);
  const [lower, upper] = one.lessThan(other) ? [now, before] : [before, now];
  const apart = opensDown(lower) && opensUp(upper);
  if (!apart) return null;
  return { difference: one.minus(other).abs(), open: isStrict(lower) || isStrict(upper) };
}

/** Whether all a value may be lies at or below what is written. */
function opensDown({ comparator }: DatedValue): boolean {
  return comparator === undefined || comparator === '<' || comparator === '<=';
}

function opensUp({ comparator }: DatedValue): boolean {
  return comparator === undefined || comparator === '>' || comparator === '>=';
}

function isStrict({ comparator }: DatedValue): boolean {
  return comparator === '<' || comparator === '>';
}

function percentOf(difference: Decimal, before: Decimal): Decimal | null {
  return before.isZero() ? null : difference.times(100).dividedBy(before.abs());
}

function measure(
  name: string,
  amount: Decimal | null,
  limit: string | undefined,
  open: boolean,
): { beyond: boolean; words: string } | null {
  if (limit === undefined || amount === null) return null;
  const most = decimal(limit);
  const beyond = amount.greaterThan(most) || (open && amount.equals(most));
  const size = amount.toDecimalPlaces(3).toFixed();
  return { beyond, words: `${size} ${name}, ${beyond ? 'beyond' : 'within'} ${limit}` };
}

/** A laboratory's own rules of an analyte set the starting ones aside. */
export function rulesInForce<T extends { readonly starting?: boolean | undefined }>(rules: readonly T[]): readonly T[] {
  const own = rules.filter((rule) => rule.starting !== true);
  return own.length > 0 ? own : rules;
}
