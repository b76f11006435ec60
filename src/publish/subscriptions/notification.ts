import type { Laboratory } from '../../laboratory/context.ts';
import type { RecipientDoc, ReportDoc, SubscriptionSettings } from '../../store/documents.ts';
import { fhirId } from '../fhir/identity.ts';
import { resourcesOf } from '../fhir/report-types.ts';
import type { Resource } from '../fhir/types.ts';
import { notificationProfile, type PayloadContent, statusProfile } from './topics.ts';

export type NotificationType = 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';

/** One event: a released report version and its number since the subscription began. */
export interface NotifiedEvent {
  readonly number: number;
  readonly report: ReportDoc;
}

/** What a notification says (subscriptions-backport, R4): a Parameters status first, then what the events are about. */
export interface Notification {
  readonly type: NotificationType;
  /** Events so far, also those that could not be sent. */
  readonly count: number;
  readonly events: readonly NotifiedEvent[];
  readonly content: PayloadContent;
}

/** A subscription is a recipient with these settings. */
export type SubscribedRecipient = RecipientDoc & { readonly subscription: SubscriptionSettings };

export function statusResource(
  recipient: SubscribedRecipient,
  { type, count, events, content }: Notification,
): Resource {
  const { status, topic } = recipient.subscription;
  const parameter: Record<string, unknown>[] = [
    { name: 'subscription', valueReference: { reference: `Subscription/${recipient._id}` } },
    { name: 'topic', valueCanonical: topic },
    { name: 'status', valueCode: type === 'handshake' ? 'requested' : status },
    { name: 'type', valueCode: type },
    { name: 'events-since-subscription-start', valueString: String(count) },
  ];
  for (const { number, report } of events) {
    const focus = `DiagnosticReport/${fhirId(report.accession)}`;
    parameter.push({
      name: 'notification-event',
      part: [
        { name: 'event-number', valueString: String(number) },
        { name: 'timestamp', valueInstant: report.issued },
        ...(content === 'empty' ? [] : [{ name: 'focus', valueReference: { reference: focus } }]),
      ],
    });
  }
  return {
    resourceType: 'Parameters',
    id: `${recipient._id}-status`,
    meta: { profile: [statusProfile] },
    parameter,
  };
}

/** The Bundle that is sent: type history, every entry with its request. */
export function notificationBundle(
  lab: Laboratory,
  base: string,
  recipient: SubscribedRecipient,
  notification: Notification,
): Record<string, unknown> {
  const status = statusResource(recipient, notification);
  return {
    resourceType: 'Bundle',
    meta: { profile: [notificationProfile] },
    type: 'history',
    timestamp: new Date(lab.now()).toISOString(),
    entry: [
      {
        fullUrl: `${base}/Subscription/${recipient._id}/$status`,
        resource: status,
        request: { method: 'GET', url: `Subscription/${recipient._id}/$status` },
        response: { status: '200' },
      },
      ...notification.events.flatMap(({ report }) => entriesOf(lab, base, report, notification.content)),
    ],
  };
}

function entriesOf(
  lab: Laboratory,
  base: string,
  report: ReportDoc,
  content: PayloadContent,
): Record<string, unknown>[] {
  if (content === 'empty') return [];
  const resources =
    content === 'id-only'
      ? resourcesOf(lab, 'DiagnosticReport', report)
      : (['DiagnosticReport', 'Observation'] as const).flatMap((type) => resourcesOf(lab, type, report));
  return resources.map((resource) => {
    const address = `${resource.resourceType}/${resource.id}`;
    return {
      fullUrl: `${base}/${address}`,
      ...(content === 'full-resource' ? { resource } : {}),
      request: {
        method: report.version === 1 ? 'POST' : 'PUT',
        url: report.version === 1 ? resource.resourceType : address,
      },
      response: { status: report.version === 1 ? '201' : '200' },
    };
  });
}
