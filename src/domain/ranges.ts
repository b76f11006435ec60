import { type Certainty, isOfAge } from './age.ts';
import { startingSource } from './catalogue/entries.ts';
import type { Sex } from './ids.ts';

/** A reference range of the catalogue, as far as the choice needs it. */
export interface RangeRule {
  readonly _id: string;
  readonly sex: 'any' | 'male' | 'female';
  readonly ageFrom?: string | undefined;
  readonly ageTo?: string | undefined;
  /** Only for who is pregnant. */
  readonly pregnancy?: 'pregnant' | undefined;
  /** Only for values by this method. */
  readonly method?: string | undefined;
  readonly low?: string | undefined;
  readonly high?: string | undefined;
  readonly criticalLow?: string | undefined;
  readonly criticalHigh?: string | undefined;
  readonly text?: string | undefined;
  readonly analyzer?: string | undefined;
  /** `startingSource` for what shipped with the product. */
  readonly source?: string | undefined;
}

export interface RangeQuestion {
  readonly sex: Sex;
  readonly birthDate: string;
  /** UTC instant. */
  readonly collectedAt: string;
  readonly zone: string;
  readonly analyzer: string;
  /** As the specimen was registered; who does not say so counts as not pregnant. */
  readonly pregnant: boolean;
  /** Of the analyte. */
  readonly method: string | undefined;
}

export interface RangeChoice {
  readonly range: RangeRule | null;
  /** In words for `explain`: which was chosen and why, or why none. */
  readonly reason: string;
  /** Sex or age is unknown where the range depends on it. */
  readonly undecided: boolean;
}

/**
 * The range for a person. Of those that fit, the most specific: the laboratory's own before one that shipped; then one for
 * pregnancy, then for the analyzer, the method, the sex, the age, each before all that follow it together. Pregnancy goes
 * before the analyzer because it moves what is healthy further than one analyzer differs from another; a range that names
 * both goes before either, and the reason says which range of the analyzer stood behind. Where none of the analyzer's own
 * ranges fits the person, one for every analyzer does. Where sex or age is not known, a range that depends on it is never
 * chosen.
 */
export function chooseRange(rules: readonly RangeRule[], question: RangeQuestion): RangeChoice {
  const pool = rules.filter((rule) => rule.analyzer === undefined || rule.analyzer === question.analyzer);
  if (pool.length === 0) return { range: null, reason: 'no range in the catalogue', undecided: false };
  const fitting = pool
    .map((rule) => ({ rule, fit: fitOf(rule, question) }))
    .filter(({ fit }) => fit !== 'no')
    .sort((one, other) => specificity(other.rule) - specificity(one.rule));
  const best = fitting[0];
  if (best === undefined) return { range: null, reason: `no range for ${personOf(question)}`, undecided: false };
  const sure = fitting.find(({ fit }) => fit === 'yes');
  const doubtful = fitting.filter(
    ({ rule, fit }) => fit === 'maybe' && (sure === undefined || specificity(rule) >= specificity(sure.rule)),
  );
  const chosen = sure ?? best;
  const agreed = sure !== undefined && doubtful.every(({ rule }) => sameLimits(rule, sure.rule));
  if (doubtful.length === 0 || agreed) {
    const rest = fitting.map(({ rule }) => rule);
    return { range: chosen.rule, reason: reasonOf(chosen.rule) + setAsideOf(chosen.rule, rest), undecided: false };
  }
  return {
    range: null,
    reason: `the range depends on ${missingOf(
      question,
      doubtful.map(({ rule }) => rule),
    )}, which is not known`,
    undecided: true,
  };
}

function fitOf(rule: RangeRule, question: RangeQuestion): Certainty {
  if (rule.pregnancy !== undefined && !question.pregnant) return 'no';
  if (rule.method !== undefined && rule.method !== question.method) return 'no';
  const sex = sexFits(rule.sex, question.sex);
  const age = isOfAge(question.birthDate, question.collectedAt, question.zone, rule.ageFrom, rule.ageTo);
  if (sex === 'no' || age === 'no') return 'no';
  return sex === 'yes' && age === 'yes' ? 'yes' : 'maybe';
}

function sexFits(wanted: RangeRule['sex'], sex: Sex): Certainty {
  if (wanted === 'any' || wanted === sex) return 'yes';
  return sex === 'male' || sex === 'female' ? 'no' : 'maybe';
}

/** The order of `chooseRange` as a number: each part weighs more than all that follow it together. */
const specificity = (rule: RangeRule): number =>
  (rule.source === startingSource ? 0 : 32) +
  (rule.pregnancy === undefined ? 0 : 16) +
  (rule.analyzer === undefined ? 0 : 8) +
  (rule.method === undefined ? 0 : 4) +
  (rule.sex === 'any' ? 0 : 2) +
  (rule.ageFrom === undefined && rule.ageTo === undefined ? 0 : 1);

function sameLimits(one: RangeRule, other: RangeRule): boolean {
  return (['low', 'high', 'criticalLow', 'criticalHigh', 'text'] as const).every(
    (limit) => one[limit] === other[limit],
  );
}

function reasonOf(rule: RangeRule): string {
  const sex = rule.sex === 'any' ? 'any sex' : rule.sex;
  const age =
    rule.ageFrom === undefined && rule.ageTo === undefined
      ? 'any age'
      : `from ${rule.ageFrom ?? 'birth'}${rule.ageTo === undefined ? '' : ` to ${rule.ageTo}`}`;
  return [sex, age, rule.pregnancy, rule.method, rule.analyzer].filter((part) => part !== undefined).join(', ');
}

/** Words for a range of the analyzer that stood behind one for pregnancy: who looks for it is told why it was not taken. */
function setAsideOf(chosen: RangeRule, fitting: readonly RangeRule[]): string {
  if (chosen.pregnancy === undefined || chosen.analyzer !== undefined) return '';
  const behind = fitting.find((rule) => rule.analyzer !== undefined);
  return behind?.analyzer === undefined ? '' : `, before the range of ${behind.analyzer}`;
}

function personOf(question: RangeQuestion): string {
  return `${question.sex}, born ${question.birthDate === '' ? 'unknown' : question.birthDate.slice(0, 4)}`;
}

function missingOf(question: RangeQuestion, doubtful: readonly RangeRule[]): string {
  const sex = doubtful.some((rule) => sexFits(rule.sex, question.sex) === 'maybe');
  const age = doubtful.some(
    (rule) => isOfAge(question.birthDate, question.collectedAt, question.zone, rule.ageFrom, rule.ageTo) === 'maybe',
  );
  return sex && age ? 'sex and age' : sex ? 'sex' : 'age';
}
