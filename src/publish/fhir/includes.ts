import type { Laboratory } from '../../laboratory/context.ts';
import { observationResource } from './observation.ts';
import { invalid } from './outcome.ts';
import { provenanceResource } from './provenance.ts';
import { readCurrent } from './read-current.ts';
import type { ReportMatch } from './report-types.ts';
import type { SearchRequest } from './search.ts';
import type { Resource } from './types.ts';

type Match = ReportMatch | { resource: Resource; report?: never };

interface Followed {
  /** Element of the match that holds the references. */
  readonly element: string;
  readonly type: string;
}

/** What `_include` may follow: element of the match -> type it leads to. */
const followed: Readonly<Record<string, Followed>> = {
  'DiagnosticReport:result': { element: 'result', type: 'Observation' },
  'DiagnosticReport:specimen': { element: 'specimen', type: 'Specimen' },
  'DiagnosticReport:subject': { element: 'subject', type: 'Patient' },
  'DiagnosticReport:patient': { element: 'subject', type: 'Patient' },
  'DiagnosticReport:based-on': { element: 'basedOn', type: 'ServiceRequest' },
  'DiagnosticReport:performer': { element: 'performer', type: 'Organization' },
  'DiagnosticReport:results-interpreter': { element: 'resultsInterpreter', type: 'Practitioner' },
  'Observation:specimen': { element: 'specimen', type: 'Specimen' },
  'Observation:subject': { element: 'subject', type: 'Patient' },
  'Observation:patient': { element: 'subject', type: 'Patient' },
  'Observation:based-on': { element: 'basedOn', type: 'ServiceRequest' },
  'Observation:device': { element: 'device', type: 'Device' },
  'Specimen:subject': { element: 'subject', type: 'Patient' },
  'Specimen:patient': { element: 'subject', type: 'Patient' },
  'ServiceRequest:subject': { element: 'subject', type: 'Patient' },
  'ServiceRequest:patient': { element: 'subject', type: 'Patient' },
  'ServiceRequest:specimen': { element: 'specimen', type: 'Specimen' },
};

/** Includes that a type knows, for the CapabilityStatement. */
export function includesKnown(type: string): string[] {
  return Object.keys(followed).filter((each) => each.startsWith(`${type}:`));
}

/** Reverse includes that a type knows. */
export function revincludesKnown(type: string): string[] {
  return type === 'DiagnosticReport' || type === 'Observation' ? ['Provenance:target'] : [];
}

/** What a search asks to be added, as far as the caller may see it. */
export interface Includes {
  readonly followed: readonly Followed[];
  readonly provenance: boolean;
}

/** Throws 400 under strict handling for an include that is not known. What lies outside the scope is left out. */
export function readIncludes(request: SearchRequest): Includes {
  const asked = (name: string): string[] =>
    request.parameters.filter((each) => each.name === name).flatMap((each) => each.values);
  const known: Followed[] = [];
  for (const include of asked('_include')) {
    const [type, element, target, more] = include.split(':');
    const found = more === undefined ? followed[`${type}:${element}`] : undefined;
    const fits = found !== undefined && type === request.type && (target === undefined || target === found.type);
    if (!fits && request.strict) throw invalid(`_include=${include} is not known`);
    if (fits && request.maySee(found.type)) known.push(found);
  }
  let provenance = false;
  for (const revinclude of asked('_revinclude')) {
    const fits = revincludesKnown(request.type).includes(revinclude);
    if (!fits && request.strict) throw invalid(`_revinclude=${revinclude} is not known`);
    if (fits && request.maySee('Provenance')) provenance = true;
  }
  return { followed: known, provenance };
}

/** What the includes add to a page, each resource once. */
export async function includesOf(lab: Laboratory, includes: Includes, matches: readonly Match[]): Promise<Resource[]> {
  const found = new Map<string, Resource>();
  const present = new Set(matches.map(({ resource }) => `${resource.resourceType}/${resource.id}`));
  for (const each of includes.followed) {
    for (const match of matches) await follow(lab, match, each, present, found);
  }
  if (includes.provenance) {
    for (const { report } of matches) {
      if (report === undefined) continue;
      const resource = provenanceResource(report, lab.config);
      found.set(`Provenance/${resource.id}`, resource);
    }
  }
  return [...found.values()];
}

async function follow(
  lab: Laboratory,
  { resource, report }: Match,
  { element, type }: Followed,
  present: ReadonlySet<string>,
  found: Map<string, Resource>,
): Promise<void> {
  if (type === 'Observation') {
    // Of the same report version, whatever was released since.
    for (const observed of report?.observations ?? []) {
      if (report === undefined) continue;
      const included = observationResource(report, observed, lab.config);
      found.set(`Observation/${included.id}`, included);
    }
    return;
  }
  for (const reference of references(resource[element])) {
    if (!reference.startsWith(`${type}/`) || present.has(reference) || found.has(reference)) continue;
    const included = await readCurrent(lab, type, reference.slice(type.length + 1));
    if (included !== null) found.set(reference, included);
  }
}

function references(element: unknown): string[] {
  const list: unknown[] = Array.isArray(element) ? element : [element];
  return list.flatMap((each) =>
    typeof each === 'object' && each !== null && 'reference' in each && typeof each.reference === 'string'
      ? [each.reference]
      : [],
  );
}
