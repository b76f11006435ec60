import { createHash } from 'node:crypto';
import type { Laboratory } from '../../laboratory/context.ts';
import { deviceResource, organizationResource, practitionerResource } from './agents.ts';
import { type EndpointSight, endpointsSeen } from './endpoint.ts';
import { identifiersOf, type Parameter, tokenMatches } from './parameters.ts';
import type { Resource } from './types.ts';

/** The few that stand behind results: read from lab.yaml and the users, all at once. */
export const agentTypes = ['Organization', 'Practitioner', 'Device', 'Endpoint'] as const;
export type AgentType = (typeof agentTypes)[number];

export function agentParameters(type: AgentType): readonly string[] {
  return type === 'Endpoint' ? ['_id', 'identifier', 'status', 'connection-type'] : ['_id', 'identifier'];
}

async function all(lab: Laboratory, type: AgentType, sight: EndpointSight): Promise<Resource[]> {
  switch (type) {
    case 'Endpoint':
      return endpointsSeen(lab, sight);
    case 'Organization':
      return [organizationResource(lab.config)];
    case 'Device':
      return lab.config.analyzers.map((line) => deviceResource(line, lab.config, lab.catalogue));
    case 'Practitioner': {
      const users = await lab.collections.users.find({}).toArray();
      return users.map((user) => practitionerResource(user, lab.config));
    }
    default:
      return type satisfies never;
  }
}

/** All that match, in the order of their ids. `sight`: which connections the caller may know of. */
export async function searchAgents(
  lab: Laboratory,
  type: AgentType,
  parameters: readonly Parameter[],
  sight: EndpointSight,
): Promise<Resource[]> {
  const found = (await all(lab, type, sight)).filter((resource) =>
    parameters.every(({ name, values }) => values.some((value) => holds(resource, name, value))),
  );
  return found.map(versioned).sort((one, other) => (one.id < other.id ? -1 : 1));
}

function holds(resource: Resource, name: string, value: string): boolean {
  switch (name) {
    case '_id':
      return value === resource.id;
    case 'status':
      return tokenMatches(value, [{ system: 'http://hl7.org/fhir/endpoint-status', code: String(resource.status) }]);
    case 'connection-type': {
      const type: unknown = resource.connectionType;
      return typeof type === 'object' && type !== null && tokenMatches(value, [type]);
    }
    default:
      return tokenMatches(value, identifiersOf(resource));
  }
}

export async function readAgent(
  lab: Laboratory,
  type: AgentType,
  id: string,
  sight: EndpointSight,
): Promise<Resource | null> {
  const found = (await all(lab, type, sight)).find((resource) => resource.id === id);
  return found === undefined ? null : versioned(found);
}

/** They have no history of their own: the version is a mark of the content, so that a cached copy is known as stale. */
function versioned(resource: Resource): Resource {
  const versionId = createHash('sha256').update(JSON.stringify(resource)).digest('hex').slice(0, 16);
  return { ...resource, meta: { versionId } };
}
