import { setImmediate as breathe } from 'node:timers/promises';
import { inTurn } from '../acts/turn.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ObservationDoc, OrderDoc, SpecimenDoc } from '../store/documents.ts';
import { type Columns, columnsOf, columnsOfDay, dayDoc, type FigureRow } from './columns.ts';

const dayMs = 86_400_000;
/** Observations read between two breaths: the lines never wait for figures. */
const atOnce = 250;

/** The days of a laboratory in columns. */
export interface Days {
  /** What was released from one instant to another (ms since 1970), whole days. */
  read(from: number, to: number): Promise<Columns[]>;
  close(): void;
}

/**
 * Open them. A day that is over is kept in the store; the day that is not over is kept here until something more is
 * released.
 */
export function openDays(lab: Laboratory): Days {
  const fresh = new Map<string, Columns>();
  const stop = lab.events.on((event) => {
    if (event.type === 'report') fresh.clear();
  });

  async function read(day: string): Promise<Columns> {
    const over = Date.parse(day) + dayMs <= lab.now();
    const kept = over ? await lab.collections.days.findOne({ _id: day }) : null;
    const known = kept === null ? fresh.get(day) : (columnsOfDay(kept) ?? undefined);
    if (known !== undefined) return known;
    return inTurn(lab.collections.days, day, async () => {
      const made = columnsOf(await rowsOf(lab, day));
      if (over) await lab.collections.days.replaceOne({ _id: day }, dayDoc(day, made), { upsert: true });
      else fresh.set(day, made);
      return made;
    });
  }

  return {
    async read(from, to) {
      const days: Columns[] = [];
      const last = Math.min(to, lab.now() + 1);
      let first = Math.max(from, await firstRelease(lab));
      for (first -= first % dayMs; first < last; first += dayMs) {
        const columns = await read(new Date(first).toISOString().slice(0, 10));
        if (columns.rows > 0) days.push(columns);
        await breathe();
      }
      return days;
    },
    close: stop,
  };
}

/** Before it there is nothing to look for. */
async function firstRelease(lab: Laboratory): Promise<number> {
  const first = await lab.collections.observations.findOne(
    { releasedAt: { $gt: '' } },
    { sort: { releasedAt: 1 }, projection: { releasedAt: 1 } },
  );
  return first?.releasedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(first.releasedAt);
}

/** The current observations released on a UTC day. */
async function rowsOf(lab: Laboratory, day: string): Promise<FigureRow[]> {
  const end = new Date(Date.parse(day) + dayMs).toISOString();
  const rows: FigureRow[] = [];
  let after = { at: `${day}T00:00:00.000Z`, id: '' };
  for (;;) {
    const some = await lab.collections.observations
      .find(
        {
          releasedAt: { $gte: after.at, $lt: end },
          $or: [{ releasedAt: { $gt: after.at } }, { _id: { $gt: after.id } }],
        },
        { sort: { releasedAt: 1, _id: 1 }, limit: atOnce },
      )
      .toArray();
    const shown = some.filter((each) => each.current && each.state === 'released');
    rows.push(...(await withSpecimens(lab, shown)));
    const last = some.at(-1);
    if (last?.releasedAt === undefined || some.length < atOnce) return rows;
    after = { at: last.releasedAt, id: last._id };
    await breathe();
  }
}

async function withSpecimens(lab: Laboratory, observations: readonly ObservationDoc[]): Promise<FigureRow[]> {
  if (observations.length === 0) return [];
  const accessions = [...new Set(observations.map((each) => each.accession))];
  const found = await lab.collections.specimens.find({ _id: { $in: accessions } }).toArray();
  const specimens = new Map(found.map((each) => [each._id, each]));
  const ordered = new Map<string, OrderDoc[]>();
  for (const order of await lab.collections.orders.find({ accession: { $in: accessions } }).toArray())
    ordered.set(order.accession, [...(ordered.get(order.accession) ?? []), order]);
  return observations.map((each) => rowOf(each, specimens.get(each.accession), ordered.get(each.accession) ?? []));
}

function rowOf(each: ObservationDoc, specimen: SpecimenDoc | undefined, orders: readonly OrderDoc[]): FigureRow {
  const order = orders.find((other) => other.analytes.includes(each.analyte) && other.state !== 'cancelled');
  const at = (instant: string | undefined): number => (instant === undefined ? Number.NaN : Date.parse(instant));
  return {
    section: each.section,
    analyte: each.analyte,
    analyzer: each.analyzer,
    accession: each.accession,
    ward: specimen?.ward ?? '',
    requester: order?.requester ?? specimen?.requester ?? '',
    priority: order?.priority ?? specimen?.priority ?? 'routine',
    ordered: at(order?.orderedAt ?? specimen?.registeredAt),
    collected: specimen?.collectedAtSource === 'given' ? at(specimen.collectedAt) : Number.NaN,
    received: at(specimen?.receivedAt),
    analysed: at(each.observedAt),
    resulted: at(each.receivedAt),
    verified: at(each.verifiedAt),
    released: at(each.releasedAt),
  };
}
