import type { Laboratory } from '../laboratory/context.ts';
import type { SpecimenView } from './schemas/specimen.ts';

/** Earlier draws a trend is made of: enough to see a direction, few enough to draw small. */
const mostDraws = 5;

/** The patient's verified values of the last draws before an instant, oldest first, by analyte. */
export async function trendsOf(lab: Laboratory, patient: string, before: string): Promise<SpecimenView['history']> {
  const draws = await lab.collections.specimens
    .find(
      { patient, collectedAt: { $lt: before } },
      { sort: { collectedAt: -1 }, limit: mostDraws, projection: { collectedAt: 1 } },
    )
    .toArray();
  if (draws.length === 0) return {};
  const found = await lab.collections.observations
    .find({
      accession: { $in: draws.map((each) => each._id) },
      current: true,
      state: { $in: ['verified', 'released'] },
    })
    .toArray();
  const trends: Record<string, SpecimenView['history'][string][number][]> = {};
  for (const draw of draws.reverse()) {
    for (const each of found) {
      if (each.accession !== draw._id || each.value === '') continue;
      const values = trends[each.analyte] ?? [];
      trends[each.analyte] = values;
      values.push({
        value: `${each.comparator ?? ''}${each.value}`,
        unit: each.unit,
        at: draw.collectedAt,
        accession: draw._id,
      });
    }
  }
  return trends;
}
