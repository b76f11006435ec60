import type { Laboratory } from '../../laboratory/context.ts';
import type { Filter } from '../../store/collection.ts';
import type { ReportDoc } from '../../store/documents.ts';
import { diagnosticReportResource } from './diagnostic-report.ts';
import { keyOf, observationId, observationKeyOf, systems } from './identity.ts';
import { observationResource } from './observation.ts';
import {
  type DateRange,
  identifiersOf,
  type Parameter,
  readDate,
  referenceId,
  tokenMatches,
  within,
} from './parameters.ts';
import { provenanceResource } from './provenance.ts';
import type { CodeableConcept, Resource } from './types.ts';

/** The types whose resources are made from report versions. */
export type ReportType = 'DiagnosticReport' | 'Observation' | 'Provenance';

/** A match and the report version it comes from (includes need it). */
export interface ReportMatch {
  readonly resource: Resource;
  readonly report: ReportDoc;
}

const shared = ['_id', 'patient', 'patient.identifier', 'subject', 'status', 'category', 'code', 'date', 'issued'];
const about = ['identifier', 'encounter', 'specimen', 'based-on', '_lastUpdated'];

export const reportParameters: Readonly<Record<ReportType, readonly string[]>> = {
  DiagnosticReport: [...shared, ...about],
  Observation: [...shared, ...about],
  Provenance: ['_id', 'target', 'patient', 'recorded', '_lastUpdated'],
};

/** What the store's indexes can answer; the rest is looked at report by report in `matchesOf`. */
export async function storeFilter(
  lab: Laboratory,
  type: ReportType,
  parameters: readonly Parameter[],
): Promise<Filter[]> {
  const conditions: Filter[] = [];
  for (const parameter of parameters) {
    const condition = await conditionOf(lab, type, parameter);
    if (condition !== null) conditions.push(condition);
  }
  return conditions;
}

async function conditionOf(lab: Laboratory, type: ReportType, { name, values }: Parameter): Promise<Filter | null> {
  switch (name) {
    case 'patient':
    case 'subject':
      return { 'patient.id': { $in: values.flatMap((value) => keyOf(referenceId(value, 'Patient') ?? '') ?? []) } };
    case 'patient.identifier':
      return { 'patient.id': { $in: values.flatMap((value) => patientOf(lab, value)) } };
    case '_id':
      return { accession: { $in: values.flatMap((id) => accessionOfId(type, id)) } };
    case 'identifier':
      return { accession: { $in: values.flatMap((value) => accessionOfIdentifier(type, value)) } };
    case 'specimen':
      return { accession: { $in: values.flatMap((value) => keyOf(referenceId(value, 'Specimen') ?? '') ?? []) } };
    case 'target':
      return { accession: { $in: values.flatMap(accessionOfTarget) } };
    case 'based-on': {
      const ids = values.flatMap((value) => keyOf(referenceId(value, 'ServiceRequest') ?? '') ?? []);
      const orders = await lab.collections.orders.find({ _id: { $in: ids } }).toArray();
      return { accession: { $in: orders.map((order) => order.accession) } };
    }
    case '_lastUpdated':
    case 'issued':
    case 'recorded':
      return rangeFilter('issued', values, lab.config.lab.timeZone);
    case 'date':
      return rangeFilter('specimen.collectedAt', values, lab.config.lab.timeZone);
    default:
      return null;
  }
}

/** A range the index can walk; several values (any may match) and `ne` are left to `matchesOf`. */
function rangeFilter(path: string, values: readonly string[], zone: string): Filter | null {
  const [value, more] = values;
  if (value === undefined || more !== undefined) return null;
  const range: DateRange = readDate(value, zone);
  if (range.not === true) return null;
  return {
    [path]: {
      ...(range.from === undefined ? {} : { $gte: range.from }),
      ...(range.to === undefined ? {} : { $lt: range.to }),
    },
  };
}

/** A patient identifier of this laboratory; one of another system is not what reports are filed by. */
function patientOf(lab: Laboratory, value: string): string[] {
  const bar = value.indexOf('|');
  const system = value.slice(0, Math.max(bar, 0));
  return bar > 0 && system !== systems(lab.config).patient ? [] : [value.slice(bar + 1)];
}

function accessionOfId(type: ReportType, id: string): string[] {
  if (type === 'Observation') return [observationKeyOf(id)?.accession ?? ''].filter((each) => each !== '');
  const key = keyOf(id);
  if (key === null) return [];
  return type === 'Provenance' ? [key.replace(/-v\d+$/, '')] : [key];
}

function accessionOfIdentifier(type: ReportType, value: string): string[] {
  const bare = value.slice(value.indexOf('|') + 1);
  return type === 'Observation' ? [bare.slice(0, Math.max(bare.lastIndexOf('/'), 0))] : [bare];
}

function accessionOfTarget(value: string): string[] {
  const [type, id] = value
    .split('/')
    .filter((part) => part !== '' && part !== '_history')
    .slice(-3);
  const report = referenceId(value.replace(/\/_history\/\d+$/, ''), 'DiagnosticReport');
  const observation = referenceId(value, 'Observation');
  if (type === undefined || id === undefined) return [];
  if (report !== null) return [keyOf(report) ?? ''];
  return observation === null ? [] : [observationKeyOf(observation)?.accession ?? ''];
}

/** The matches of one report version, in order. */
export function matchesOf(
  lab: Laboratory,
  type: ReportType,
  report: ReportDoc,
  parameters: readonly Parameter[],
): ReportMatch[] {
  return resourcesOf(lab, type, report)
    .filter((resource) => parameters.every((parameter) => holds(lab, type, resource, report, parameter)))
    .map((resource) => ({ resource, report }));
}

/** What a report version is on the FHIR side: one report, one provenance, or its observations. */
export function resourcesOf(lab: Laboratory, type: ReportType, report: ReportDoc): Resource[] {
  switch (type) {
    case 'DiagnosticReport':
      return [diagnosticReportResource(report, lab.config, lab.catalogue)];
    case 'Observation':
      return report.observations.map((each) => observationResource(report, each, lab.config));
    case 'Provenance':
      return [provenanceResource(report, lab.config)];
    default:
      return type satisfies never;
  }
}

/** One resource of a report version by its id; undefined when the version has none of it. */
export function resourceOf(lab: Laboratory, type: ReportType, report: ReportDoc, id: string): Resource | undefined {
  if (type !== 'Observation') return resourcesOf(lab, type, report).find((each) => each.id === id);
  const observed = report.observations.find((each) => observationId(report.accession, each.analyte) === id);
  return observed === undefined ? undefined : observationResource(report, observed, lab.config);
}

const statusSystems = {
  DiagnosticReport: 'http://hl7.org/fhir/diagnostic-report-status',
  Observation: 'http://hl7.org/fhir/observation-status',
  Provenance: '',
} as const;

function holds(
  lab: Laboratory,
  type: ReportType,
  resource: Resource,
  report: ReportDoc,
  { name, values }: Parameter,
): boolean {
  const zone = lab.config.lab.timeZone;
  switch (name) {
    case '_id':
      return values.includes(resource.id);
    case 'status':
      return values.some((value) =>
        tokenMatches(value, [{ code: String(resource.status), system: statusSystems[type] }]),
      );
    case 'category':
      return values.some((value) => conceptsMatch(value, resource.category));
    case 'code':
      return values.some(
        (value) =>
          conceptsMatch(value, [resource.code]) || (type === 'DiagnosticReport' && orderedAs(lab, report, value)),
      );
    case 'identifier':
      return values.some((value) => tokenMatches(value, identifiersOf(resource)));
    case 'target':
      return values.some((value) => referencesOf(resource.target).some((target) => sameReference(target, value)));
    case 'based-on':
      // As the resource itself says: of a report every order, of a value the one that asked for it.
      return values.some((value) => {
        const order = referenceId(value, 'ServiceRequest');
        return order !== null && referencesOf(resource.basedOn).includes(`ServiceRequest/${order}`);
      });
    case 'encounter':
      return values.some(
        (value) => report.specimen.encounter !== undefined && value.split(/[/|]/).at(-1) === report.specimen.encounter,
      );
    case 'date':
      return values.some((value) => within(report.specimen.collectedAt, readDate(value, zone)));
    case 'issued':
    case 'recorded':
    case '_lastUpdated':
      return values.some((value) => within(report.issued, readDate(value, zone)));
    default:
      return true;
  }
}

function referencesOf(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown) =>
    typeof each === 'object' && each !== null && 'reference' in each ? [String(each.reference)] : [],
  );
}

/** `Type/id`, with or without a base address or version. */
function sameReference(target: string, value: string): boolean {
  return value === target || value.endsWith(`/${target}`);
}

/** A report is also found by the codes of the panels and analytes that were ordered. */
function orderedAs(lab: Laboratory, report: ReportDoc, value: string): boolean {
  return report.orders.some((order) => {
    const panel = lab.catalogue.panel(order.code);
    const loinc = (panel ?? lab.catalogue.analyte(order.code))?.loinc;
    return tokenMatches(value, [
      { system: systems(lab.config)[panel === undefined ? 'analyte' : 'panel'], code: order.code },
      ...(loinc === undefined ? [] : [{ system: 'http://loinc.org', code: loinc }]),
    ]);
  });
}

function conceptsMatch(value: string, concepts: unknown): boolean {
  if (!Array.isArray(concepts)) return false;
  return concepts.some((concept: CodeableConcept) => tokenMatches(value, concept.coding ?? []));
}
