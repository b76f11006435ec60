import type { Actor } from '../domain/ids.ts';
import { adjustedSpread, zScore } from '../domain/mix-up.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { ObservationDoc, VariationDoc } from '../store/documents.ts';
import { saveEntry } from './catalogue-changes.ts';

/** How an analyte varies within one person by the laboratory's own released values. */
export interface OwnVariation {
  readonly analyte: string;
  /** Pairs of a value and the one before it. */
  readonly pairs: number;
  /** What the mix-up index works with now. */
  readonly inUse: string;
  /** What the pairs say; null where they are too few. */
  readonly own: string | null;
}

/** The newest released values that are looked at: months of a district hospital, seconds of work. */
const mostLooked = 50_000;
/** As long as values are compared at all (acts/judging.ts). */
const withinMs = 365 * 86_400_000;

type Looked = Pick<ObservationDoc, 'analyte' | 'value' | 'comparator' | 'unit' | 'origin' | 'observedAt' | 'previous'>;

/**
 * The weights of the mix-up index as the laboratory's own history has them (doi 10.1515/cclm-2012-0752: the adjusted
 * standard deviation of the difference of two values of one person), beside those in use. Nothing is changed.
 */
export async function ownVariations(lab: Laboratory): Promise<OwnVariation[]> {
  const variations = lab.catalogue.variations();
  const differences = new Map<string, number[]>(variations.map((each) => [each.analyte, []]));
  for (const each of await released(lab)) {
    const variation = variations.find((known) => known.analyte === each.analyte);
    const difference = variation === undefined ? null : differenceOf(each, variation);
    if (difference !== null) differences.get(each.analyte)?.push(difference);
  }
  return variations.map(({ analyte, spread }) => {
    const found = differences.get(analyte) ?? [];
    return { analyte, pairs: found.length, inUse: spread, own: adjustedSpread(found)?.toFixed(2) ?? null };
  });
}

/**
 * Take the laboratory's own weights into the catalogue, each as a new version that says what it was made from; analytes
 * with too few pairs keep theirs. Returns those that changed. Throws VERSION_CONFLICT.
 */
export async function takeOwnVariations(lab: Laboratory, actor: Actor): Promise<VariationDoc[]> {
  const taken: VariationDoc[] = [];
  for (const { analyte, pairs, own } of await ownVariations(lab)) {
    const known = lab.catalogue.variations().find((each) => each.analyte === analyte);
    if (known === undefined || own === null || Number(own) === 0 || own === known.spread) continue;
    const source = `own history, ${pairs} pairs to ${isoNow(lab).slice(0, 10)}`;
    taken.push(await saveEntry(lab, actor, { ...known, spread: own, source }, known.version));
  }
  return taken;
}

function released(lab: Laboratory): Promise<readonly Looked[]> {
  const from = new Date(lab.now() - withinMs).toISOString();
  return lab.collections.observations
    .find(
      { releasedAt: { $gte: from } },
      {
        sort: { releasedAt: -1 },
        limit: mostLooked,
        projection: { analyte: 1, value: 1, comparator: 1, unit: 1, origin: 1, observedAt: 1, previous: 1 },
      },
    )
    .toArray();
}

/** The difference of the z scores of a value and the one before it; null where the two are not of one kind. */
function differenceOf(now: Looked, variation: VariationDoc): number | null {
  const { previous } = now;
  if (previous === undefined || previous.unit !== now.unit) return null;
  if (now.comparator !== undefined || now.origin === 'calculated') return null;
  if (Date.parse(now.observedAt) - Date.parse(previous.at) > withinMs) return null;
  const [one, other] = [zScore(now.value, variation), zScore(previous.value, variation)];
  return one === null || other === null ? null : one - other;
}
