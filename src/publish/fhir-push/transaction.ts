import type { Laboratory } from '../../laboratory/context.ts';
import type { ReportDoc } from '../../store/documents.ts';
import { systems } from '../fhir/identity.ts';
import { readCurrent } from '../fhir/read-current.ts';
import { resourcesOf } from '../fhir/report-types.ts';
import type { Resource } from '../fhir/types.ts';

/** A report version for another FHIR server: what to write, and the Bundle that writes it. */
export interface ReportTransaction {
  /** Report, observations and provenance of this version: what is read back. */
  readonly resources: readonly Resource[];
  readonly bundle: Record<string, unknown>;
}

/**
 * One transaction that writes the whole report under our ids, so that a second try changes nothing. The patient belongs
 * to the receiver: he is created only where his identifier is not known there, never written over.
 */
export async function reportTransaction(lab: Laboratory, report: ReportDoc): Promise<ReportTransaction> {
  const resources = (['DiagnosticReport', 'Observation', 'Provenance'] as const).flatMap((type) =>
    resourcesOf(lab, type, report),
  );
  const around: Resource[] = [];
  const seen = new Set(resources.map(({ resourceType, id }) => `${resourceType}/${id}`));
  for (const reference of resources.flatMap(referencesIn)) {
    const [type = '', id = ''] = reference.split('/');
    if (seen.has(reference) || reference.includes('/_history/')) continue;
    seen.add(reference);
    const found = await readCurrent(lab, type, id);
    if (found !== null) around.push(found);
  }
  const order = ['Organization', 'Practitioner', 'Device', 'Patient', 'ServiceRequest', 'Specimen'];
  around.sort((one, other) => order.indexOf(one.resourceType) - order.indexOf(other.resourceType));
  return {
    resources,
    bundle: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [...around, ...[...resources].reverse()].map((resource) => ({
        fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
        resource,
        request: requestOf(lab, resource),
      })),
    },
  };
}

/** References inside the transaction resolve against each entry's fullUrl. */
const base = 'http://cuvette.invalid/fhir/R4';

function requestOf(lab: Laboratory, { resourceType, id, identifier }: Resource): Record<string, unknown> {
  if (resourceType !== 'Patient') return { method: 'PUT', url: `${resourceType}/${id}` };
  const [first]: unknown[] = Array.isArray(identifier) ? identifier : [];
  const value = typeof first === 'object' && first !== null && 'value' in first ? String(first.value) : id;
  const token = `${systems(lab.config).patient}|${value}`;
  return { method: 'POST', url: 'Patient', ifNoneExist: `identifier=${encodeURIComponent(token)}` };
}

/** Every relative reference in a resource, depth first. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'reference' && typeof member === 'string' ? [member] : referencesIn(member),
  );
}
