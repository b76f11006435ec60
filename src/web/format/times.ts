import type { Locale } from './numbers.ts';

const forms = {
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  date: { day: '2-digit', month: '2-digit', year: 'numeric' },
} as const satisfies Readonly<Record<string, Intl.DateTimeFormatOptions>>;

let zone: string | undefined;
/** A formatter costs far more to make than to use, and a page of rows uses it hundreds of times. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Times are shown in the laboratory's zone, whatever the screen's. */
export function setLaboratoryZone(chosen: string | undefined): void {
  if (zone !== chosen) formatters.clear();
  zone = chosen;
}

export const laboratoryZone = (): string | undefined => zone;

function formatterOf(form: keyof typeof forms, locale: Locale): Intl.DateTimeFormat {
  const key = `${form} ${locale}`;
  const made =
    formatters.get(key) ??
    new Intl.DateTimeFormat(locale === 'vi' ? 'vi-VN' : 'en-GB', {
      ...forms[form],
      ...(zone === undefined ? {} : { timeZone: zone }),
    });
  formatters.set(key, made);
  return made;
}

function show(at: string, form: keyof typeof forms, locale: Locale): string {
  const instant = new Date(at);
  return Number.isNaN(instant.getTime()) ? '' : formatterOf(form, locale).format(instant);
}

export const showClock = (at: string, locale: Locale): string => show(at, 'clock', locale);

export const showSeconds = (at: string, locale: Locale): string => show(at, 'seconds', locale);

/** Day and month, `23/11`, in both languages. */
export const showDay = (at: string): string => showDate(at).slice(0, 5);

/** `23/11/2026`, in both languages. */
export const showDate = (at: string): string => show(at, 'date', 'en');

/** The clock today, day and clock otherwise. */
export function showWhen(at: string | undefined, locale: Locale, now: Date = new Date()): string {
  if (at === undefined) return '';
  const today = showDate(now.toISOString()) === showDate(at);
  return today ? showClock(at, locale) : `${showDay(at)} ${showClock(at, locale)}`;
}

/** A time after another one: the clock alone where both are of one day. */
export function showLater(at: string | undefined, before: string, locale: Locale, now: Date = new Date()): string {
  if (at === undefined) return '–';
  return showDate(at) === showDate(before) ? showClock(at, locale) : showWhen(at, locale, now);
}

/** A birth date as registered, which may be a year alone: `1992`, `05/1992`, `14/05/1992`. */
export function showBirthDate(birthDate: string): string {
  const [year, month, day] = birthDate.split('-');
  return [day, month, year].filter((piece) => piece !== undefined).join('/');
}

/** `0:48`, `12:40`: hours and minutes since. */
export function showElapsed(from: string | undefined, now: number): string {
  if (from === undefined) return '';
  const minutes = Math.max(0, Math.floor((now - Date.parse(from)) / 60_000));
  if (Number.isNaN(minutes)) return '';
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** `04:12`: minutes and seconds since, for clocks that run. */
export function showTimer(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60)
    return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  return `${String(minutes).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}

export interface Age {
  readonly count: number;
  readonly unit: 'years' | 'months' | 'days';
}

/** Age by calendar at an instant: years, months under two years, days under two months. */
export function ageAt(birthDate: string, at: string | undefined): Age | undefined {
  const [year, month, day] = birthDate.split('-').map(Number);
  if (year === undefined || Number.isNaN(year) || birthDate === '') return undefined;
  const then = at === undefined ? new Date() : new Date(at);
  const years = then.getFullYear() - year;
  if (month === undefined) return { count: years, unit: 'years' };
  let months = years * 12 + then.getMonth() + 1 - month;
  if (day !== undefined && then.getDate() < day) months -= 1;
  if (months >= 24 || day === undefined) {
    return months >= 24 ? { count: Math.floor(months / 12), unit: 'years' } : { count: months, unit: 'months' };
  }
  if (months >= 2) return { count: months, unit: 'months' };
  const days = Math.floor((then.getTime() - new Date(year, month - 1, day).getTime()) / 86_400_000);
  return { count: days, unit: 'days' };
}

/** The latest of some instants (all written the same way); empty when there are none. */
export const latestOf = (instants: readonly string[]): string => [...instants].sort().at(-1) ?? '';
