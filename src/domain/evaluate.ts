import { compareDecimals, isDecimal } from './decimal.ts';
import { beyond, joinFlags, numericFlags, qualitativeFlags, type Reported } from './flags.ts';
import type { AlertCode } from './ids.ts';
import { chooseRange, type RangeChoice, type RangeQuestion, type RangeRule } from './ranges.ts';

/** The analyte's rules, as the catalogue has them. */
export interface AnalyteRules {
  readonly valueKind: 'numeric' | 'qualitative';
  readonly expected?: string | undefined;
  readonly absurd?: { readonly low?: string | undefined; readonly high?: string | undefined } | undefined;
  readonly ranges: readonly RangeRule[];
}

/** What the rules say of one value; frozen with the observation. */
export interface Evaluation {
  readonly flags: readonly string[];
  readonly alerts: readonly AlertCode[];
  readonly referenceRange: {
    readonly low?: string;
    readonly high?: string;
    readonly text?: string;
    readonly reason: string;
    readonly id?: string;
  };
  readonly critical?: { readonly low?: string; readonly high?: string };
  readonly rules: readonly { readonly rule: string; readonly outcome: string }[];
}

/**
 * Judge one reported value: range by sex and age, our flags, critical and absurd limits. Looks at the value as reported,
 * in the catalogue's unit. An analyte without any range does not make a value unclean.
 */
export function evaluate(
  reported: Reported,
  analyzerFlags: readonly string[],
  analyte: AnalyteRules,
  question: RangeQuestion,
): Evaluation {
  const choice = chooseRange(analyte.ranges, question);
  const { range } = choice;
  const limits = { low: range?.low, high: range?.high };
  const critical = { low: range?.criticalLow, high: range?.criticalHigh };
  const numeric = analyte.valueKind === 'numeric';
  const own = numeric ? numericFlags(reported, limits, critical) : qualitativeFlags(reported.value, analyte.expected);
  const alerts: AlertCode[] = [];
  const far = numeric ? beyond(reported, critical) : null;
  if (far !== null) alerts.push('critical');
  const absurd = numeric && isAbsurd(reported, analyte.absurd);
  if (absurd) alerts.push('absurd');
  if (choice.undecided) alerts.push('range');
  const hasCritical = critical.low !== undefined || critical.high !== undefined;
  const rules = [
    { rule: 'range', outcome: choice.reason },
    { rule: 'flags', outcome: own.length === 0 ? 'none of ours' : own.join(' ') },
  ];
  if (hasCritical) {
    const outcome = far === null ? 'within the critical limits' : `${far} the critical limit`;
    rules.push({ rule: 'critical', outcome });
  }
  if (analyte.absurd !== undefined) rules.push({ rule: 'absurd', outcome: absurd ? 'beyond what can be' : 'can be' });
  return {
    flags: joinFlags(own, analyzerFlags, range !== null || analyte.expected !== undefined),
    alerts,
    referenceRange: frozen(choice),
    ...(hasCritical ? { critical: defined(critical) } : {}),
    rules,
  };
}

/** The range as it stands beside the value from now on. */
function frozen({ range, reason }: RangeChoice): Evaluation['referenceRange'] {
  const kept: Writable<Evaluation['referenceRange']> = { reason };
  if (range === null) return kept;
  if (range.low !== undefined) kept.low = range.low;
  if (range.high !== undefined) kept.high = range.high;
  if (range.text !== undefined) kept.text = range.text;
  kept.id = range._id;
  return kept;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function isAbsurd(reported: Reported, absurd: AnalyteRules['absurd']): boolean {
  if (absurd === undefined || !isDecimal(reported.value)) return false;
  const below = absurd.low !== undefined && compareDecimals(reported.value, absurd.low) < 0;
  const above = absurd.high !== undefined && compareDecimals(reported.value, absurd.high) > 0;
  return (
    (below && reported.comparator !== '>' && reported.comparator !== '>=') ||
    (above && reported.comparator !== '<' && reported.comparator !== '<=')
  );
}

/** Without the members that are undefined. */
function defined<T extends Readonly<Record<string, string | undefined>>>(
  members: T,
): { readonly [K in keyof T]?: string } {
  const kept: { [K in keyof T]?: string } = {};
  for (const name of Object.keys(members) as (keyof T)[]) {
    const value = members[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
