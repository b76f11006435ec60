import { DateTime } from 'luxon';
import { z } from 'zod';
import type { Laboratory } from '../laboratory/context.ts';
import type { Feature } from './plugin.ts';
import { lineActivity } from './schemas/way.ts';

/** Arrivals are counted in this many intervals of this length. */
const intervals = 48;
const intervalMs = 10 * 60_000;

type Activity = z.infer<typeof lineActivity>;

/** What was counted of one line so far, so that each question reads only what came since the last. */
interface Tally {
  /** Instant of the newest outcome counted. */
  through: string;
  readonly arrivals: Map<number, number>;
  day: string;
  today: { messages: number; observations: number; held: number };
}

/** How busy each line was: for the small picture on its card. */
export const activityFeature: Feature = async (app, { lab, lines }) => {
  const tallies = new Map<string, Tally>();
  const answer = z.object({ intervalSeconds: z.number(), items: z.array(lineActivity).readonly() });

  app.get(
    '/api/analyzers/activity',
    {
      config: { access: 'analyzers.read' },
      schema: {
        tags: ['analyzers'],
        summary: 'Arrivals of each line over the last eight hours, and what came today',
        response: { 200: answer },
      },
    },
    async () => {
      const items: Activity[] = [];
      for (const { id } of lines.list()) {
        const tally = tallies.get(id) ?? newTally();
        tallies.set(id, tally);
        await count(lab, id, tally);
        items.push({ id, arrivals: lately(tally, lab.now()), today: tally.today });
      }
      return { intervalSeconds: intervalMs / 1000, items };
    },
  );
};

const nothingToday = { messages: 0, observations: 0, held: 0 };
const newTally = (): Tally => ({ through: '', arrivals: new Map(), day: '', today: nothingToday });

async function count(lab: Laboratory, analyzer: string, tally: Tally): Promise<void> {
  const now = lab.now();
  const midnight = DateTime.fromMillis(now, { zone: lab.config.lab.timeZone }).startOf('day').toMillis();
  const day = new Date(midnight).toISOString();
  if (tally.day !== day)
    Object.assign(tally, { day, today: nothingToday, ...(tally.day === '' ? {} : { through: '' }) });
  if (tally.through === '') tally.arrivals.clear();
  const oldest = new Date(Math.min(midnight, now - intervals * intervalMs)).toISOString();
  const since = tally.through > oldest ? { $gt: tally.through } : { $gte: oldest };
  const fresh = lab.collections.outcomes.find({ analyzer, at: since }, { sort: { at: -1 } });
  let { messages, observations, held } = tally.today;
  for await (const outcome of fresh) {
    if (outcome.at > tally.through) tally.through = outcome.at;
    const interval = Math.floor(Date.parse(outcome.at) / intervalMs);
    tally.arrivals.set(interval, (tally.arrivals.get(interval) ?? 0) + 1);
    if (outcome.at < day) continue;
    messages += 1;
    observations += outcome.added;
    held += outcome.held;
  }
  tally.today = { messages, observations, held };
}

function lately(tally: Tally, now: number): number[] {
  const newest = Math.floor(now / intervalMs);
  const first = newest - intervals + 1;
  for (const interval of tally.arrivals.keys()) if (interval < first) tally.arrivals.delete(interval);
  return Array.from({ length: intervals }, (_, place) => tally.arrivals.get(first + place) ?? 0);
}
