import { createHash } from 'node:crypto';
import type { Laboratory } from '../../laboratory/context.ts';
import { deviceResource, organizationResource, practitionerResource } from './agents.ts';
import { type Parameter, tokenMatches } from './parameters.ts';
import type { Resource } from './types.ts';

/** The few that stand behind results: read from lab.yaml and the users, all at once. */
export const agentTypes = ['Organization', 'Practitioner', 'Device'] as const;
export type AgentType = (typeof agentTypes)[number];

export const agentParameters: readonly string[] = ['_id', 'identifier'];

async function all(lab: Laboratory, type: AgentType): Promise<Resource[]> {
  switch (type) {
    case 'Organization':
      return [organizationResource(lab.config)];
    case 'Device':
      return lab.config.analyzers.map((line) => deviceResource(line, lab.config));
    case 'Practitioner': {
      const users = await lab.collections.users.find({}).toArray();
      return users.map((user) => practitionerResource(user, lab.config));
    }
    default:
      return type satisfies never;
  }
}

/** All that match, in the order of their ids. */
export async function searchAgents(
  lab: Laboratory,
  type: AgentType,
  parameters: readonly Parameter[],
): Promise<Resource[]> {
  const found = (await all(lab, type)).filter((resource) =>
    parameters.every(({ name, values }) =>
      values.some((value) => (name === '_id' ? value === resource.id : tokenMatches(value, identifiersOf(resource)))),
    ),
  );
  return found.map(versioned).sort((one, other) => (one.id < other.id ? -1 : 1));
}

export async function readAgent(lab: Laboratory, type: AgentType, id: string): Promise<Resource | null> {
  const found = (await all(lab, type)).find((resource) => resource.id === id);
  return found === undefined ? null : versioned(found);
}

/** They have no history of their own: the version is a mark of the content, so that a cached copy is known as stale. */
function versioned(resource: Resource): Resource {
  const versionId = createHash('sha256').update(JSON.stringify(resource)).digest('hex').slice(0, 16);
  return { ...resource, meta: { versionId } };
}

function identifiersOf(resource: Resource): { system?: string; code?: string }[] {
  const list: unknown = resource.identifier;
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown) =>
    typeof each === 'object' && each !== null && 'value' in each && 'system' in each
      ? [{ system: String(each.system), code: String(each.value) }]
      : [],
  );
}
