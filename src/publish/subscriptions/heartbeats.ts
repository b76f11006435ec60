import type { Laboratory } from '../../laboratory/context.ts';
import { heartbeat, setStatus } from './notifier.ts';
import { isSubscribed } from './resource.ts';

/** How often is looked for a heartbeat that is due. */
const everyMs = 1_000;

/**
 * Tell subscribers that asked for it that we are there, when nothing else was sent for their period. One that does not
 * answer is in error, and stays so until its system comes back.
 */
export function startHeartbeats(lab: Laboratory): { close(): void } {
  const stop = new AbortController();
  const last = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  const stopListening = lab.events.on((event) => {
    // An event notification says as much as a heartbeat.
    if (event.type === 'deliveries' && last.has(event.recipient)) last.set(event.recipient, lab.now());
  });

  async function beat(): Promise<void> {
    const active = (await lab.collections.recipients.find({}).toArray())
      .filter(isSubscribed)
      .filter(({ subscription }) => subscription.status === 'active' && subscription.heartbeatSeconds !== undefined);
    for (const recipient of active) {
      const period = (recipient.subscription.heartbeatSeconds ?? 0) * 1000;
      const since = last.get(recipient._id);
      if (since === undefined) last.set(recipient._id, lab.now());
      if (since === undefined || lab.now() - since < period) continue;
      last.set(recipient._id, lab.now());
      const outcome = await heartbeat(lab, recipient, stop.signal);
      if (outcome.kind === 'accepted' || stop.signal.aborted) continue;
      await setStatus(lab, recipient._id, 'error', `heartbeat: ${outcome.text}`);
      lab.events.emit({ type: 'recipient', recipient: recipient._id });
    }
  }

  function next(): void {
    timer = setTimeout(() => {
      beat()
        .catch((thrown: unknown) => {
          if (!stop.signal.aborted) lab.log.error({ err: thrown }, 'heartbeats could not be sent');
        })
        .finally(() => {
          if (!stop.signal.aborted) next();
        });
    }, everyMs);
  }

  next();
  return {
    close() {
      stop.abort();
      clearTimeout(timer);
      stopListening();
    },
  };
}
