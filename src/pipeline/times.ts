import { DateTime } from 'luxon';

/**
 * The analyzer's wall clock as a UTC instant: its zone is the line's, unless it sent an offset. Undefined when what was
 * sent is not a time: then the time of receipt stands in.
 */
function instantOf(wallClock: string | undefined, zone: string): string | undefined {
  if (wallClock === undefined || wallClock === '') return undefined;
  // All values of a message mostly bear the same time, and calendars are slow.
  if (wallClock !== latest.wallClock || zone !== latest.zone) {
    latest = { wallClock, zone, instant: reckon(wallClock, zone) };
  }
  return latest.instant;
}

/** A clock that is this far ahead of ours is not a clock set to another zone, and no result is made before it comes. */
const aheadMs = 24 * 3_600_000;

/**
 * When an analysis was done: the analyzer's own time, or the time of receipt where it sent none or one that had not come
 * yet by a day (what it sent stays beside the value).
 */
export function analysedAt(wallClock: string | undefined, zone: string, receivedAt: string): string {
  const instant = instantOf(wallClock, zone);
  if (instant === undefined || Date.parse(instant) - Date.parse(receivedAt) > aheadMs) return receivedAt;
  return instant;
}

let latest: { readonly wallClock: string; readonly zone: string; readonly instant: string | undefined } = {
  wallClock: '',
  zone: '',
  instant: undefined,
};

function reckon(wallClock: string, zone: string): string | undefined {
  const parsed = DateTime.fromISO(wallClock, { zone, setZone: true });
  if (!parsed.isValid) return undefined;
  return parsed.toUTC().toISO() ?? undefined;
}

/** `12h`, `30m`, `2d`, `45s` in milliseconds (checked by the configuration schema). */
export function durationMs(text: string): number {
  const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[text.slice(-1)] ?? 0;
  return Number(text.slice(0, -1)) * unit;
}
