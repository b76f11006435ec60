import { randomBytes } from 'node:crypto';
import type { Laboratory } from '../laboratory/context.ts';
import type { LabEvent } from '../laboratory/events.ts';

/** Events that are remembered: those of some minutes of a busy morning; a page listens within a second. */
const remembered = 2000;

/** The last events of this process in order, so that a page which read first and listens later misses none between. */
export interface EventTrail {
  /** Where the trail stands now. */
  mark(): string;
  /** What came after a mark; null where that is not known: another process's mark, or one of too long ago. */
  after(mark: string): readonly LabEvent[] | null;
}

type Speaker = Pick<Laboratory, 'events'>;

const trailOf = new WeakMap<Speaker, EventTrail>();

/** The one trail of a laboratory in this process; it begins with the first call. */
export function eventTrail(lab: Speaker): EventTrail {
  const known = trailOf.get(lab);
  if (known !== undefined) return known;
  const run = randomBytes(6).toString('hex');
  let last = 0;
  let events: LabEvent[] = [];
  lab.events.on((event) => {
    last += 1;
    events.push(event);
    if (events.length >= 2 * remembered) events = events.slice(-remembered);
  });
  const trail: EventTrail = {
    mark: () => `${run}-${last}`,
    after(mark) {
      const [, of, number] = /^([0-9a-f]+)-(\d+)$/.exec(mark) ?? [];
      const missed = last - Number(number);
      if (of !== run || !(missed >= 0 && missed <= events.length)) return null;
      return missed === 0 ? [] : events.slice(-missed);
    },
  };
  trailOf.set(lab, trail);
  return trail;
}
