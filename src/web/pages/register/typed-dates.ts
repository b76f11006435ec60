import { instantOf, pad, wallClock } from '../../format/days.ts';

/** Dates and times as people type them at a desk. */

/**
 * A birth date with as much as is known: `14/05/1992`, `14051992`, `05/1992`, `1992`, `1992-05-14`. `YYYY[-MM[-DD]]`;
 * empty for nothing typed; undefined when it can't be read or is no day of the calendar. Two-digit years are not
 * guessed.
 */
export function readBirthDate(typed: string, now: Date = new Date()): string | undefined {
  const text = typed.trim().replaceAll(/\s*[./-]\s*/g, '/');
  if (text === '') return '';
  const parts =
    /^(?<d>\d{1,2})\/(?<m>\d{1,2})\/(?<y>\d{4})$/.exec(text)?.groups ??
    /^(?<d>\d{2})(?<m>\d{2})(?<y>\d{4})$/.exec(text)?.groups ??
    /^(?<y>\d{4})\/(?<m>\d{1,2})\/(?<d>\d{1,2})$/.exec(text)?.groups ??
    /^(?<m>\d{1,2})\/(?<y>\d{4})$/.exec(text)?.groups ??
    /^(?<y>\d{4})\/(?<m>\d{1,2})$/.exec(text)?.groups ??
    /^(?<y>\d{4})$/.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { y = '', m, d } = parts;
  const year = Number(y);
  if (year < 1880 || year > now.getFullYear()) return undefined;
  if (m === undefined) return y;
  if (Number(m) < 1 || Number(m) > 12) return undefined;
  if (d === undefined) return `${y}-${pad(Number(m))}`;
  const day = new Date(Date.UTC(year, Number(m) - 1, Number(d)));
  const real = day.getUTCMonth() === Number(m) - 1 && day.getUTCDate() === Number(d);
  if (!real || day.getTime() > now.getTime() + 86_400_000) return undefined;
  return `${y}-${pad(Number(m))}-${pad(Number(d))}`;
}

/** A clock may run ahead of the server's by this. */
const tolerance = 5 * 60_000;

/**
 * When a specimen was collected: `9:02`, `0902`, `24/11 09:02`, `24/11/2026 9:02`, in the laboratory's zone. A clock
 * time alone is the last time the clocks showed it. An ISO instant; empty for nothing typed; undefined when it can't be
 * read or lies ahead.
 */
export function readCollected(typed: string, zone: string, now: Date = new Date()): string | undefined {
  const text = typed.trim();
  if (text === '') return '';
  const parts = /^(?:(?<d>\d{1,2})[/.-](?<mo>\d{1,2})(?:[/.-](?<y>\d{4}))?\s+)?(?<h>\d{1,2})[:hg.]?(?<mi>\d{2})$/i.exec(
    text,
  )?.groups;
  if (parts === undefined) return undefined;
  const here = wallClock(now, zone);
  const h = Number(parts.h);
  const mi = Number(parts.mi);
  if (h > 23 || mi > 59) return undefined;
  const late = now.getTime() + tolerance;
  if (parts.d !== undefined && parts.mo !== undefined) {
    const year = parts.y === undefined ? here.y : Number(parts.y);
    const at = instantOf(year, Number(parts.mo), Number(parts.d), h, mi, zone);
    const last = parts.y === undefined && at !== undefined && at.getTime() > late;
    const chosen = last ? instantOf(year - 1, Number(parts.mo), Number(parts.d), h, mi, zone) : at;
    return chosen === undefined || chosen.getTime() > late ? undefined : chosen.toISOString();
  }
  const today = instantOf(here.y, here.mo, here.d, h, mi, zone);
  if (today !== undefined && today.getTime() <= late) return today.toISOString();
  const before = wallClock(new Date(now.getTime() - 86_400_000), zone);
  return instantOf(before.y, before.mo, before.d, h, mi, zone)?.toISOString();
}
