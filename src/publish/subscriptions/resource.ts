import { z } from 'zod';
import type { RecipientDoc, SubscriptionSettings } from '../../store/documents.ts';
import { keyOf } from '../fhir/identity.ts';
import { invalid } from '../fhir/outcome.ts';
import { readParameters, referenceId } from '../fhir/parameters.ts';
import type { Resource } from '../fhir/types.ts';
import type { SubscribedRecipient } from './notification.ts';
import { contents, extensions, type Topic, topics } from './topics.ts';

const extension = z.looseObject({
  url: z.string(),
  valueString: z.string().optional(),
  valueCode: z.string().optional(),
  valueUnsignedInt: z.int().min(0).optional(),
});

const subscriptionSchema = z.looseObject({
  resourceType: z.literal('Subscription'),
  status: z.enum(['requested', 'active', 'off']).optional(),
  reason: z.string().max(500).optional(),
  end: z.iso.datetime({ offset: true }).optional(),
  criteria: z.string(),
  _criteria: z.looseObject({ extension: z.array(extension).optional() }).optional(),
  channel: z.looseObject({
    type: z.literal('rest-hook'),
    endpoint: z.string().max(1000),
    payload: z.string().optional(),
    _payload: z.looseObject({ extension: z.array(extension).optional() }).optional(),
    header: z.array(z.string().max(4000)).max(20).optional(),
    extension: z.array(extension).optional(),
  }),
});

type Settings = Omit<SubscriptionSettings, 'status' | 'owner' | 'base' | 'error'>;

/** What a Subscription resource asks for. Throws 400 in words where we can't do it. */
export function readSubscription(body: unknown): Settings {
  const parsed = subscriptionSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'is not a Subscription'}`);
  }
  const { criteria, _criteria, channel, reason, end } = parsed.data;
  const topic: Topic | undefined = Object.values(topics).find((each) => each === criteria);
  if (topic === undefined) throw invalid(`criteria must be one of ${Object.values(topics).join(', ')}`);
  const filter = (_criteria?.extension ?? []).find((each) => each.url === extensions.filter)?.valueString;
  const patient = patientOf(filter);
  if (topic === topics.patient && patient === undefined)
    throw invalid(`a subscription to ${topic} names one patient: DiagnosticReport?patient=…`);
  const wanted =
    (channel._payload?.extension ?? []).find((each) => each.url === extensions.content)?.valueCode ?? 'id-only';
  const content = contents.find((each) => each === wanted);
  if (content === undefined) throw invalid(`payload content must be one of ${contents.join(', ')}`);
  if (channel.payload !== undefined && !/json/.test(channel.payload))
    throw invalid('payload must be application/fhir+json');
  requireEndpoint(channel.endpoint);
  const number = (url: string): number | undefined =>
    (channel.extension ?? []).find((each) => each.url === url)?.valueUnsignedInt;
  const heartbeatSeconds = number(extensions.heartbeat);
  const timeoutSeconds = number(extensions.timeout);
  return {
    topic,
    content,
    endpoint: channel.endpoint,
    ...(patient === undefined ? {} : { patient }),
    ...(channel.header === undefined ? {} : { headers: headersOf(channel.header) }),
    ...(heartbeatSeconds === undefined || heartbeatSeconds === 0 ? {} : { heartbeatSeconds }),
    ...(timeoutSeconds === undefined || timeoutSeconds === 0 ? {} : { timeoutSeconds: Math.min(timeoutSeconds, 60) }),
    ...(reason === undefined ? {} : { reason }),
    ...(end === undefined ? {} : { end: new Date(end).toISOString() }),
  };
}

/** The patient of `DiagnosticReport?patient=…`; a category beside it may only be LAB. Throws 400. */
function patientOf(filter: string | undefined): string | undefined {
  if (filter === undefined) return undefined;
  const [type, query = ''] = filter.split('?');
  if (type !== 'DiagnosticReport' && type !== 'Observation') throw invalid('the filter must be on DiagnosticReport');
  let patient: string | undefined;
  for (const { name, values } of readParameters(new URLSearchParams(query))) {
    const [value = '', more] = values;
    if (name === 'patient' && more === undefined) patient = keyOf(referenceId(value, 'Patient') ?? '') ?? undefined;
    else if (name !== 'category' || !/(^|\|)(LAB|laboratory)$/.test(value))
      throw invalid(`the filter knows patient and category=LAB, not ${name}`);
  }
  if (patient === undefined && query.includes('patient')) throw invalid('the filter names no patient');
  return patient;
}

/** Results travel over TLS; without it only to this machine. Throws 400. */
function requireEndpoint(address: string): void {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw invalid('channel.endpoint is not an address');
  }
  const here = ['localhost', '[::1]'].includes(url.hostname) || /^127\.\d+\.\d+\.\d+$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && here))
    throw invalid('channel.endpoint must be https (http only on this machine)');
}

const notTheirs = /^(host|content-|transfer-|connection|upgrade|te$|trailer|expect)/i;

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = /^([A-Za-z0-9-]{1,100}): ?([\t\x20-\x7e]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined || notTheirs.test(name))
      throw invalid('channel.header is not one we send');
    headers[name] = value;
  }
  return headers;
}

/** The Subscription as it is. Values of headers are never shown again. */
export function subscriptionResource(recipient: SubscribedRecipient): Resource {
  const { topic, content, endpoint, patient, headers, heartbeatSeconds, timeoutSeconds, status, error, reason, end } =
    recipient.subscription;
  const periods = [
    ...(heartbeatSeconds === undefined ? [] : [{ url: extensions.heartbeat, valueUnsignedInt: heartbeatSeconds }]),
    ...(timeoutSeconds === undefined ? [] : [{ url: extensions.timeout, valueUnsignedInt: timeoutSeconds }]),
  ];
  return {
    resourceType: 'Subscription',
    id: recipient._id,
    meta: { versionId: String(recipient.version) },
    ...(end === undefined ? {} : { end }),
    status,
    reason: reason ?? 'Released laboratory reports',
    criteria: topic,
    ...(patient === undefined
      ? {}
      : { _criteria: { extension: [{ url: extensions.filter, valueString: `DiagnosticReport?patient=${patient}` }] } }),
    ...(error === undefined ? {} : { error }),
    channel: {
      ...(periods.length === 0 ? {} : { extension: periods }),
      type: 'rest-hook',
      endpoint,
      payload: 'application/fhir+json',
      _payload: { extension: [{ url: extensions.content, valueCode: content }] },
      ...(headers === undefined ? {} : { header: Object.keys(headers).map((name) => `${name}: ***`) }),
    },
  };
}

export function isSubscribed(recipient: RecipientDoc | null): recipient is SubscribedRecipient {
  return recipient?.subscription !== undefined;
}
