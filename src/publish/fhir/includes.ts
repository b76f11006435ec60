import type { Laboratory } from '../../laboratory/context.ts';
import { observationResource } from './observation.ts';
import { invalid } from './outcome.ts';
import { provenanceResource } from './provenance.ts';
import type { SearchRequest } from './search.ts';
import { type PlainType, plainSearches } from './search-others.ts';
import type { ReportMatch } from './search-reports.ts';
import type { Resource } from './types.ts';

type Match = ReportMatch | { resource: Resource; report?: never };

/** What `_include` may follow: element of the match -> type it leads to. */
const followed: Readonly<Record<string, { readonly element: string; readonly type: PlainType | 'Observation' }>> = {
  'DiagnosticReport:result': { element: 'result', type: 'Observation' },
  'DiagnosticReport:specimen': { element: 'specimen', type: 'Specimen' },
  'DiagnosticReport:subject': { element: 'subject', type: 'Patient' },
  'DiagnosticReport:patient': { element: 'subject', type: 'Patient' },
  'DiagnosticReport:based-on': { element: 'basedOn', type: 'ServiceRequest' },
  'Observation:specimen': { element: 'specimen', type: 'Specimen' },
  'Observation:subject': { element: 'subject', type: 'Patient' },
  'Observation:patient': { element: 'subject', type: 'Patient' },
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

/** What `_include` and `_revinclude` add to a page, each once, and only types the caller may see. */
export async function includesOf(
  lab: Laboratory,
  request: SearchRequest,
  matches: readonly Match[],
): Promise<Resource[]> {
  const wanted = request.parameters.filter((each) => each.name === '_include').flatMap((each) => each.values);
  const found = new Map<string, Resource>();
  const present = new Set(matches.map(({ resource }) => `${resource.resourceType}/${resource.id}`));
  for (const include of wanted) {
    const known = followed[include];
    if (known === undefined || !include.startsWith(`${request.type}:`)) {
      if (request.strict) throw invalid(`_include=${include} is not known`);
      continue;
    }
    if (!request.maySee(known.type)) continue;
    for (const match of matches) await follow(lab, match, known, present, found);
  }
  addProvenance(lab, request, matches, found);
  return [...found.values()];
}

async function follow(
  lab: Laboratory,
  match: Match,
  known: { readonly element: string; readonly type: PlainType | 'Observation' },
  present: ReadonlySet<string>,
  found: Map<string, Resource>,
): Promise<void> {
  if (known.type === 'Observation') {
    for (const observed of match.report?.observations ?? []) {
      if (match.report === undefined) continue;
      const resource = observationResource(match.report, observed, lab.config);
      found.set(`Observation/${resource.id}`, resource);
    }
    return;
  }
  for (const reference of references(match.resource[known.element])) {
    if (present.has(reference) || found.has(reference)) continue;
    const resource = await plainSearches[known.type].read(lab, reference.slice(reference.indexOf('/') + 1));
    if (resource !== null) found.set(reference, resource);
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

function addProvenance(
  lab: Laboratory,
  request: SearchRequest,
  matches: readonly Match[],
  found: Map<string, Resource>,
): void {
  const wanted = request.parameters.filter((each) => each.name === '_revinclude').flatMap((each) => each.values);
  for (const revinclude of wanted) {
    if (revinclude !== 'Provenance:target') {
      if (request.strict) throw invalid(`_revinclude=${revinclude} is not known`);
      continue;
    }
    if (!request.maySee('Provenance')) continue;
    for (const { report } of matches) {
      if (report === undefined) continue;
      const resource = provenanceResource(report, lab.config);
      found.set(`Provenance/${resource.id}`, resource);
    }
  }
}
