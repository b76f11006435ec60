import { randomUUID } from 'node:crypto';
import { isoNow, type Laboratory } from '../../laboratory/context.ts';
import type { OutboxDoc, RecipientDoc } from '../../store/documents.ts';
import type { Sender, SendOutcome } from './sender.ts';

/** The queue of one recipient at work. */
export interface Queue {
  /** Something may be due: look now. */
  wake(): void;
  close(): Promise<void>;
}

/** How long one try may hold a delivery before another node may take it over. */
const leaseMs = 120_000;
const owner = randomUUID();

/**
 * First in, first out, one in flight. What was not answered stays at the head and is tried again with growing waits, so
 * that a later version never overtakes an earlier one; what was refused is parked with the reason and the next goes on.
 */
export function startQueue(lab: Laboratory, recipient: RecipientDoc, sender: Sender): Queue {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let again = false;

  function wake(): void {
    clearTimeout(timer);
    if (stop.signal.aborted) return;
    if (running !== null) {
      again = true;
      return;
    }
    running = drain()
      .catch((thrown: unknown) => {
        lab.log.error({ err: thrown, recipient: recipient._id }, 'the outbox could not be worked');
        later(5_000);
      })
      .finally(() => {
        running = null;
        if (again) {
          again = false;
          wake();
        }
      });
  }

  function later(ms: number): void {
    clearTimeout(timer);
    if (!stop.signal.aborted) timer = setTimeout(wake, Math.min(Math.max(ms, 10), 60_000));
  }

  async function drain(): Promise<void> {
    while (!stop.signal.aborted) {
      const head = await headOf(lab, recipient._id);
      if (head === null) return;
      const wait = Date.parse(head.nextAt) - lab.now();
      if (wait > 0) return later(wait);
      const taken = await lease(lab, head);
      if (taken === null) return later(leaseMs / 4);
      await deliver(lab, recipient, sender, taken, stop.signal);
    }
  }

  wake();
  return {
    wake,
    async close() {
      stop.abort();
      clearTimeout(timer);
      sender.close();
      await running;
    },
  };
}

async function headOf(lab: Laboratory, recipient: string): Promise<OutboxDoc | null> {
  const heads = await Promise.all(
    (['queued', 'sending'] as const).map((state) =>
      lab.collections.outbox.find({ recipient, state }, { sort: { order: 1 }, limit: 1 }).toArray(),
    ),
  );
  const [first] = heads.flat().sort((a, b) => (a.order < b.order ? -1 : 1));
  return first ?? null;
}

/** Take a delivery: queued ones, our own of before a restart, and those whose owner is gone. Null when another has it. */
async function lease(lab: Laboratory, head: OutboxDoc): Promise<OutboxDoc | null> {
  const now = lab.now();
  const held = head.lease;
  if (
    head.state === 'sending' &&
    held !== undefined &&
    held.owner !== owner &&
    Date.parse(held.until) > now &&
    lab.config.store !== undefined &&
    'mongodb' in lab.config.store
  ) {
    return null;
  }
  const fence = (held?.fence ?? 0) + 1;
  return lab.collections.outbox.findOneAndUpdate(
    { _id: head._id, state: head.state, attempts: head.attempts },
    {
      $set: {
        state: 'sending',
        lease: { owner, until: new Date(now + leaseMs).toISOString(), fence },
        ...(head.sentAt === undefined ? { sentAt: isoNow(lab) } : {}),
      },
      $inc: { attempts: 1 },
    },
    { returnDocument: 'after' },
  );
}

async function deliver(
  lab: Laboratory,
  recipient: RecipientDoc,
  sender: Sender,
  delivery: OutboxDoc,
  signal: AbortSignal,
): Promise<void> {
  const report = await lab.collections.reports.findOne({ _id: delivery.report });
  const outcome: SendOutcome =
    report === null
      ? { kind: 'refused', code: 'none', text: 'the report is not in the store' }
      : await sender.send(report, delivery.controlId, signal);
  await record(lab, recipient, delivery, outcome);
}

async function record(
  lab: Laboratory,
  recipient: RecipientDoc,
  delivery: OutboxDoc,
  outcome: SendOutcome,
): Promise<void> {
  const at = isoNow(lab);
  const fence = delivery.lease?.fence ?? 0;
  const mine = { _id: delivery._id, state: 'sending', 'lease.fence': fence };
  if (outcome.kind === 'unreachable') {
    const nextAt = new Date(lab.now() + backoffMs(recipient.retrySeconds, delivery.attempts)).toISOString();
    await lab.collections.outbox.updateOne(mine, {
      $set: { state: 'queued', nextAt, reason: outcome.text },
      $unset: { lease: '' },
    });
  } else {
    const text = outcome.text;
    // Where the transport's answer is all that was said, it stands for both.
    const code = outcome.code ?? outcome.transport;
    const ack = code === undefined ? undefined : { code, at, ...(text === undefined ? {} : { text }) };
    const accepted = outcome.kind === 'accepted';
    if (accepted) await supersedeParked(lab, delivery);
    await lab.collections.outbox.updateOne(mine, {
      $set: {
        ...(ack === undefined ? {} : { ack }),
        ...(outcome.transport === undefined ? {} : { transport: { code: outcome.transport, at } }),
        ...(accepted
          ? {
              state: 'delivered',
              deliveredAt: at,
              ...(outcome.readBack === undefined ? {} : { readBack: { at, ...outcome.readBack } }),
            }
          : { state: 'parked', reason: `${outcome.code}: ${outcome.text}` }),
      },
      $unset: accepted ? { lease: '', reason: '' } : { lease: '' },
    });
  }
  lab.events.emit({ type: 'deliveries', delivery: delivery._id, recipient: recipient._id });
}

/** The recipient has a newer version: what was parked of the accession is of no use any more. Before that is written down, so that a crash only asks again. */
async function supersedeParked(lab: Laboratory, delivery: OutboxDoc): Promise<void> {
  await lab.collections.outbox.updateMany(
    {
      accession: delivery.accession,
      recipient: delivery.recipient,
      state: 'parked',
      version: { $lt: delivery.version },
    },
    { $set: { state: 'superseded', reason: `version ${delivery.version} was delivered` } },
  );
}

/** First wait doubled with each try up to the longest, with a tenth of jitter so that recipients are not hit in step. */
function backoffMs([first, longest]: readonly [number, number], attempts: number, random = Math.random): number {
  const seconds = Math.min(first * 2 ** Math.min(Math.max(attempts - 1, 0), 30), longest);
  return Math.round(seconds * 1000 * (0.95 + random() * 0.1));
}
