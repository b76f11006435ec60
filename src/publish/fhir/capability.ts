import type { LabConfig } from '../../laboratory/config.ts';
import { includesKnown } from './includes.ts';
import { parametersOf, type SearchableType, searchableTypes } from './search.ts';

const dateParameters = ['date', 'issued', '_lastUpdated', 'collected', 'authored', 'birthdate'];
const referenceParameters = ['patient', 'subject', 'specimen', 'based-on', 'encounter'];
const textParameters = ['name'];

function kindOf(name: string): string {
  if (dateParameters.includes(name)) return 'date';
  if (referenceParameters.includes(name)) return 'reference';
  return textParameters.includes(name) ? 'string' : 'token';
}

function resourceEntry(type: SearchableType): Record<string, unknown> {
  const versioned = type === 'DiagnosticReport';
  return {
    type,
    interaction: [
      { code: 'read' },
      { code: 'search-type' },
      ...(versioned ? [{ code: 'vread' }, { code: 'history-instance' }] : []),
    ],
    versioning: versioned ? 'versioned' : 'no-version',
    readHistory: versioned,
    updateCreate: false,
    ...(type === 'DiagnosticReport' || type === 'Observation' ? { searchRevInclude: ['Provenance:target'] } : {}),
    searchInclude: includesKnown(type),
    searchParam: parametersOf(type)
      .filter((name) => !name.includes('.'))
      .map((name) => ({
        name,
        type: kindOf(name),
        ...(name === '_lastUpdated'
          ? {
              documentation:
                'Moves with every released version, in commit order; ask for what is after Bundle.meta.lastUpdated.',
            }
          : {}),
      })),
  };
}

/** What this server does, no more and no less (a test asks it for all of it). */
export function capabilityStatement(config: LabConfig, base: string, version: string): Record<string, unknown> {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-24',
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
          description: 'Bearer tokens with SMART system scopes.',
        },
        resource: [
          ...searchableTypes.map(resourceEntry),
          { type: 'Provenance', interaction: [{ code: 'read' }], versioning: 'no-version' },
        ],
      },
    ],
  };
}
