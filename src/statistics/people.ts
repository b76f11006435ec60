import { setImmediate as breathe } from 'node:timers/promises';
import { DateTime } from 'luxon';
import type { Laboratory } from '../laboratory/context.ts';
import type { ActDoc } from '../store/documents.ts';
import { type CountRow, quantile } from './figures.ts';

export interface Period {
  readonly from: string;
  readonly to: string;
}

const atOnce = 500;

async function* actsOf(lab: Laboratory, kind: ActDoc['kind'], from: string, to: string): AsyncGenerator<ActDoc> {
  let after = { at: from, id: '' };
  for (;;) {
    const some = await lab.collections.acts
      .find(
        { kind, at: { $gte: after.at, $lt: to }, $or: [{ at: { $gt: after.at } }, { _id: { $gt: after.id } }] },
        { sort: { at: 1, _id: 1 }, limit: atOnce },
      )
      .toArray();
    yield* some;
    const last = some.at(-1);
    if (last === undefined || some.length < atOnce) return;
    after = { at: last.at, id: last._id };
    await breathe();
  }
}

/** What each person verified and did not take back; by person, by hour of the laboratory's day, or by both. */
export async function workloadBy(
  lab: Laboratory,
  period: Period,
  by: 'person' | 'hour' | 'personHour',
): Promise<CountRow[]> {
  const undone = new Set<string>();
  for await (const act of actsOf(lab, 'undo', period.from, new Date(lab.now() + 1).toISOString()))
    for (const number of act.of ?? []) if (act.reason !== 'release') undone.add(`${act.accession}#${number}`);
  const counts = new Map<string, number>();
  for await (const act of actsOf(lab, 'verify', period.from, period.to)) {
    if (undone.has(`${act.accession}#${act.number}`)) continue;
    const hour = DateTime.fromISO(act.at, { zone: lab.config.lab.timeZone }).toFormat('HH');
    const key = by === 'person' ? act.actor.username : by === 'hour' ? hour : `${act.actor.username} ${hour}`;
    counts.set(key, (counts.get(key) ?? 0) + act.observations.length);
  }
  return [...counts].map(([key, observations]) => ({ key, observations })).sort(byKey);
}

/** Rejected specimens by coded reason, ward or who rejected. */
export async function rejectionsBy(
  lab: Laboratory,
  { from, to }: Period,
  by: 'reason' | 'ward' | 'person',
): Promise<{ key: string; count: number }[]> {
  const counts = new Map<string, number>();
  const found = await lab.collections.specimens
    .find({ 'rejection.at': { $gte: from, $lt: to } }, { projection: { rejection: 1, ward: 1 } })
    .toArray();
  for (const { rejection, ward } of found) {
    const key = by === 'reason' ? rejection?.reason : by === 'ward' ? ward : rejection?.by;
    counts.set(key ?? '', (counts.get(key ?? '') ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => ({ key, count })).sort(byKey);
}

/** Critical values detected in a period: how many, how many were called, and how long it took (seconds). */
export async function criticalsBy(
  lab: Laboratory,
  { from, to }: Period,
  by: 'analyte' | 'section' | 'person',
): Promise<{ key: string; n: number; called: number; median: number; p90: number; breaches: number }[]> {
  const groups = new Map<string, { n: number; seconds: number[]; breaches: number }>();
  const found = await lab.collections.criticals.find({ at: { $gte: from, $lt: to } }).toArray();
  const limit = lab.config.criticals.escalateSeconds;
  for (const each of found) {
    if (each.state === 'gone') continue;
    const key = by === 'person' ? (each.calls.at(-1)?.by ?? '') : each[by];
    const group = groups.get(key) ?? { n: 0, seconds: [], breaches: 0 };
    groups.set(key, group);
    group.n += 1;
    const end = each.calledAt === undefined ? lab.now() : Date.parse(each.calledAt);
    const seconds = (end - Date.parse(each.at)) / 1000;
    if (each.calledAt !== undefined) group.seconds.push(seconds);
    if (seconds > limit) group.breaches += 1;
  }
  return [...groups]
    .map(([key, { n, seconds, breaches }]) => {
      const sorted = seconds.sort((one, other) => one - other);
      return { key, n, called: sorted.length, median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9), breaches };
    })
    .sort(byKey);
}

const byKey = (one: { key: string }, other: { key: string }): number => (one.key < other.key ? -1 : 1);
