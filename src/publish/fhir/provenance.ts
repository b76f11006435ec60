import type { LabConfig } from '../../laboratory/config.ts';
import type { ReportDoc } from '../../store/documents.ts';
import { laboratoryReference, practitionerReference } from './agents.ts';
import { fhirId, localInstant, observationId } from './identity.ts';
import type { Resource } from './types.ts';

const participant = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';

/** Who released a report version, on behalf of which laboratory (US Core: target, recorded, author, onBehalfOf). */
export function provenanceResource(report: ReportDoc, config: LabConfig): Resource {
  const organization = laboratoryReference(config);
  return {
    resourceType: 'Provenance',
    id: fhirId(`${report.accession}-v${report.version}`),
    meta: { versionId: '1', lastUpdated: report.issued },
    target: [
      { reference: `DiagnosticReport/${fhirId(report.accession)}/_history/${report.version}` },
      { reference: `DiagnosticReport/${fhirId(report.accession)}` },
      ...report.observations.map((each) => ({
        reference: `Observation/${observationId(report.accession, each.analyte)}`,
      })),
    ],
    occurredDateTime: localInstant(report.issued, config),
    recorded: localInstant(report.issued, config),
    activity: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation',
          code: report.version === 1 ? 'CREATE' : 'UPDATE',
        },
      ],
    },
    agent: [
      {
        type: { coding: [{ system: participant, code: 'author', display: 'Author' }] },
        ...(report.actor.role === 'system'
          ? { who: organization }
          : { who: practitionerReference(report.actor.username), onBehalfOf: organization }),
      },
      { type: { coding: [{ system: participant, code: 'transmitter', display: 'Transmitter' }] }, who: organization },
    ],
    ...(report.reason === undefined ? {} : { reason: [{ text: report.reason }] }),
  };
}
