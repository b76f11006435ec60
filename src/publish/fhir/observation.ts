import { isDecimal } from '../../domain/decimal.ts';
import type { LabConfig } from '../../laboratory/config.ts';
import type { ReportDoc, ReportedObservation } from '../../store/documents.ts';
import { formOf } from '../value-form.ts';
import { deviceReference, isLine, patientReference, performerReference, practitionerReference } from './agents.ts';
import { fhirId, localInstant, observationId, orderIdentifier, systems } from './identity.ts';
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
function analyteConcept(
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
    ...basedOn(report, observed, config),
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
    subject: patientReference(report, config),
    ...(report.specimen.encounter === undefined
      ? {}
      : { encounter: { identifier: { value: report.specimen.encounter } } }),
    effectiveDateTime: localInstant(report.specimen.collectedAt, config),
    issued: localInstant(report.issued, config),
    performer: [
      performerReference(observed, config),
      ...(observed.verifiedBy === '' ? [] : [practitionerReference(observed.verifiedBy)]),
    ],
    ...valueElement(observed, config),
    ...interpretation(observed),
    ...notes(observed),
    ...(observed.method === undefined ? {} : { method: { text: observed.method } }),
    specimen: { reference: `Specimen/${fhirId(report.accession)}` },
    ...(isLine(config, observed.analyzer) ? { device: deviceReference(observed.analyzer) } : {}),
    ...referenceRange(observed),
  };
}

/** The order that asked for it; where one was cancelled and another stands, the one this value answers. */
function basedOn(
  report: ReportDoc,
  { analyte, status }: ReportedObservation,
  config: LabConfig,
): Record<string, unknown> {
  const asked = report.orders.filter((order) => order.analytes.includes(analyte));
  const gone = report.cancelledOrders ?? [];
  const order = asked.find(({ id }) => gone.includes(id) === (status === 'cancelled')) ?? asked[0];
  return order === undefined
    ? {}
    : { basedOn: [{ reference: `ServiceRequest/${fhirId(order.id)}`, identifier: orderIdentifier(order, config) }] };
}

/** The value in its FHIR form, or why there is none (obs-6: never both). */
function valueElement(observed: ReportedObservation, config: LabConfig): Record<string, unknown> {
  const form = formOf(observed);
  switch (form.kind) {
    case 'quantity':
      return {
        valueQuantity: {
          value: decimal(form.value),
          ...(form.comparator === undefined ? {} : { comparator: form.comparator }),
          ...unitOf(observed.unit),
        },
      };
    case 'ratio':
      return {
        valueRatio: {
          numerator: { value: decimal(form.numerator) },
          denominator: {
            value: decimal(form.denominator),
            ...(form.comparator === undefined ? {} : { comparator: form.comparator }),
          },
        },
      };
    case 'range':
      return {
        valueRange: {
          low: { value: decimal(form.low), ...unitOf(observed.unit) },
          high: { value: decimal(form.high), ...unitOf(observed.unit) },
        },
      };
    case 'coded':
      return {
        valueCodeableConcept: {
          coding: [
            ...(form.finding === undefined ? [] : [{ system: 'http://snomed.info/sct', ...form.finding }]),
            { system: systems(config).value, code: form.text.trim().replaceAll(/\s+/g, ' '), display: form.text },
          ],
          text: form.text,
        },
      };
    case 'text':
      return { valueString: form.text };
    case 'absent':
      return {
        dataAbsentReason: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: form.reason }],
        },
      };
    default:
      return form satisfies never;
  }
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
  const certain = observed.comparator === undefined && formOf(observed).kind === 'quantity';
  const codes = formOf(observed).kind === 'absent' ? [] : ours.length > 0 ? ours : inRange && certain ? ['N'] : [];
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
        ...limit('low', low, observed.unit),
        ...limit('high', high, observed.unit),
        ...(text === undefined ? {} : { text }),
      },
    ],
  };
}

function limit(end: 'low' | 'high', value: string | undefined, unit: string): Record<string, unknown> {
  return value === undefined || !isDecimal(value) ? {} : { [end]: { value: decimal(value), ...unitOf(unit) } };
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
    texts.push(`Trước sửa: ${`${comparator}${value} ${unit}`.trim()}. Lý do: ${reason}`);
  }
  return texts.length === 0 ? {} : { note: texts.map((text) => ({ text })) };
}
