import type { Laboratory } from '../laboratory/context.ts';
import type { ObservationDoc } from '../store/documents.ts';

export type PreviousValue = NonNullable<ObservationDoc['previous']>;

/** Earlier specimens of a patient looked at: years for most, weeks for one in intensive care. */
const mostSpecimens = 50;
/** Looked at together: most patients have what is sought in their last few. */
const atOnce = 10;

/**
 * The patient's latest verified value of each wanted analyte, collected before an instant. Values that were taken back or
 * set aside do not count.
 */
export async function previousValues(
  lab: Laboratory,
  patient: string,
  before: string,
  wanted: readonly string[],
): Promise<ReadonlyMap<string, PreviousValue>> {
  const values = new Map<string, PreviousValue>();
  const earlier = await lab.collections.specimens
    .find(
      { patient, collectedAt: { $lt: before } },
      { sort: { collectedAt: -1 }, limit: mostSpecimens, projection: { collectedAt: 1 } },
    )
    .toArray();
  for (let from = 0; from < earlier.length && values.size < wanted.length; from += atOnce) {
    const some = earlier.slice(from, from + atOnce);
    const found = await lab.collections.observations
      .find({
        accession: { $in: some.map((each) => each._id) },
        current: true,
        state: { $in: ['verified', 'released'] },
      })
      .toArray();
    for (const specimen of some) {
      for (const each of found) {
        if (each.accession !== specimen._id || each.value === '') continue;
        if (values.has(each.analyte) || !wanted.includes(each.analyte)) continue;
        values.set(each.analyte, {
          value: `${each.comparator ?? ''}${each.value}`,
          unit: each.unit,
          at: specimen.collectedAt,
          accession: specimen._id,
        });
      }
    }
  }
  return values;
}
