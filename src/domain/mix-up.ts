import { isDecimal } from './decimal.ts';

/**
 * Detection of specimen mix-up by a weighted cumulative delta over a panel. After T. Yamashita, K. Ichihara, A. Miyamoto,
 * "A novel weighted cumulative delta-check method for highly sensitive detection of specimen mix-up in the clinical
 * laboratory", Clin Chem Lab Med 2013;51(4):781-789, doi 10.1515/cclm-2012-0752: values are made Gaussian, put on the
 * scale of the reference interval (its limits are z = -1.96 and +1.96), and the index is the mean of |z now - z before|
 * weighted by 1/aSD^2, aSD being the adjusted standard deviation of that difference in the laboratory's own history.
 *
 * So that one limit serves every panel, the index here is divided by what the same weights give for one and the same
 * person (the mean of |N(0, aSD)| is aSD * sqrt(2/pi)): 1 is usual, the limit says how many times that is suspicious.
 */

/** How an analyte varies within one person. Decimal strings. */
export interface Variation {
  readonly analyte: string;
  /** Whether the logarithm or the value itself is nearer to Gaussian. */
  readonly scale: 'log' | 'linear';
  /** Limits of the reference interval the z score is made with. */
  readonly low: string;
  readonly high: string;
  /** Adjusted standard deviation of the difference of two z scores of one person. */
  readonly spread: string;
}

/** Two values of one analyte, of the draw and of the patient's last one. */
export interface ComparedPair {
  readonly analyte: string;
  readonly now: string;
  readonly before: string;
}

export interface MixUpOutcome {
  readonly suspected: boolean;
  readonly index: number;
  readonly compared: readonly ComparedPair[];
}

/** Fewer analytes than this say nothing: one true change would look like a mix-up. */
export const fewestCompared = 4;
/**
 * Times the usual variation. Of simulated blood counts (mix-up.test.ts) it finds three of four exchanged ones and takes
 * fewer than one of two hundred of the same person for exchanged.
 */
export const mixUpLimit = 2;

/** z score of a value on an analyte's reference interval; null where the value has none (log of nothing). */
export function zScore(value: string, variation: Variation): number | null {
  if (!isDecimal(value)) return null;
  const place = variation.scale === 'log' ? Math.log : (plain: number): number => plain;
  const [at, low, high] = [place(Number(value)), place(Number(variation.low)), place(Number(variation.high))];
  const z = (1.96 * (at - (low + high) / 2)) / ((high - low) / 2);
  return Number.isFinite(z) ? z : null;
}

/** The index of a draw; null where too few analytes can be compared. */
export function mixUpIndex(pairs: readonly ComparedPair[], variations: readonly Variation[]): MixUpOutcome | null {
  let weighted = 0;
  let usual = 0;
  const compared: ComparedPair[] = [];
  for (const pair of pairs) {
    const variation = variations.find((each) => each.analyte === pair.analyte);
    if (variation === undefined) continue;
    const now = zScore(pair.now, variation);
    const before = zScore(pair.before, variation);
    const spread = Number(variation.spread);
    if (now === null || before === null || !(spread > 0)) continue;
    const weight = 1 / spread ** 2;
    weighted += weight * Math.abs(now - before);
    usual += weight * spread * Math.sqrt(2 / Math.PI);
    compared.push(pair);
  }
  if (compared.length < fewestCompared) return null;
  const index = weighted / usual;
  return { suspected: index > mixUpLimit, index, compared };
}

/** Rounds of cutting the tails off; the centre settles in a few. */
const rounds = 10;
/** Differences beyond this many spreads are tails (illness, treatment, mix-ups), not usual variation. */
const cut = 2.5;
/** What cutting a Gaussian at 2.5 leaves of its standard deviation. */
const cutShare = 0.9557;

/** The adjusted standard deviation of differences: of their centre, whatever the tails. Null where there are too few. */
export function adjustedSpread(differences: readonly number[], fewest = 100): number | null {
  if (differences.length < fewest) return null;
  const sorted = differences.map(Math.abs).sort((one, other) => one - other);
  // Begin with the median absolute difference: half of a Gaussian lies within 0.6745 of its spread.
  let spread = (sorted[Math.floor(sorted.length / 2)] ?? 0) / 0.6745;
  for (let round = 0; round < rounds && spread > 0; round += 1) {
    const centre = sorted.filter((each) => each <= cut * spread);
    const square = centre.reduce((sum, each) => sum + each * each, 0) / centre.length;
    spread = Math.sqrt(square) / cutShare;
  }
  return spread > 0 ? spread : null;
}
