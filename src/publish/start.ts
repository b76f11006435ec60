import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { RecipientDoc } from '../store/documents.ts';
import { createFhirSender } from './fhir-push/fhir-sender.ts';
import { createHl7Sender } from './hl7/hl7-sender.ts';
import { type Queue, startQueue } from './outbox/queue.ts';
import type { Sender, SendOutcome } from './outbox/sender.ts';
import type { Papers } from './papers.ts';
import { recipientOf, writeFileRecipients } from './recipients.ts';
import { createPullNotifier } from './referral/pull-notifier.ts';
import { createPushSender } from './referral/push-sender.ts';
import { finishReferrals } from './referral/referrals.ts';
import { startHeartbeats } from './subscriptions/heartbeats.ts';
import { createNotifier } from './subscriptions/notifier.ts';
import { isSubscribed } from './subscriptions/resource.ts';
import { createWebhookSender } from './webhook/webhook-sender.ts';

/** Publication at work: one queue a recipient. */
export interface Publishing {
  /** Send a test message and tell the answer. Throws RECIPIENT_UNKNOWN. */
  test(recipientId: string): Promise<SendOutcome>;
  /** A recipient was added, changed, paused or resumed: its queue starts anew. */
  refresh(recipientId: string): Promise<void>;
  close(): Promise<void>;
}

/** The way to a recipient; null where it has no address (referrals that go by file). */
function senderFor(lab: Laboratory, recipient: RecipientDoc, papers?: Papers): Sender | null {
  const { hl7, fhir, webhook, referral } = recipient;
  if (isSubscribed(recipient)) return createNotifier(lab, recipient);
  if (hl7 !== undefined) return createHl7Sender(lab, recipient, hl7, papers);
  if (fhir !== undefined) return referral === true ? createPushSender(fhir, papers) : createFhirSender(lab, fhir);
  if (webhook === undefined) return null;
  return referral === true
    ? createPullNotifier(lab, recipient._id, webhook, papers)
    : createWebhookSender(lab, webhook);
}

/** Send a test message to a recipient and tell the answer. Throws RECIPIENT_UNKNOWN. */
export async function testRecipient(lab: Laboratory, recipientId: string): Promise<SendOutcome> {
  // From a command the store may not have what lab.yaml names yet.
  const named = lab.config.recipients.find((each) => each.id === recipientId);
  const recipient: RecipientDoc | null =
    named === undefined ? await lab.collections.recipients.findOne({ _id: recipientId }) : recipientOf(named);
  const sender = recipient === null ? null : senderFor(lab, recipient);
  if (sender === null) throw new LisError('RECIPIENT_UNKNOWN', { id: recipientId });
  try {
    return await sender.test(AbortSignal.timeout(60_000));
  } finally {
    sender.close();
  }
}

/** Write the recipients of lab.yaml into the store and start to work the outbox. */
export async function startPublishing(lab: Laboratory, papers?: Papers): Promise<Publishing> {
  await writeFileRecipients(lab);
  await finishReferrals(lab);
  const queues = new Map<string, Queue>();

  async function refresh(recipientId: string): Promise<void> {
    await queues.get(recipientId)?.close();
    queues.delete(recipientId);
    const recipient = await lab.collections.recipients.findOne({ _id: recipientId });
    if (recipient === null || recipient.paused) return;
    const sender = senderFor(lab, recipient, papers);
    if (sender !== null) queues.set(recipientId, startQueue(lab, recipient, sender));
  }

  for (const { _id } of await lab.collections.recipients.find({}).toArray()) await refresh(_id);
  const stopListening = lab.events.on((event) => {
    if (event.type === 'report') for (const queue of queues.values()) queue.wake();
    if (event.type === 'recipient') {
      refresh(event.recipient).catch((thrown: unknown) => {
        lab.log.error({ err: thrown, recipient: event.recipient }, 'a queue could not be started anew');
      });
    }
    if (event.type === 'deliveries') queues.get(event.recipient)?.wake();
  });
  const heartbeats = startHeartbeats(lab);
  return {
    test: (recipientId) => testRecipient(lab, recipientId),
    refresh,
    async close() {
      stopListening();
      heartbeats.close();
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
