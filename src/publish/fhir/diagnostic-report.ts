import type { CatalogueView } from '../../laboratory/catalogue-view.ts';
import type { LabConfig } from '../../laboratory/config.ts';
import type { ReportDoc } from '../../store/documents.ts';
import { laboratoryReference, patientReference, practitionerReference } from './agents.ts';
import { fhirId, localInstant, observationId, orderIdentifier, systems } from './identity.ts';
import type { CodeableConcept, Coding, Resource } from './types.ts';

/** Sections of the laboratory in table 0074. */
export const sectionCodes: Readonly<Record<string, Coding>> = {
  hematology: { code: 'HM', display: 'Hematology' },
  chemistry: { code: 'CH', display: 'Chemistry' },
  immunology: { code: 'IMM', display: 'Immunology' },
  coagulation: { code: 'HM', display: 'Hematology' },
  urine: { code: 'CH', display: 'Chemistry' },
  'blood-gas': { code: 'BG', display: 'Blood Gases' },
  microbiology: { code: 'MB', display: 'Microbiology' },
};
const serviceSection = 'http://terminology.hl7.org/CodeSystem/v2-0074';

/** One report version as a FHIR DiagnosticReport: the id stays for the accession's life, the version moves. */
export function diagnosticReportResource(report: ReportDoc, config: LabConfig, catalogue: CatalogueView): Resource {
  const own = systems(config);
  return {
    resourceType: 'DiagnosticReport',
    id: fhirId(report.accession),
    meta: { versionId: String(report.version), lastUpdated: report.issued },
    identifier: [{ system: own.accession, value: report.accession }],
    ...(report.orders.length === 0
      ? {}
      : {
          basedOn: report.orders.map((order) => ({
            reference: `ServiceRequest/${fhirId(order.id)}`,
            identifier: orderIdentifier(order, config),
          })),
        }),
    status: report.status,
    category: categories(report),
    code: reportCode(report, config, catalogue),
    subject: patientReference(report, config),
    ...(report.specimen.encounter === undefined
      ? {}
      : { encounter: { identifier: { value: report.specimen.encounter } } }),
    effectiveDateTime: localInstant(report.specimen.collectedAt, config),
    issued: localInstant(report.issued, config),
    performer: [laboratoryReference(config)],
    // A system that cancelled its orders interprets nothing.
    ...(report.actor.role === 'system' ? {} : { resultsInterpreter: [practitionerReference(report.actor.username)] }),
    specimen: [{ reference: `Specimen/${fhirId(report.accession)}` }],
    result: report.observations.map((each) => ({
      reference: `Observation/${observationId(report.accession, each.analyte)}`,
      display: each.name.vi,
    })),
    ...conclusion(report),
  };
}

function categories(report: ReportDoc): CodeableConcept[] {
  const found = new Map<string, Coding>();
  for (const { section } of report.observations) {
    const coding = sectionCodes[section];
    if (coding !== undefined) found.set(coding.code, coding);
  }
  return [
    { coding: [{ system: serviceSection, code: 'LAB', display: 'Laboratory' }] },
    ...[...found.values()].map((coding) => ({ coding: [{ system: serviceSection, ...coding }] })),
  ];
}

/** The panel's code when exactly one panel was ordered; a laboratory report else. */
function reportCode(report: ReportDoc, config: LabConfig, catalogue: CatalogueView): CodeableConcept {
  const codes = new Set(report.orders.map((order) => order.code));
  const only = codes.size === 1 ? [...codes][0] : undefined;
  const panel = only === undefined ? undefined : catalogue.panel(only);
  const general: Coding = { system: 'http://loinc.org', code: '11502-2', display: 'Laboratory report' };
  if (panel === undefined) return { coding: [general], text: 'Phiếu kết quả xét nghiệm' };
  const loinc: Coding[] = panel.loinc === undefined ? [general] : [{ system: 'http://loinc.org', code: panel.loinc }];
  return {
    coding: [...loinc, { system: systems(config).panel, code: panel.code, display: panel.name.en }],
    text: panel.name.vi,
  };
}

function conclusion(report: ReportDoc): Record<string, unknown> {
  const words = [report.comment, report.reason].filter((text) => text !== undefined && text !== '');
  return words.length === 0 ? {} : { conclusion: words.join('\n') };
}
