import { DateTime } from 'luxon';

/**
 * The analyzer's wall clock as a UTC instant: its zone is the line's, unless it sent an offset. Undefined when what was
 * sent is not a time: then the time of receipt stands in.
 */
export function instantOf(wallClock: string | undefined, zone: string): string | undefined {
  if (wallClock === undefined || wallClock === '') return undefined;
  const parsed = DateTime.fromISO(wallClock, { zone, setZone: true });
  if (!parsed.isValid) return undefined;
  return parsed.toUTC().toISO() ?? undefined;
}

/** `12h`, `30m`, `2d`, `45s` in milliseconds (checked by the configuration schema). */
export function durationMs(text: string): number {
  const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[text.slice(-1)] ?? 0;
  return Number(text.slice(0, -1)) * unit;
}
