import { laboratoryZone } from './times.ts';

/** Days of the laboratory, `YYYY-MM-DD`, whatever zone this screen is in. */

export const pad = (number: string | number): string => String(number).padStart(2, '0');

const here = (): string => laboratoryZone() ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The day it is at the laboratory. */
export function today(now: Date = new Date()): string {
  const { y, mo, d } = wallClock(now, here());
  return `${y}-${pad(mo)}-${pad(d)}`;
}

/** The day so many days later. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The instant a day begins at the laboratory. */
export function startOfDay(day: string): string {
  const [y = 0, mo = 1, d = 1] = day.split('-').map(Number);
  // Where clocks are put forward at midnight the day begins an hour later.
  return (
    instantOf(y, mo, d, 0, 0, here()) ??
    instantOf(y, mo, d, 1, 0, here()) ??
    new Date(`${day}T00:00:00Z`)
  ).toISOString();
}

/** A day as it is typed: `25/11/2026`, `25112026`, `25/11` of this year, `2026-11-25`; undefined where it is none. */
export function readDay(typed: string, now: Date = new Date()): string | undefined {
  const text = typed.trim().replaceAll(/\s*[./-]\s*/g, '/');
  const parts =
    /^(?<d>\d{1,2})\/(?<m>\d{1,2})(?:\/(?<y>\d{4}))?$/.exec(text)?.groups ??
    /^(?<d>\d{2})(?<m>\d{2})(?<y>\d{4})$/.exec(text)?.groups ??
    /^(?<y>\d{4})\/(?<m>\d{1,2})\/(?<d>\d{1,2})$/.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { d = '', m = '', y = today(now).slice(0, 4) } = parts;
  const day = `${y}-${pad(m)}-${pad(d)}`;
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) ? day : undefined;
}

/** Wall clock of an instant in a zone, as numbers. */
export function wallClock(at: Date, zone: string): { y: number; mo: number; d: number; h: number; mi: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value ?? 0);
  return { y: part('year'), mo: part('month'), d: part('day'), h: part('hour'), mi: part('minute') };
}

/** The instant at which the clocks of a zone show this; undefined where they never do. */
export function instantOf(y: number, mo: number, d: number, h: number, mi: number, zone: string): Date | undefined {
  const guess = Date.UTC(y, mo - 1, d, h, mi);
  let at = guess;
  for (let turn = 0; turn < 2; turn += 1) {
    const shown = wallClock(new Date(at), zone);
    at += guess - Date.UTC(shown.y, shown.mo - 1, shown.d, shown.h, shown.mi);
  }
  const shown = wallClock(new Date(at), zone);
  const same = shown.y === y && shown.mo === mo && shown.d === d && shown.h === h && shown.mi === mi;
  return same ? new Date(at) : undefined;
}
