import type { SerumIndexKind } from '../interference.ts';

/** Source of what ships with the product: the laboratory confirms it, or sets its own before it. */
export const startingSource = 'starting value, to be confirmed by the laboratory';

/** An analyte of the starting catalogue. */
export interface StartingAnalyte {
  readonly code: string;
  readonly vi: string;
  readonly en: string;
  readonly unit: string;
  /** Decimals a converted value is rounded to. */
  readonly decimals: number;
  readonly loinc: string;
  /** Where it is not the one of its section. */
  readonly specimenType?: string;
  readonly qualitative?: boolean;
  readonly expected?: string;
  readonly choices?: readonly string[];
  readonly sex?: 'male' | 'female';
  readonly molarMass?: string;
  readonly absurd?: { readonly low?: string; readonly high?: string };
  /** It says how far the specimen disturbs measurements. */
  readonly serumIndex?: SerumIndexKind;
  /** Name of the formula of a calculated analyte. */
  readonly formula?: string;
}

/** A reference range of the starting catalogue. Limits are typical adult ones: each laboratory confirms its own. */
export interface StartingRange {
  readonly analyte: string;
  readonly sex?: 'male' | 'female';
  readonly ageFrom?: string;
  readonly ageTo?: string;
  readonly low?: string;
  readonly high?: string;
  readonly criticalLow?: string;
  readonly criticalHigh?: string;
}

/** One analyte: code, Vietnamese, English, unit, decimals, LOINC. */
export function measured(
  code: string,
  vi: string,
  en: string,
  unit: string,
  decimals: number,
  loinc: string,
  more: Partial<StartingAnalyte> = {},
): StartingAnalyte {
  return { code, vi, en, unit, decimals, loinc, ...more };
}

/** One analyte in words, with what is expected of a healthy person. */
export function worded(
  code: string,
  vi: string,
  en: string,
  loinc: string,
  expected: string,
  choices?: readonly string[],
): StartingAnalyte {
  return {
    code,
    vi,
    en,
    unit: '',
    decimals: 0,
    loinc,
    qualitative: true,
    expected,
    ...(choices === undefined ? {} : { choices }),
  };
}

type Limit = string | undefined;

/** A range for all: low, high, and critical limits where there are. */
export function forAll(
  analyte: string,
  low: Limit,
  high: Limit,
  criticalLow?: Limit,
  criticalHigh?: Limit,
): StartingRange {
  return { analyte, ...limits(low, high, criticalLow, criticalHigh) };
}

/** Ranges of women and of men, with critical limits that both share. */
export function bySex(
  analyte: string,
  female: readonly [Limit, Limit],
  male: readonly [Limit, Limit],
  critical: readonly [Limit, Limit] = [undefined, undefined],
): StartingRange[] {
  return [
    { analyte, sex: 'female', ...limits(...female, ...critical) },
    { analyte, sex: 'male', ...limits(...male, ...critical) },
  ];
}

function limits(low: Limit, high: Limit, criticalLow: Limit, criticalHigh: Limit): Omit<StartingRange, 'analyte'> {
  return {
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    ...(criticalLow === undefined ? {} : { criticalLow }),
    ...(criticalHigh === undefined ? {} : { criticalHigh }),
  };
}
