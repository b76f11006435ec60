import { DateTime } from 'luxon';
import type { Laboratory } from '../../laboratory/context.ts';
import type { OutboxDoc } from '../../store/documents.ts';

/** How whole a recipient's picture is of the reports of one month. */
export interface Completeness {
  readonly recipient: string;
  /** `YYYY-MM` in the laboratory's zone. */
  readonly month: string;
  /** Reports (accessions) with a version for it in that month. */
  readonly reports: number;
  /** Of these: the newest version has been delivered. */
  readonly delivered: number;
  /** Delivered, and the application itself said so or what it holds was read back equal. */
  readonly confirmed: number;
  readonly waiting: number;
  /** Waiting for longer than a laboratory may leave unnoticed. */
  readonly late: number;
  readonly parked: number;
  /** What was read back says something else than was sent. */
  readonly different: number;
  /** Delivered in percent of reports, one decimal, rounded down: 100.0 only when nothing is missing. */
  readonly score: string;
  /** Why the newest versions that are parked or late are so: reason and how often, most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

/** From here a delivery that still waits is late. */
const lateAfterMs = 15 * 60_000;
const mostReasons = 10;

/** Per recipient, for one month (`YYYY-MM`). Looks at the newest version of each report only: the rest is history. */
export async function completenessOf(lab: Laboratory, month: string): Promise<Completeness[]> {
  const start = DateTime.fromISO(`${month}-01`, { zone: lab.config.lab.timeZone });
  const from = start.toUTC().toISO() ?? '';
  const to = start.plus({ months: 1 }).toUTC().toISO() ?? '';
  const newest = new Map<string, Map<string, OutboxDoc>>();
  for await (const delivery of lab.collections.outbox.find({ createdAt: { $gte: from, $lt: to } })) {
    const mine = newest.get(delivery.recipient) ?? new Map<string, OutboxDoc>();
    newest.set(delivery.recipient, mine);
    const known = mine.get(delivery.accession);
    if (known === undefined || known.version < delivery.version) mine.set(delivery.accession, delivery);
  }
  return [...newest]
    .map(([recipient, deliveries]) => scoreOf(lab, recipient, month, [...deliveries.values()]))
    .sort((one, other) => (one.recipient < other.recipient ? -1 : 1));
}

function scoreOf(lab: Laboratory, recipient: string, month: string, all: readonly OutboxDoc[]): Completeness {
  const count = (holds: (each: OutboxDoc) => boolean): number => all.filter(holds).length;
  const isWaiting = (each: OutboxDoc): boolean => each.state === 'queued' || each.state === 'sending';
  const isLateNow = (each: OutboxDoc): boolean =>
    isWaiting(each) && Date.parse(each.createdAt) < lab.now() - lateAfterMs;
  const delivered = count((each) => each.state === 'delivered');
  return {
    recipient,
    month,
    reports: all.length,
    delivered,
    confirmed: count((each) => each.state === 'delivered' && isConfirmed(each)),
    waiting: count(isWaiting),
    late: count(isLateNow),
    parked: count((each) => each.state === 'parked'),
    different: count((each) => each.readBack?.equal === false),
    score: all.length === 0 ? '100.0' : (Math.floor((delivered * 1000) / all.length) / 10).toFixed(1),
    reasons: reasonsOf(all.filter((each) => each.state === 'parked' || isLateNow(each))),
  };
}

/** A commit acknowledgement says that the bytes are safe, not that anyone read them. */
function isConfirmed({ ack, readBack }: OutboxDoc): boolean {
  return readBack === undefined ? ack !== undefined && !ack.code.startsWith('C') : readBack.equal;
}

function reasonsOf(deliveries: readonly OutboxDoc[]): Completeness['reasons'] {
  const counts = new Map<string, number>();
  for (const { reason = 'not tried yet' } of deliveries) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((one, other) => other.count - one.count || (one.reason < other.reason ? -1 : 1))
    .slice(0, mostReasons);
}
