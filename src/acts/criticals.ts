import type { Laboratory } from '../laboratory/context.ts';
import { isoNow } from '../laboratory/context.ts';
import type { ObservationDoc, SpecimenDoc } from '../store/documents.ts';

/**
 * Keep each critical value of a specimen until someone is called. Written once for an observation, however often it is
 * filed.
 */
export async function noteCriticals(
  lab: Laboratory,
  specimen: Pick<SpecimenDoc, '_id' | 'patient' | 'ward' | 'requester'>,
  observations: readonly ObservationDoc[],
): Promise<void> {
  const critical = observations.filter(
    (each) => each.current && each.state === 'pending' && each.alerts.includes('critical'),
  );
  if (critical.length === 0) return;
  const at = isoNow(lab);
  const written = await lab.collections.criticals.bulkWrite(
    critical.map((each) => ({
      updateOne: {
        filter: { _id: each._id },
        update: {
          $setOnInsert: {
            accession: specimen._id,
            patient: specimen.patient,
            analyte: each.analyte,
            section: each.section,
            at,
            state: 'open',
            openSince: at,
            calls: [],
            version: 1,
          },
        },
        upsert: true,
      },
    })),
  );
  if (written.upsertedCount > 0) lab.events.emit({ type: 'criticals', accession: specimen._id });
}
