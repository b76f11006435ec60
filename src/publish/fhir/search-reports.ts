import type { Laboratory } from '../../laboratory/context.ts';
import type { Filter } from '../../store/collection.ts';
import type { ReportDoc } from '../../store/documents.ts';
import { diagnosticReportResource } from './diagnostic-report.ts';
import { fhirId, keyOf, observationKeyOf, systems } from './identity.ts';
import { observationResource } from './observation.ts';
import { invalid } from './outcome.ts';
import { type DateRange, type Parameter, readDate, referenceId, tokenMatches, within } from './parameters.ts';
import type { CodeableConcept, Resource } from './types.ts';

export type ReportType = 'DiagnosticReport' | 'Observation';

/** A match and the report version it comes from (includes need it). */
export interface ReportMatch {
  readonly resource: Resource;
  readonly report: ReportDoc;
}

/** Where the next page begins: a position in commit order, not an offset, so that nothing slips between pages. */
export interface Position {
  readonly issued: string;
  readonly index: number;
}

export const reportParameters: Readonly<Record<ReportType, readonly string[]>> = {
  DiagnosticReport: [
    '_id',
    'identifier',
    'patient',
    'patient.identifier',
    'subject',
    'status',
    'category',
    'code',
    'date',
    'issued',
    '_lastUpdated',
    'based-on',
    'encounter',
    'specimen',
  ],
  Observation: [
    '_id',
    'identifier',
    'patient',
    'patient.identifier',
    'subject',
    'status',
    'category',
    'code',
    'date',
    '_lastUpdated',
    'encounter',
    'specimen',
  ],
};

/** What can be asked of the store's indexes; the rest is looked at row by row. */
export function storeFilter(lab: Laboratory, type: ReportType, parameters: readonly Parameter[]): Filter {
  const conditions: Filter[] = [{ latest: true }];
  for (const { name, values } of parameters) {
    if (name === 'patient' || name === 'subject') {
      const keys = values.flatMap((value) => keyOf(referenceId(value, 'Patient') ?? '') ?? []);
      conditions.push({ 'patient.id': { $in: keys } });
    } else if (name === 'patient.identifier') {
      conditions.push({ 'patient.id': { $in: values.map((value) => value.slice(value.indexOf('|') + 1)) } });
    } else if (name === '_id') {
      const accessions = values.flatMap((id) =>
        type === 'Observation' ? (observationKeyOf(id)?.accession ?? []) : (keyOf(id) ?? []),
      );
      conditions.push({ accession: { $in: accessions } });
    } else if (name === 'identifier' && type === 'DiagnosticReport') {
      conditions.push({ accession: { $in: values.map((value) => value.slice(value.indexOf('|') + 1)) } });
    } else if (name === 'specimen') {
      conditions.push({
        accession: { $in: values.flatMap((value) => keyOf(referenceId(value, 'Specimen') ?? '') ?? []) },
      });
    } else if (name === '_lastUpdated' || name === 'issued' || name === 'date') {
      const path = name === 'date' ? 'specimen.collectedAt' : 'issued';
      for (const value of values.slice(0, 1))
        conditions.push(rangeFilter(path, readDate(value, lab.config.lab.timeZone)));
    }
  }
  return { $and: conditions };
}

function rangeFilter(path: string, range: DateRange): Filter {
  if (range.not === true) return {};
  return {
    [path]: {
      ...(range.from === undefined ? {} : { $gte: range.from }),
      ...(range.to === undefined ? {} : { $lt: range.to }),
    },
  };
}

/** The matches of one report, in order. */
export function matchesOf(
  lab: Laboratory,
  type: ReportType,
  report: ReportDoc,
  parameters: readonly Parameter[],
): ReportMatch[] {
  const resources =
    type === 'DiagnosticReport'
      ? [diagnosticReportResource(report, lab.config, lab.catalogue)]
      : report.observations.map((each) => observationResource(report, each, lab.config));
  return resources
    .filter((resource) => parameters.every((parameter) => holds(lab, type, resource, report, parameter)))
    .map((resource) => ({ resource, report }));
}

function holds(
  lab: Laboratory,
  type: ReportType,
  resource: Resource,
  report: ReportDoc,
  parameter: Parameter,
): boolean {
  const { name, values } = parameter;
  switch (name) {
    case '_id':
      return values.includes(resource.id);
    case 'status':
      return values.some((value) => tokenMatches(value, [{ code: String(resource.status), system: undefined }]));
    case 'category':
      return values.some((value) => conceptsMatch(value, resource.category));
    case 'code':
      return values.some(
        (value) => conceptsMatch(value, [resource.code]) || (type === 'DiagnosticReport' && orderedAs(report, value)),
      );
    case 'identifier': {
      const value =
        type === 'DiagnosticReport' ? report.accession : resource.id.replace(/.*/, () => identifierOf(resource));
      return values.some((each) => tokenMatches(each, [{ system: systems(lab.config).accession, code: value }]));
    }
    case 'based-on':
      return values.some((value) =>
        report.orders.some((order) => fhirId(order.id) === referenceId(value, 'ServiceRequest')),
      );
    case 'encounter':
      return values.some(
        (value) => report.specimen.encounter !== undefined && value.split(/[/|]/).at(-1) === report.specimen.encounter,
      );
    case 'date':
      return values.some((value) => within(report.specimen.collectedAt, readDate(value, lab.config.lab.timeZone)));
    case 'issued':
    case '_lastUpdated':
      return values.some((value) => within(report.issued, readDate(value, lab.config.lab.timeZone)));
    default:
      return true;
  }
}

function identifierOf(resource: Resource): string {
  const identifiers = resource.identifier;
  if (!Array.isArray(identifiers)) return '';
  const first: unknown = identifiers[0];
  return typeof first === 'object' && first !== null && 'value' in first ? String(first.value) : '';
}

function orderedAs(report: ReportDoc, value: string): boolean {
  const code = value.slice(value.indexOf('|') + 1);
  return report.orders.some((order) => order.code === code);
}

function conceptsMatch(value: string, concepts: unknown): boolean {
  if (!Array.isArray(concepts)) return false;
  return (concepts as CodeableConcept[]).some((concept) => tokenMatches(value, concept.coding ?? []));
}

export function encodePosition(position: Position): string {
  return Buffer.from(JSON.stringify([position.issued, position.index])).toString('base64url');
}

export function decodePosition(text: string): Position {
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(read) && typeof read[0] === 'string' && typeof read[1] === 'number')
      return { issued: read[0], index: read[1] };
  } catch {
    // Falls through: a cursor that is not ours.
  }
  throw invalid('the page is not known');
}
