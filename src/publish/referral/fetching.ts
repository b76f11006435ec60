import { isLisError } from '../../errors.ts';
import { isoNow, type Laboratory } from '../../laboratory/context.ts';
import type { NoticeDoc } from '../../store/documents.ts';
import { fetchHttp } from '../http-client.ts';
import type { Intake } from './import.ts';
import { senderOf } from './notice.ts';

export interface Fetching {
  close(): Promise<void>;
}

/** Longest wait between two looks: other nodes and the clock say nothing. */
const longestMs = 30_000;
const firstRetryMs = 2_000;
const longestRetryMs = 300_000;

/** What becomes of one try. */
type Outcome =
  | { readonly state: 'taken'; readonly imported: number }
  | { readonly state: 'refused' | 'expired'; readonly reason: string }
  | { readonly state: 'waiting'; readonly reason: string };

/**
 * Fetch what senders told us of, one after the other, check its signatures and take it in as results from elsewhere.
 * What does not answer is tried again until its token is over; a notice outlives a restart.
 */
export function startFetching(lab: Laboratory, intake: Pick<Intake, 'package'>): Fetching {
  if (lab.config.referral.senders.length === 0) return { close: async () => undefined };
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
    running = sweep()
      .catch((thrown: unknown) => {
        lab.log.error({ err: thrown }, 'referral packages could not be fetched');
        return longestMs;
      })
      .then((waitMs) => {
        running = null;
        if (stop.signal.aborted) return;
        timer = setTimeout(wake, again ? 0 : waitMs);
        again = false;
      });
  }

  /** Works through what is due; returns how long nothing is. */
  async function sweep(): Promise<number> {
    while (!stop.signal.aborted) {
      const [head] = await lab.collections.notices
        .find({ state: 'waiting' }, { sort: { nextAt: 1 }, limit: 1 })
        .toArray();
      if (head === undefined) return longestMs;
      const waitMs = Date.parse(head.nextAt) - lab.now();
      if (waitMs > 0) return Math.min(waitMs, longestMs);
      const outcome = await fetchOne(lab, intake, head, stop.signal);
      if (!stop.signal.aborted) await record(lab, head, outcome);
    }
    return longestMs;
  }

  const unlisten = lab.events.on((event) => {
    if (event.type === 'notice') wake();
  });
  wake();
  return {
    async close() {
      stop.abort();
      unlisten();
      clearTimeout(timer);
      await running;
    },
  };
}

async function fetchOne(
  lab: Laboratory,
  intake: Pick<Intake, 'package'>,
  { sender: senderId, path, token, expiresAt }: NoticeDoc,
  signal: AbortSignal,
): Promise<Outcome> {
  const sender = senderOf(lab, senderId);
  if (sender === undefined) return { state: 'refused', reason: 'the sender is not in lab.yaml any more' };
  if (token === undefined || expiresAt <= isoNow(lab))
    return { state: 'expired', reason: 'its token was over before the sender could be reached' };
  let raw: Uint8Array;
  try {
    const { status, bytes } = await fetchHttp({
      method: 'GET',
      url: `${sender.url.replace(/\/+$/, '')}${path}`,
      headers: { authorization: `Bearer ${token}` },
      tls: sender.tls,
      timeoutMs: sender.timeoutSeconds * 1000,
      signal,
    });
    if (status >= 500 || status === 429) return { state: 'waiting', reason: `the sender answered ${status}` };
    if (status !== 200) return { state: 'refused', reason: `the sender answered ${status}` };
    raw = bytes;
  } catch (thrown) {
    return { state: 'waiting', reason: thrown instanceof Error ? thrown.message : 'the sender does not answer' };
  }
  try {
    return { state: 'taken', imported: await intake.package(raw, `sender:${senderId}`) };
  } catch (thrown) {
    if (isLisError(thrown, 'IMPORT_REFUSED')) return { state: 'refused', reason: thrown.message };
    // One that can not be taken in must not keep back those of others: it waits its turn like what does not answer.
    lab.log.error({ err: thrown, sender: senderId }, 'a referral package could not be taken in');
    return { state: 'waiting', reason: 'it could not be taken in' };
  }
}

async function record(lab: Laboratory, { _id, token, attempts }: NoticeDoc, outcome: Outcome): Promise<void> {
  const { notices } = lab.collections;
  // Told again meanwhile: the new token is still to be used.
  const mine = { _id, state: 'waiting', ...(token === undefined ? {} : { token }) };
  const at = isoNow(lab);
  if (outcome.state === 'waiting') {
    const waitMs = Math.min(firstRetryMs * 2 ** Math.min(attempts, 20), longestRetryMs);
    const nextAt = new Date(lab.now() + waitMs).toISOString();
    await notices.updateOne(mine, { $set: { nextAt, reason: outcome.reason }, $inc: { attempts: 1 } });
    return;
  }
  const done = outcome.state === 'taken' ? { imported: outcome.imported } : { reason: outcome.reason };
  await notices.updateOne(mine, {
    $set: { state: outcome.state, settledAt: at, ...done },
    $inc: { attempts: 1 },
    // What was refused may be fetched again, once whatever was wrong here is mended.
    ...(outcome.state === 'refused'
      ? {}
      : { $unset: { token: '', ...(outcome.state === 'taken' ? { reason: '' } : {}) } }),
  });
}
