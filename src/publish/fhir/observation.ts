import type { LabConfig } from '../../laboratory/config.ts';
import type { ReportDoc, ReportedObservation } from '../../store/documents.ts';
import { fhirId, localInstant, observationId, systems } from './identity.ts';
import { decimal } from './json.ts';
import type { CodeableConcept, Resource } from './types.ts';
import { ucumCode } from './ucum.ts';

const interpretationSystem = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
const interpretationWords: Readonly<Record<string, string>> = {
  H: 'High',
  L: 'Low',
  HH: 'Critical high',
  LL: 'Critical low',
  A: 'Abnormal',
  N: 'Normal',
};

/** LOINC (never an empty coding), the laboratory's own code, and words (interfaces.md 1.4 and 6). */
export function analyteConcept(
  observed: Pick<ReportedObservation, 'analyte' | 'loinc' | 'name'>,
  config: LabConfig,
): CodeableConcept {
  const own = { system: systems(config).analyte, code: observed.analyte, display: observed.name.en };
  const loinc =
    observed.loinc === undefined || observed.loinc === '' ? [] : [{ system: 'http://loinc.org', code: observed.loinc }];
  return { coding: [...loinc, own], text: observed.name.vi };
}

/** One value of a report version as a FHIR Observation. */
export function observationResource(report: ReportDoc, observed: ReportedObservation, config: LabConfig): Resource {
  return {
    resourceType: 'Observation',
    id: observationId(report.accession, observed.analyte),
    meta: { versionId: String(report.version), lastUpdated: report.issued },
    identifier: [{ system: systems(config).accession, value: `${report.accession}/${observed.analyte}` }],
    status: observed.status,
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/observation-category',
            code: 'laboratory',
            display: 'Laboratory',
          },
        ],
      },
    ],
    code: analyteConcept(observed, config),
    subject: { reference: `Patient/${fhirId(report.patient.id)}`, display: report.patient.name },
    ...(report.specimen.encounter === undefined
      ? {}
      : { encounter: { identifier: { value: report.specimen.encounter } } }),
    effectiveDateTime: localInstant(report.specimen.collectedAt, config),
    issued: localInstant(report.issued, config),
    performer: [{ display: config.lab.name, identifier: { system: systems(config).laboratory, value: config.lab.id } }],
    ...valueElement(observed),
    ...interpretation(observed),
    ...notes(observed),
    specimen: { reference: `Specimen/${fhirId(report.accession)}` },
    ...referenceRange(observed),
  };
}

function valueElement(observed: ReportedObservation): Record<string, unknown> {
  if (observed.status === 'cancelled' || observed.value === '') {
    const code =
      observed.status === 'entered-in-error' ? 'error' : observed.status === 'cancelled' ? 'not-performed' : 'unknown';
    return {
      dataAbsentReason: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code }] },
    };
  }
  if (observed.kind === 'qualitative') return { valueCodeableConcept: { text: observed.value } };
  return {
    valueQuantity: {
      value: decimal(observed.value),
      ...(observed.comparator === undefined ? {} : { comparator: observed.comparator }),
      ...unitOf(observed.unit),
    },
  };
}

function unitOf(unit: string): Record<string, unknown> {
  if (unit === '') return {};
  const code = ucumCode(unit);
  return { unit, ...(code === null ? {} : { system: 'http://unitsofmeasure.org', code }) };
}

/** Ours only: the analyzer's own marks are not the laboratory's judgement. */
function interpretation(observed: ReportedObservation): Record<string, unknown> {
  const ours = observed.flags.filter((flag) => interpretationWords[flag] !== undefined);
  const inRange = observed.referenceRange?.low !== undefined || observed.referenceRange?.high !== undefined;
  const codes =
    ours.length > 0 ? ours : inRange && observed.comparator === undefined && observed.value !== '' ? ['N'] : [];
  if (codes.length === 0) return {};
  return {
    interpretation: codes.map((code) => ({
      coding: [{ system: interpretationSystem, code, display: interpretationWords[code] }],
    })),
  };
}

function referenceRange(observed: ReportedObservation): Record<string, unknown> {
  const range = observed.referenceRange;
  if (range === undefined) return {};
  const low = range.low;
  const high = range.high;
  const text = range.text ?? rangeText(low, high);
  if (low === undefined && high === undefined && text === undefined) return {};
  return {
    referenceRange: [
      {
        ...(low === undefined ? {} : { low: { value: decimal(low), ...unitOf(observed.unit) } }),
        ...(high === undefined ? {} : { high: { value: decimal(high), ...unitOf(observed.unit) } }),
        ...(text === undefined ? {} : { text }),
      },
    ],
  };
}

/** `3.5-5.1`, `<=5`, `>=40`: the text that goes with low and high. */
export function rangeText(low: string | undefined, high: string | undefined): string | undefined {
  if (low !== undefined && high !== undefined) return `${low}-${high}`;
  if (high !== undefined) return `<=${high}`;
  return low === undefined ? undefined : `>=${low}`;
}

function notes(observed: ReportedObservation): Record<string, unknown> {
  const texts = [...observed.comments];
  if (observed.was !== undefined) {
    const { comparator = '', value, unit, reason } = observed.was;
    texts.push(`Trước sửa: ${comparator}${value} ${unit}. Lý do: ${reason}`.replace(' .', '.'));
  }
  return texts.length === 0 ? {} : { note: texts.map((text) => ({ text })) };
}
