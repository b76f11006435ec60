import { startingSource } from './catalogue/entries.ts';
import { compareDecimals, isDecimal } from './decimal.ts';
import type { Comparator } from './ids.ts';

/** What of a specimen may disturb a measurement: free haemoglobin, bilirubin, fat (CLSI C56-A: the HIL indices). */
export const serumIndexKinds = ['hemolysis', 'icterus', 'lipemia'] as const;
export type SerumIndexKind = (typeof serumIndexKinds)[number];

/** An index as an analyzer (or a person's eye) gave it. */
export interface SerumIndex {
  readonly index: SerumIndexKind;
  /** A number on the analyzer's own scale, or a grade: `-`, `1+`, `++`. */
  readonly value: string;
  readonly comparator?: Comparator | undefined;
  readonly analyzer: string;
}

/** A rule of the laboratory: values of `analyte` are disturbed where `index` is beyond `above`. */
export interface InterferenceRule {
  readonly index: SerumIndexKind;
  /** On the scale of the index: a number, or a grade. */
  readonly above: string;
  /** Whose index it is about; absent: any analyzer's. */
  readonly analyzer?: string | undefined;
  /** `startingSource` and the literature for what shipped with the product. */
  readonly source?: string | undefined;
}

/** What the rules say of one analyte; `outcomes` in words for `explain`, one for each index that was compared. */
export interface Interference {
  readonly affected: boolean;
  readonly outcomes: readonly string[];
}

interface Size {
  readonly scale: 'number' | 'grade';
  readonly size: string;
}

/** Read an index: `120`, `12.5`; `-`, `N`, `neg`; `+`, `++`, `2+`. Null for anything else. */
export function readIndex(text: string): Size | null {
  const trimmed = text.trim();
  if (isDecimal(trimmed)) return { scale: 'number', size: trimmed };
  if (/^(-|N|neg|negative|none)$/i.test(trimmed)) return { scale: 'grade', size: '0' };
  const counted = /^(\d)\s*\+$/.exec(trimmed)?.[1];
  if (counted !== undefined) return { scale: 'grade', size: counted };
  return /^\+{1,5}$/.test(trimmed) ? { scale: 'grade', size: String(trimmed.length) } : null;
}

/**
 * Whether a value is disturbed by what its specimen shows. Of the rules of one index the most specific counts (the
 * laboratory's own before a shipped one, one for the analyzer before one for all), of equal ones the lowest limit. Beyond,
 * not equal. Where an index can't be compared with the limit for certain (another scale, a comparator), the value counts as
 * disturbed: someone must look. Without a rule or without an index nothing is said.
 */
export function interferenceWith(rules: readonly InterferenceRule[], indices: readonly SerumIndex[]): Interference {
  const found = indices.flatMap((measured) => {
    const rule = ruleFor(rules, measured);
    return rule === undefined ? [] : [{ measured, rule, how: compare(measured, rule) }];
  });
  return {
    affected: found.some(({ how }) => how !== 'within'),
    outcomes: found.map(
      ({ measured: { index, comparator = '', value, analyzer }, rule, how }) =>
        `${index} ${comparator}${value} of ${analyzer}, ${how} ${rule.above}`,
    ),
  };
}

function ruleFor(rules: readonly InterferenceRule[], { index, analyzer }: SerumIndex): InterferenceRule | undefined {
  return rules
    .filter((rule) => rule.index === index && (rule.analyzer === undefined || rule.analyzer === analyzer))
    .sort((one, other) => weight(other) - weight(one) || lowerFirst(one.above, other.above))[0];
}

const weight = ({ source, analyzer }: InterferenceRule): number =>
  (source?.startsWith(startingSource) === true ? 0 : 2) + (analyzer === undefined ? 0 : 1);

function lowerFirst(one: string, other: string): number {
  const [a, b] = [readIndex(one), readIndex(other)];
  return a === null || b === null || a.scale !== b.scale ? 0 : compareDecimals(a.size, b.size);
}

function compare({ value, comparator }: SerumIndex, { above }: InterferenceRule): 'within' | 'beyond' | 'unclear' {
  const [measured, limit] = [readIndex(value), readIndex(above)];
  if (measured === null || limit === null) return 'unclear';
  if (measured.scale !== limit.scale) return measured.scale === 'grade' && measured.size === '0' ? 'within' : 'unclear';
  const order = compareDecimals(measured.size, limit.size);
  if (comparator === '<' || comparator === '<=') return order <= 0 ? 'within' : 'unclear';
  if (comparator === '>') return order >= 0 ? 'beyond' : 'unclear';
  if (comparator === '>=') return order > 0 ? 'beyond' : 'unclear';
  return order > 0 ? 'beyond' : 'within';
}

/** How much there is, in three grades. */
export type InterferenceGrade = 'none' | 'present' | 'strong';

/**
 * The grade of an index for the page: by the laboratory's range of that index (above `high` present, above `criticalHigh`
 * strong), a grade by itself (from 3+ on strong). Undefined where neither tells.
 */
export function gradeOf(
  { value, comparator }: Pick<SerumIndex, 'value' | 'comparator'>,
  limits: { readonly high?: string | undefined; readonly criticalHigh?: string | undefined },
): InterferenceGrade | undefined {
  const measured = readIndex(value);
  if (measured === null) return undefined;
  if (measured.scale === 'grade')
    return measured.size === '0' ? 'none' : Number(measured.size) < 3 ? 'present' : 'strong';
  const { high, criticalHigh } = limits;
  const above = (limit: string): boolean =>
    compareDecimals(measured.size, limit) >= (comparator?.startsWith('>') === true ? 0 : 1);
  if (criticalHigh !== undefined && above(criticalHigh)) return 'strong';
  if (high === undefined) return undefined;
  return above(high) ? 'present' : 'none';
}

/** An index with its times, UTC instants. */
interface TimedIndex extends SerumIndex {
  readonly observedAt: string;
  readonly receivedAt: string;
}

/** What stands for the analyzer of what an eye saw. */
const byEye = 'manual';

/**
 * The indices that tell of a value measured at `at`: of each analyzer the nearest in time. What was measured before the
 * tube was spun again, or on another tube, stays as disturbed as it was. Of what an eye saw the last: a look is corrected.
 */
export function indicesFor<T extends TimedIndex>(indices: readonly T[], at: string): T[] {
  const far = ({ analyzer, observedAt }: T): number =>
    analyzer === byEye ? 0 : Math.abs(Date.parse(observedAt) - Date.parse(at));
  return latestOf(
    indices.filter(
      (each) =>
        !indices.some(
          (other) => other.index === each.index && other.analyzer === each.analyzer && far(other) < far(each),
        ),
    ),
  );
}

/** The last of each index and analyzer. */
export function latestOf<T extends TimedIndex>(indices: readonly T[]): T[] {
  const latest = new Map<string, T>();
  const at = (each: T): string => `${each.observedAt} ${each.receivedAt}`;
  for (const each of indices) {
    const key = `${each.index} ${each.analyzer}`;
    const known = latest.get(key);
    if (known === undefined || at(known) <= at(each)) latest.set(key, each);
  }
  return [...latest.values()].sort(
    (one, other) => serumIndexKinds.indexOf(one.index) - serumIndexKinds.indexOf(other.index),
  );
}
