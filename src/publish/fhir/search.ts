import type { Laboratory } from '../../laboratory/context.ts';
import type { Filter } from '../../store/collection.ts';
import { includesOf } from './includes.ts';
import { invalid } from './outcome.ts';
import { type Parameter, readCount, readDate } from './parameters.ts';
import { plainSearches } from './search-others.ts';
import {
  decodePosition,
  encodePosition,
  matchesOf,
  type Position,
  type ReportMatch,
  type ReportType,
  reportParameters,
  storeFilter,
} from './search-reports.ts';
import type { Resource } from './types.ts';

export const searchableTypes = ['DiagnosticReport', 'Observation', 'Specimen', 'ServiceRequest', 'Patient'] as const;
export type SearchableType = (typeof searchableTypes)[number];

/** Parameters that shape the answer rather than choose what is in it. */
const shaping = ['_count', '_sort', '_include', '_revinclude', '_summary', '_total', '_format', '_cursor', '_pretty'];
const dates = ['date', 'issued', '_lastUpdated', 'collected', 'authored'];

export interface SearchRequest {
  readonly type: SearchableType;
  readonly parameters: readonly Parameter[];
  readonly strict: boolean;
  /** Whether the caller may see a type: an include never reaches beyond the scope. */
  readonly maySee: (type: string) => boolean;
  /** The base address, `https://host/fhir/R4`. */
  readonly base: string;
}

/** Names of search parameters of a type, for the CapabilityStatement too. */
export function parametersOf(type: SearchableType): readonly string[] {
  return type === 'DiagnosticReport' || type === 'Observation'
    ? reportParameters[type]
    : plainSearches[type].parameters;
}

/**
 * A searchset Bundle. Matches come in commit order, pages by position. `Bundle.meta.lastUpdated` is the mark up to which
 * everything released is seen: a poller asks next time for what is after it.
 */
export async function search(lab: Laboratory, request: SearchRequest): Promise<Record<string, unknown>> {
  const parameters = checked(request);
  const mark = await commitMark(lab);
  const count = readCount(request.parameters);
  const summary = request.parameters.find((each) => each.name === '_summary')?.values[0];
  if (summary === 'count' || count === 0)
    return bundle(request, parameters, mark, [], [], await total(lab, request.type, parameters));
  const cursor = request.parameters.find((each) => each.name === '_cursor')?.values[0];
  const page =
    request.type === 'DiagnosticReport' || request.type === 'Observation'
      ? await reportPage(lab, request.type, parameters, descending(request), cursor, count)
      : await plainPage(lab, request.type, parameters, cursor, count);
  const included = await includesOf(lab, request, page.matches);
  return bundle(
    request,
    parameters,
    mark,
    page.matches.map((each) => each.resource),
    included,
    undefined,
    page.next,
  );
}

/** The parameters in force. Throws 400 on a malformed one, and under strict handling on an unknown one. */
function checked(request: SearchRequest): Parameter[] {
  const known = parametersOf(request.type);
  const inForce: Parameter[] = [];
  for (const parameter of request.parameters) {
    if (shaping.includes(parameter.name)) continue;
    const typed = parameter.modifier === 'Patient' && ['subject', 'patient'].includes(parameter.name);
    if (!known.includes(parameter.name)) {
      if (request.strict) throw invalid(`search parameter ${parameter.name} is not known for ${request.type}`);
      continue;
    }
    if (parameter.modifier !== undefined && !typed)
      throw invalid(`modifier :${parameter.modifier} is not known for ${parameter.name}`);
    if (dates.includes(parameter.name)) for (const value of parameter.values) readDate(value, 'utc');
    inForce.push(parameter);
  }
  return inForce;
}

function descending(request: SearchRequest): boolean {
  const sort = request.parameters.find((each) => each.name === '_sort')?.values[0];
  if (sort === undefined || sort === '_lastUpdated' || sort === 'issued') return false;
  if (sort === '-_lastUpdated' || sort === '-issued') return true;
  // Collection times are not unique; commit order is the nearest order in which pages neither skip nor repeat.
  if (sort === 'date' || sort === '-date') return sort === '-date';
  if (request.strict) throw invalid(`sorting by ${sort} is not known`);
  return false;
}

interface Page {
  readonly matches: readonly (ReportMatch | { resource: Resource; report?: never })[];
  readonly next?: string;
}

/** Reports read at once while looking for matches. */
const batch = 100;

async function reportPage(
  lab: Laboratory,
  type: ReportType,
  parameters: readonly Parameter[],
  down: boolean,
  cursor: string | undefined,
  count: number,
): Promise<Page> {
  const filter = storeFilter(lab, type, parameters);
  const matches: ReportMatch[] = [];
  let position: Position | undefined = cursor === undefined ? undefined : decodePosition(cursor);
  for (;;) {
    const from: Filter =
      position === undefined ? {} : { issued: down ? { $lte: position.issued } : { $gte: position.issued } };
    const reports = await lab.collections.reports
      .find({ $and: [filter, from] }, { sort: { issued: down ? -1 : 1 }, limit: batch })
      .toArray();
    for (const report of reports) {
      const found = matchesOf(lab, type, report, parameters);
      const skip = position?.issued === report.issued ? position.index : 0;
      for (const [index, match] of found.entries()) {
        if (index < skip) continue;
        if (matches.length === count) return { matches, next: encodePosition({ issued: report.issued, index }) };
        matches.push(match);
      }
      position = { issued: report.issued, index: found.length };
    }
    if (reports.length < batch) return { matches };
  }
}

async function plainPage(
  lab: Laboratory,
  type: 'Patient' | 'Specimen' | 'ServiceRequest',
  parameters: readonly Parameter[],
  cursor: string | undefined,
  count: number,
): Promise<Page> {
  const after = cursor === undefined ? undefined : decodePosition(cursor).issued;
  const found = await plainSearches[type].page(lab, parameters, after, count + 1);
  const shown = found.slice(0, count);
  const last = shown.at(-1);
  const next = found.length > count && last !== undefined ? encodePosition({ issued: last.key, index: 0 }) : undefined;
  return { matches: shown.map(({ resource }) => ({ resource })), ...(next === undefined ? {} : { next }) };
}

async function total(lab: Laboratory, type: SearchableType, parameters: readonly Parameter[]): Promise<number> {
  if (type !== 'DiagnosticReport' && type !== 'Observation') return plainSearches[type].count(lab, parameters);
  let sum = 0;
  for await (const report of lab.collections.reports.find(storeFilter(lab, type, parameters))) {
    sum += matchesOf(lab, type, report, parameters).length;
  }
  return sum;
}

/** The newest commit that is visible: reports become visible in the order of their `issued`. */
async function commitMark(lab: Laboratory): Promise<string> {
  const [newest] = await lab.collections.reports
    .find({}, { sort: { issued: -1 }, limit: 1, projection: { issued: 1 } })
    .toArray();
  return newest?.issued ?? new Date(0).toISOString();
}

function bundle(
  request: SearchRequest,
  inForce: readonly Parameter[],
  mark: string,
  matches: readonly Resource[],
  included: readonly Resource[],
  count?: number,
  next?: string,
): Record<string, unknown> {
  const entry = (mode: 'match' | 'include') => (resource: Resource) => ({
    fullUrl: `${request.base}/${resource.resourceType}/${resource.id}`,
    resource,
    search: { mode },
  });
  const self = addressOf(request, [...inForce, ...request.parameters.filter((each) => shaping.includes(each.name))]);
  const entries = [...matches.map(entry('match')), ...included.map(entry('include'))];
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    meta: { lastUpdated: mark },
    ...(count === undefined ? {} : { total: count }),
    link: [
      { relation: 'self', url: self },
      ...(next === undefined ? [] : [{ relation: 'next', url: nextAddress(request, next) }]),
    ],
    ...(entries.length === 0 ? {} : { entry: entries }),
  };
}

function addressOf(request: SearchRequest, parameters: readonly Parameter[]): string {
  const query = new URLSearchParams();
  for (const { name, modifier, values } of parameters) {
    query.append(
      modifier === undefined ? name : `${name}:${modifier}`,
      values.map((value) => value.replaceAll(',', '\\,')).join(','),
    );
  }
  const text = query.toString();
  return `${request.base}/${request.type}${text === '' ? '' : `?${text}`}`;
}

function nextAddress(request: SearchRequest, cursor: string): string {
  const others = request.parameters.filter((each) => each.name !== '_cursor');
  return addressOf(request, [...others, { name: '_cursor', values: [cursor] }]);
}
