import type { LabConfig } from '../../laboratory/config.ts';
import { topics } from '../subscriptions/topics.ts';
import { includesKnown, revincludesKnown } from './includes.ts';
import { versionedTypes } from './read.ts';
import { parametersOf, type SearchableType, searchableTypes } from './search.ts';

const dateParameters = ['date', 'issued', 'recorded', '_lastUpdated', 'collected', 'authored', 'birthdate'];
const referenceParameters = ['patient', 'subject', 'specimen', 'based-on', 'encounter', 'target'];
const textParameters = ['name'];

function kindOf(name: string): string {
  if (dateParameters.includes(name)) return 'date';
  if (referenceParameters.includes(name)) return 'reference';
  return textParameters.includes(name) ? 'string' : 'token';
}

const lastUpdatedWords =
  'Moves with every released version (DiagnosticReport, Observation, Provenance) or stored change (others), strictly in commit order; next time ask for what is after Bundle.meta.lastUpdated.';

function resourceEntry(type: SearchableType): Record<string, unknown> {
  const versioned = versionedTypes.some((each) => each === type);
  const includes = includesKnown(type);
  const revincludes = revincludesKnown(type);
  return {
    type,
    interaction: [
      { code: 'read' },
      { code: 'search-type' },
      ...(type === 'ServiceRequest'
        ? [{ code: 'create', documentation: 'An order; idempotent on its identifier (system and value).' }]
        : []),
      ...(versioned ? [{ code: 'vread' }, { code: 'history-instance' }] : []),
    ],
    versioning: 'versioned',
    readHistory: versioned,
    updateCreate: false,
    conditionalRead: 'not-match',
    ...(includes.length === 0 ? {} : { searchInclude: includes }),
    ...(revincludes.length === 0 ? {} : { searchRevInclude: revincludes }),
    searchParam: parametersOf(type)
      .filter((name) => !name.includes('.'))
      .map((name) => ({
        name,
        type: kindOf(name),
        ...(name === '_lastUpdated' ? { documentation: lastUpdatedWords } : {}),
      })),
  };
}

/** Signed documents of other laboratories are taken in (POST Bundle). */
const bundleEntry = {
  type: 'Bundle',
  interaction: [{ code: 'create', documentation: 'A signed laboratory document; refused unless intact and trusted.' }],
};

/** Subscriptions of the R4 backport guide, by systems for themselves. */
const subscriptionEntry = {
  type: 'Subscription',
  interaction: ['create', 'read', 'update', 'delete', 'search-type'].map((code) => ({ code })),
  versioning: 'no-version',
  searchParam: [
    { name: '_id', type: 'token' },
    { name: 'status', type: 'token' },
  ],
  operation: ['status', 'events'].map((name) => ({
    name,
    definition: `http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-${name}`,
  })),
  documentation: `Topics: ${Object.values(topics).join(', ')}; rest-hook; empty, id-only, full-resource.`,
};

/** What this server does, no more and no less (a test asks it for all of it). */
export function capabilityStatement(config: LabConfig, base: string, version: string): Record<string, unknown> {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-25',
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['json', 'application/fhir+json'],
    software: { name: 'Cuvette', version },
    implementation: { description: config.lab.name, url: base },
    rest: [
      {
        mode: 'server',
        security: {
          service: [
            {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' },
              ],
            },
          ],
          description: 'Bearer tokens with SMART system scopes: .r reads, .s searches.',
        },
        resource: [...searchableTypes.map(resourceEntry), bundleEntry, subscriptionEntry],
      },
    ],
  };
}
