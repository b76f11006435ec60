import type { Laboratory } from '../laboratory/context.ts';
import type { ObservationDoc } from '../store/documents.ts';

export type PreviousValue = NonNullable<ObservationDoc['previous']>;

/** Reports of a patient looked at for earlier values: years for most, weeks for one in intensive care. */
const mostReports = 50;

/**
 * The patient's latest reported value of each analyte, collected before an instant. Read from reports: only what was
 * verified counts.
 */
export async function previousValues(
  lab: Laboratory,
  patient: string,
  before: string,
): Promise<ReadonlyMap<string, PreviousValue>> {
  const reports = await lab.collections.reports
    .find({ latest: true, 'patient.id': patient }, { sort: { 'specimen.collectedAt': -1 }, limit: mostReports })
    .toArray();
  const values = new Map<string, PreviousValue>();
  for (const report of reports) {
    if (report.specimen.collectedAt >= before) continue;
    for (const each of report.observations) {
      if (values.has(each.analyte) || each.value === '' || each.status === 'entered-in-error') continue;
      values.set(each.analyte, {
        value: `${each.comparator ?? ''}${each.value}`,
        unit: each.unit,
        at: report.specimen.collectedAt,
        accession: report.accession,
      });
    }
  }
  return values;
}
