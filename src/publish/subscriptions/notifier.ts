import { findGrant } from '../../api/auth/grants.ts';
import { covers } from '../../api/auth/scopes.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import { fhirJson } from '../fhir/json.ts';
import { callHttp } from '../http-client.ts';
import type { Sender, SendOutcome } from '../outbox/sender.ts';
import { type Notification, notificationBundle, type SubscribedRecipient } from './notification.ts';

const ordinarySeconds = 15;

/** Send one notification. Never rejects. */
export async function notify(
  lab: Laboratory,
  recipient: SubscribedRecipient,
  notification: Notification,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const { endpoint, headers, base, timeoutSeconds } = recipient.subscription;
  try {
    const { status } = await callHttp({
      method: 'POST',
      url: endpoint,
      headers: { ...headers, 'content-type': 'application/fhir+json; charset=utf-8' },
      body: fhirJson(notificationBundle(lab, base, recipient, notification)),
      timeoutMs: (timeoutSeconds ?? ordinarySeconds) * 1000,
      signal,
    });
    const code = String(status);
    if (status >= 200 && status < 300) return { kind: 'accepted', code, transport: code };
    return { kind: 'unreachable', text: `answered ${code}` };
  } catch (thrown) {
    return { kind: 'unreachable', text: thrown instanceof Error ? thrown.message : 'unknown' };
  }
}

/** Whether the system that subscribed may still read what it subscribed to: looked at anew for every notification. */
async function mayStillRead(lab: Laboratory, recipient: SubscribedRecipient): Promise<boolean> {
  const scopes = await findGrant(lab, recipient.subscription.owner);
  const types =
    recipient.subscription.content === 'full-resource' ? ['DiagnosticReport', 'Observation'] : ['DiagnosticReport'];
  return scopes !== null && types.every((type) => covers(scopes, type, 'r') || covers(scopes, type, 's'));
}

/** Events since the subscription began: its deliveries, whether or not they could be sent. */
export function eventsSoFar(lab: Laboratory, recipient: string, order?: string): Promise<number> {
  return lab.collections.outbox.countDocuments({
    recipient,
    ...(order === undefined ? {} : { order: { $lte: order } }),
  });
}

/** Tries without an answer before a subscription is in error. */
const mostTries = 5;

/** Event notifications of one subscription, from the outbox like everything that leaves. */
export function createNotifier(lab: Laboratory, recipient: SubscribedRecipient): Sender {
  const running = new AbortController();
  let failures = 0;
  return {
    async send(report, _controlId, signal) {
      if (!(await mayStillRead(lab, recipient))) {
        await setStatus(lab, recipient._id, 'off', 'the system that subscribed may not read this any more');
        lab.events.emit({ type: 'recipient', recipient: recipient._id });
        return { kind: 'refused', code: 'scope', text: 'the system that subscribed may not read this any more' };
      }
      const number = await eventsSoFar(lab, recipient._id, report.issued);
      const outcome = await notify(
        lab,
        recipient,
        {
          type: 'event-notification',
          count: number,
          events: [{ number, report }],
          content: recipient.subscription.content,
        },
        AbortSignal.any([signal, running.signal]),
      );
      failures = outcome.kind === 'accepted' ? 0 : failures + 1;
      if (failures >= mostTries) {
        await setStatus(lab, recipient._id, 'error', outcome.text ?? 'no answer');
        lab.events.emit({ type: 'recipient', recipient: recipient._id });
      }
      return outcome;
    },
    test: (signal) => heartbeat(lab, recipient, AbortSignal.any([signal, running.signal])),
    close: () => running.abort(),
  };
}

export async function heartbeat(
  lab: Laboratory,
  recipient: SubscribedRecipient,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const count = await eventsSoFar(lab, recipient._id);
  return notify(
    lab,
    recipient,
    { type: 'heartbeat', count, events: [], content: recipient.subscription.content },
    signal,
  );
}

/** A subscription that is not active sends nothing, and does not become active by itself: its events are kept. */
export async function setStatus(
  lab: Laboratory,
  id: string,
  status: 'active' | 'error' | 'off',
  reason?: string,
): Promise<void> {
  await lab.collections.recipients.updateOne(
    { _id: id },
    {
      $set: {
        'subscription.status': status,
        paused: status !== 'active',
        ...(reason === undefined ? {} : { 'subscription.error': reason.slice(0, 300) }),
      },
      ...(reason === undefined ? { $unset: { 'subscription.error': '' } } : {}),
      $inc: { version: 1 },
    },
  );
}
