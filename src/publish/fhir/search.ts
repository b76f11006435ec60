import type { Laboratory } from '../../laboratory/context.ts';
import type { EndpointSight } from './endpoint.ts';
import { includesOf, readIncludes } from './includes.ts';
import { FhirProblem, invalid } from './outcome.ts';
import { type Parameter, readCount, readDate } from './parameters.ts';
import { decodePosition, encodePosition } from './position.ts';
import { type ReportMatch, type ReportType, reportParameters } from './report-types.ts';
import { type AgentType, agentParameters, agentTypes, searchAgents } from './search-agents.ts';
import { type PlainType, plainSearches } from './search-others.ts';
import { countReports, type Order, reportMark, reportPage } from './search-reports.ts';
import { searchset } from './searchset.ts';
import type { Resource } from './types.ts';

const reportTypes = ['DiagnosticReport', 'Observation', 'Provenance'] as const satisfies readonly ReportType[];
const plainTypes = ['Specimen', 'ServiceRequest', 'Patient'] as const satisfies readonly PlainType[];
export const searchableTypes = [...reportTypes, ...plainTypes, ...agentTypes] as const;
export type SearchableType = (typeof searchableTypes)[number];

/** Parameters that shape the answer rather than choose what is in it. */
const shaping = ['_count', '_sort', '_include', '_revinclude', '_summary', '_total', '_format', '_cursor', '_pretty'];
const dates = ['date', 'issued', 'recorded', '_lastUpdated', 'collected', 'authored', 'birthdate'];

export interface SearchRequest {
  readonly type: SearchableType;
  readonly parameters: readonly Parameter[];
  readonly strict: boolean;
  /** Whether the caller may see a type: an include or chain never reaches beyond the scope. */
  readonly maySee: (type: string) => boolean;
  /** Which connections the caller may know of. */
  readonly sight: EndpointSight;
  /** The base address, `https://host/fhir/R4`. */
  readonly base: string;
}

function isReportType(type: SearchableType): type is ReportType {
  return reportTypes.some((each) => each === type);
}

function isAgentType(type: SearchableType): type is AgentType {
  return agentTypes.some((each) => each === type);
}

/** Names of search parameters of a type, for the CapabilityStatement too. */
export function parametersOf(type: SearchableType): readonly string[] {
  if (isReportType(type)) return reportParameters[type];
  return isAgentType(type) ? agentParameters(type) : plainSearches[type].parameters;
}

/** What a `_sort` may name. */
function sortsOf(type: SearchableType): readonly string[] {
  if (type === 'DiagnosticReport' || type === 'Observation') return ['_lastUpdated', 'issued', 'date'];
  return isAgentType(type) ? [] : ['_lastUpdated'];
}

/** One page of matches, in order. */
interface Page {
  readonly matches: readonly (ReportMatch | { resource: Resource; report?: never })[];
  readonly mark?: string;
  readonly next?: string;
}

/**
 * A searchset Bundle. Matches come in commit order, pages by position. `Bundle.meta.lastUpdated` is the mark up to which
 * everything is seen: a poller asks next time for what is after it. Throws 400 and 403 as FhirProblem.
 */
export async function search(lab: Laboratory, request: SearchRequest): Promise<Record<string, unknown>> {
  const parameters = checked(request);
  const includes = readIncludes(request);
  const order = orderOf(request);
  const count = readCount(request.parameters);
  const shape = readShape(request);
  const applied = [...parameters, ...request.parameters.filter((each) => shapes(request, each))];
  if (shape.countOnly || count === 0) {
    const total = await totalOf(lab, request, parameters);
    return searchset({ ...request, applied, matches: [], included: [], mark: total.mark, total: total.count });
  }
  const cursor = request.parameters.find((each) => each.name === '_cursor')?.values[0];
  const page = await pageOf(lab, request, parameters, order, cursor, count);
  const whole = page.next === undefined && cursor === undefined;
  const total = whole ? page.matches.length : shape.total ? (await totalOf(lab, request, parameters)).count : undefined;
  return searchset({
    ...request,
    applied,
    matches: page.matches.map((each) => each.resource),
    included: await includesOf(lab, includes, page.matches),
    mark: page.mark,
    total,
    next: page.next,
  });
}

/** The parameters in force. Throws 400 on a malformed one, 403 on a chain beyond the scope, under strict on an unknown one. */
function checked(request: SearchRequest): Parameter[] {
  const known = parametersOf(request.type);
  const inForce: Parameter[] = [];
  for (const parameter of request.parameters) {
    const { name, modifier, values } = parameter;
    if (shaping.includes(name)) {
      if (modifier !== undefined && request.strict) throw invalid(`modifier :${modifier} is not known for ${name}`);
      continue;
    }
    if (!known.includes(name)) {
      if (request.strict) throw invalid(`search parameter ${name} is not known for ${request.type}`);
      continue;
    }
    const typed = modifier === 'Patient' && ['subject', 'patient'].includes(name);
    if (modifier !== undefined && !typed) throw invalid(`modifier :${modifier} is not known for ${name}`);
    if (values.some((value) => value.trim() === '')) throw invalid(`${name} has no value`);
    if (name.startsWith('patient.') && !request.maySee('Patient'))
      throw new FhirProblem(403, 'forbidden', `the scope does not reach Patient, which ${name} asks for`);
    if (dates.includes(name)) for (const value of values) readDate(value, 'utc');
    inForce.push(parameter);
  }
  return inForce;
}

/** Whether a parameter shapes the answer as asked: the self link tells nothing that was passed over. */
function shapes({ type }: SearchRequest, { name, values }: Parameter): boolean {
  const value = values.join(',');
  if (name === '_sort') return sortsOf(type).includes(value.replace(/^-/, ''));
  if (name === '_summary') return value === 'count' || value === 'false';
  return shaping.includes(name);
}

function orderOf(request: SearchRequest): Order {
  const sort = request.parameters.find((each) => each.name === '_sort')?.values.join(',');
  if (sort === undefined || sort === '') return { path: 'issued', down: false };
  const name = sort.replace(/^-/, '');
  if (!sortsOf(request.type).includes(name)) {
    if (request.strict) throw invalid(`sorting by ${sort} is not known for ${request.type}`);
    return { path: 'issued', down: false };
  }
  return { path: name === 'date' ? 'specimen.collectedAt' : 'issued', down: sort.startsWith('-') };
}

function readShape(request: SearchRequest): { countOnly: boolean; total: boolean } {
  const first = (name: string): string | undefined => request.parameters.find((each) => each.name === name)?.values[0];
  const summary = first('_summary');
  if (request.strict && summary !== undefined && !['count', 'false'].includes(summary))
    throw invalid(`_summary=${summary} is not known`);
  const total = first('_total');
  if (request.strict && total !== undefined && !['none', 'estimate', 'accurate'].includes(total))
    throw invalid(`_total=${total} is not known`);
  return { countOnly: summary === 'count', total: total === 'accurate' || total === 'estimate' };
}

async function pageOf(
  lab: Laboratory,
  { type, sight }: SearchRequest,
  parameters: readonly Parameter[],
  order: Order,
  cursor: string | undefined,
  count: number,
): Promise<Page> {
  const position = cursor === undefined ? undefined : decodePosition(cursor);
  if (isReportType(type)) {
    const mark = position?.mark ?? (await reportMark(lab));
    const { matches, next } = await reportPage(lab, type, parameters, order, { mark, position }, count);
    return { matches, mark, ...(next === undefined ? {} : { next: encodePosition(next) }) };
  }
  if (isAgentType(type)) {
    const all = await searchAgents(lab, type, parameters, sight);
    const shown = all.filter((each) => position === undefined || each.id > position.id).slice(0, count);
    const last = shown.at(-1);
    const more = last !== undefined && all.at(-1)?.id !== last.id;
    return {
      matches: shown.map((resource) => ({ resource })),
      ...(more ? { next: encodePosition({ mark: '', key: '', id: last.id, shown: 0 }) } : {}),
    };
  }
  const mark = position?.mark ?? (await plainSearches[type].mark(lab));
  const found = await plainSearches[type].page(lab, parameters, position?.key, count + 1, order.down);
  const shown = found.slice(0, count);
  const last = shown.at(-1);
  return {
    matches: shown.map(({ resource }) => ({ resource })),
    mark,
    ...(found.length > count && last !== undefined
      ? { next: encodePosition({ mark, key: last.key, id: '', shown: 0 }) }
      : {}),
  };
}

async function totalOf(
  lab: Laboratory,
  { type, sight }: SearchRequest,
  parameters: readonly Parameter[],
): Promise<{ count: number; mark?: string }> {
  if (isReportType(type)) {
    const mark = await reportMark(lab);
    return { mark, count: await countReports(lab, type, parameters) };
  }
  if (isAgentType(type)) return { count: (await searchAgents(lab, type, parameters, sight)).length };
  const mark = await plainSearches[type].mark(lab);
  return { mark, count: await plainSearches[type].count(lab, parameters) };
}
