import type { CatalogueView } from '../../laboratory/catalogue-view.ts';
import type { LabConfig } from '../../laboratory/config.ts';
import type { OrderDoc, ReportDoc, ReportStatus, SpecimenDoc, UserDoc } from '../../store/documents.ts';
import {
  deviceResource,
  isLine,
  laboratoryReference,
  organizationResource,
  practitionerReference,
  practitionerResource,
} from './agents.ts';
import { diagnosticReportResource } from './diagnostic-report.ts';
import { fhirId, localInstant, systems } from './identity.ts';
import { observationResource } from './observation.ts';
import { patientResource, serviceRequestResource, specimenResource } from './others.ts';
import { provenanceResource } from './provenance.ts';
import type { Resource } from './types.ts';

/** What a document is made from: a report version and what stood around it when it was signed. */
export interface DocumentSources {
  readonly report: ReportDoc;
  readonly specimen: SpecimenDoc | null;
  readonly orders: readonly OrderDoc[];
  readonly users: readonly UserDoc[];
  /** The printed form, signed. */
  readonly pdf: Uint8Array;
  readonly config: LabConfig;
  readonly catalogue: CatalogueView;
}

const compositionStatus: Readonly<Record<ReportStatus, string>> = {
  registered: 'preliminary',
  partial: 'preliminary',
  preliminary: 'preliminary',
  final: 'final',
  amended: 'amended',
  corrected: 'amended',
  appended: 'amended',
  cancelled: 'final',
  'entered-in-error': 'entered-in-error',
};

/** The base of full addresses in a document: a name of this laboratory, not a place to ask. */
function documentBase(config: LabConfig): string {
  return `http://${encodeURIComponent(config.lab.id).toLowerCase()}.cuvette.invalid/fhir/R4`;
}

/**
 * A report version as a FHIR document Bundle (EU laboratory report: one Composition, one DiagnosticReport, everything it
 * refers to), with the signed PDF inside. Without its signature yet.
 */
export function documentBundle(sources: DocumentSources): Readonly<Record<string, unknown>> {
  const { report, config, catalogue, specimen, orders, users, pdf } = sources;
  const known = new Set(report.orders.map(({ id }) => id));
  const diagnosticReport = diagnosticReportResource(report, config, catalogue);
  const lines = config.analyzers.filter(
    (line) => isLine(config, line.id) && report.observations.some((each) => each.analyzer === line.id),
  );
  const resources: Resource[] = [
    composition(report, config),
    {
      ...diagnosticReport,
      presentedForm: [
        {
          contentType: 'application/pdf',
          language: 'vi',
          data: Buffer.from(pdf).toString('base64'),
          title: `Phiếu kết quả xét nghiệm ${report.accession}`,
          creation: localInstant(report.issued, config),
        },
      ],
    },
    ...report.observations.map((each) => observationResource(report, each, config)),
    patientAsReported(report, config),
    ...(specimen === null ? [] : [specimenResource(specimen, config, catalogue)]),
    ...orders.filter(({ _id }) => known.has(_id)).map((order) => serviceRequestResource(order, config, catalogue)),
    organizationResource(config),
    ...users.map((user) => practitionerResource(user, config)),
    ...lines.map((line) => deviceResource(line, config, catalogue)),
    provenanceResource(report, config),
  ];
  const base = documentBase(config);
  return {
    resourceType: 'Bundle',
    id: fhirId(`${report.accession}-v${report.version}`),
    meta: { lastUpdated: report.issued },
    identifier: { system: systems(config).document, value: report._id },
    type: 'document',
    timestamp: localInstant(report.issued, config),
    entry: resources.map((resource) => ({
      fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
      resource,
    })),
  };
}

function composition(report: ReportDoc, config: LabConfig): Resource {
  const byPerson = report.actor.role !== 'system';
  const author = byPerson ? practitionerReference(report.actor.username) : laboratoryReference(config);
  const issued = localInstant(report.issued, config);
  const reference = { reference: `DiagnosticReport/${fhirId(report.accession)}` };
  return {
    resourceType: 'Composition',
    id: fhirId(`${report.accession}-v${report.version}`),
    identifier: { system: systems(config).accession, value: report.accession },
    status: compositionStatus[report.status],
    type: { coding: [{ system: 'http://loinc.org', code: '11502-2', display: 'Laboratory report' }] },
    subject: { reference: `Patient/${fhirId(report.patient.id)}` },
    date: issued,
    author: [author],
    title: 'Phiếu kết quả xét nghiệm',
    attester: [{ mode: 'legal', time: issued, party: author }],
    custodian: laboratoryReference(config),
    ...(report.version === 1
      ? {}
      : {
          relatesTo: [
            {
              code: 'replaces',
              targetIdentifier: {
                system: systems(config).document,
                value: report._id.replace(/-v\d+$/, `-v${report.version - 1}`),
              },
            },
          ],
        }),
    section: [
      {
        title: 'Kết quả',
        code: {
          coding: [
            { system: 'http://loinc.org', code: '30954-2', display: 'Relevant diagnostic tests/laboratory data' },
          ],
        },
        text: { status: 'generated', div: narrative(report) },
        entry: [reference],
      },
    ],
  };
}

/** The values as a table for who reads without a program. */
function narrative(report: ReportDoc): string {
  const cell = (text: string): string => `<td>${escaped(text)}</td>`;
  const rows = report.observations.map((each) => {
    const value =
      each.status === 'entered-in-error'
        ? 'đã thu hồi'
        : each.status === 'cancelled'
          ? 'không thực hiện'
          : `${each.comparator ?? ''}${each.value} ${each.unit}`;
    return `<tr>${cell(each.name.vi)}${cell(value.trim())}${cell(each.flags.join(' '))}</tr>`;
  });
  return `<div xmlns="http://www.w3.org/1999/xhtml"><table>${rows.join('')}</table></div>`;
}

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\p{Cc}]/gu, ' ');

/** The patient as the report froze him, whatever was registered since. */
function patientAsReported(report: ReportDoc, config: LabConfig): Resource {
  const { id, name, sex, birthDate, identifiers } = report.patient;
  return patientResource(
    {
      _id: id,
      name,
      sex,
      birthDate,
      searchName: '',
      ...(identifiers === undefined ? {} : { identifiers }),
      version: 1,
      updatedAt: report.issued,
    },
    config,
  );
}
