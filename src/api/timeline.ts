import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';

/** One thing that happened to a specimen. No values: who may see where a tube is need not see what was found in it. */
export interface TimelineEvent {
  readonly at: string;
  readonly kind: string;
  readonly by: string;
  readonly detail?: string;
  readonly container?: string;
}

/** Custody, orders, analyses, decisions, reports and deliveries of a specimen, in order. Throws SPECIMEN_ACCESSION_UNKNOWN. */
export async function timelineOf(lab: Laboratory, accession: string): Promise<TimelineEvent[]> {
  const { specimens, orders, observations, acts, reports, outbox } = lab.collections;
  const specimen = await specimens.findOne({ _id: accession });
  if (specimen === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
  const [ordered, observed, decided, reported, sent] = await Promise.all([
    orders.find({ accession }).toArray(),
    observations.find({ accession }).toArray(),
    acts.find({ accession }, { sort: { number: 1 } }).toArray(),
    reports.find({ accession }, { projection: { version: 1, status: 1, issued: 1 } }).toArray(),
    outbox.find({ accession }).toArray(),
  ]);
  const analyses = new Map<string, TimelineEvent & { count: number }>();
  for (const each of observed) {
    const key = `${each.receivedAt} ${each.analyzer}`;
    const count = (analyses.get(key)?.count ?? 0) + 1;
    const detail = `${count} ${count === 1 ? 'value' : 'values'}`;
    analyses.set(key, { at: each.receivedAt, kind: 'results', by: each.enteredBy ?? each.analyzer, detail, count });
  }
  const events: TimelineEvent[] = [
    ...specimen.custody.map((each) => ({
      at: each.at,
      kind: each.action,
      by: each.by,
      ...detail([each.reason, each.told, each.place, each.comment]),
      ...(each.container === undefined ? {} : { container: each.container }),
    })),
    ...ordered.map((each) => ({ at: each.orderedAt, kind: 'order', by: each.requester ?? '', detail: each.code })),
    ...[...analyses.values()].map(({ count: _count, ...each }) => each),
    ...decided.map((each) => ({ at: each.at, kind: each.kind, by: each.actor.username, ...detail([each.reason]) })),
    ...reported.map((each) => ({
      at: each.issued,
      kind: 'report',
      by: 'system',
      detail: `${each.version} ${each.status}`,
    })),
    ...sent.flatMap((each) =>
      each.deliveredAt === undefined
        ? []
        : [{ at: each.deliveredAt, kind: 'delivered', by: each.recipient, detail: String(each.version) }],
    ),
  ];
  return events.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

function detail(parts: readonly (string | undefined)[]): { detail?: string } {
  const words = parts.filter((part) => part !== undefined && part !== '');
  return words.length === 0 ? {} : { detail: words.join(', ') };
}
