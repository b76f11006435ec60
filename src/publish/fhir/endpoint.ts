import type { LabConfig } from '../../laboratory/config.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import type { RecipientDoc } from '../../store/documents.ts';
import { laboratoryReference } from './agents.ts';
import { fhirId, systems } from './identity.ts';
import type { Coding, Resource } from './types.ts';

/**
 * Whose connections a caller may know of: persons who may see the recipients all of them, a system those of its own
 * subscriptions. Everyone knows the address he asks.
 */
export interface EndpointSight {
  readonly recipients: 'all' | 'none' | { readonly owner: string };
  /** Our base address, as the caller knows it. */
  readonly base: string;
}

/** The connections a caller may know of: ours, and those to recipients. */
export async function endpointsSeen(lab: Laboratory, { recipients, base }: EndpointSight): Promise<Resource[]> {
  const own = ownEndpoint(lab.config, base);
  if (recipients === 'none') return [own];
  const known = await lab.collections.recipients.find({}).toArray();
  const seen = known.filter(({ subscription }) => recipients === 'all' || subscription?.owner === recipients.owner);
  return [own, ...seen.flatMap((recipient) => endpointOf(recipient, lab.config))];
}

/** Where this server is asked. */
function ownEndpoint(config: LabConfig, base: string): Resource {
  return {
    resourceType: 'Endpoint',
    id: 'fhir-R4',
    identifier: [{ system: systems(config).endpoint, value: 'fhir-R4' }],
    status: 'active',
    connectionType: { system: connectionTypes, code: 'hl7-fhir-rest' },
    name: config.lab.name,
    managingOrganization: laboratoryReference(config),
    payloadType: [anything],
    payloadMimeType: ['application/fhir+json'],
    address: base,
  };
}

const connectionTypes = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type';
const anything = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/endpoint-payload-type', code: 'any' }],
  text: 'Laboratory reports',
};

interface Connection {
  readonly type: Coding;
  readonly mime: string;
  readonly address: string;
}

/** The connection to one recipient; none where reports go by file. What it signs in with is never part of it. */
function endpointOf(recipient: RecipientDoc, config: LabConfig): Resource[] {
  const connection = connectionOf(recipient, config);
  if (connection === null) return [];
  return [
    {
      resourceType: 'Endpoint',
      id: fhirId(`to-${recipient._id}`),
      identifier: [{ system: systems(config).endpoint, value: recipient._id }],
      status: statusOf(recipient),
      connectionType: connection.type,
      name: recipient.name ?? recipient._id,
      payloadType: [anything],
      payloadMimeType: [connection.mime],
      address: connection.address,
    },
  ];
}

function connectionOf({ hl7, fhir, webhook, subscription }: RecipientDoc, config: LabConfig): Connection | null {
  const rest = { system: connectionTypes, code: 'hl7-fhir-rest' };
  if (subscription !== undefined)
    return { type: rest, mime: 'application/fhir+json', address: placeOf(subscription.endpoint, false) };
  if (hl7 !== undefined)
    return {
      type: { system: connectionTypes, code: 'hl7v2-mllp' },
      mime: 'x-application/hl7-v2+er7',
      address: `${hl7.tls === undefined ? 'mllp' : 'mllps'}://${hl7.connect}`,
    };
  if (fhir !== undefined) return { type: rest, mime: 'application/fhir+json', address: placeOf(fhir.url, true) };
  if (webhook === undefined) return null;
  const type = { system: systems(config).connection, code: 'webhook' };
  return { type, mime: 'application/json', address: placeOf(webhook.url, false) };
}

/** An address without user, password and query; the path of a call-back may be a secret too. */
function placeOf(address: string, path: boolean): string {
  const { origin, pathname } = new URL(address);
  return path ? `${origin}${pathname}` : origin;
}

function statusOf({ paused, subscription }: RecipientDoc): string {
  if (subscription === undefined) return paused ? 'suspended' : 'active';
  return subscription.status === 'requested' ? 'suspended' : subscription.status;
}
