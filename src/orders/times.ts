import { DateTime } from 'luxon';

const form = /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:\.\d+)?([+-]\d{4})?$/;

/**
 * An HL7 time (`YYYYMMDDHHMM[SS[.S]][+ZZZZ]`) as a UTC instant; its zone is the laboratory's where none is sent. Undefined
 * where it is none, or less precise than the minute: a day is no time of collection.
 */
export function instantOf(text: string, zone: string): string | undefined {
  const found = form.exec(text.trim());
  const [, year, month, day, hour, minute, second, offset] = found ?? [];
  if (minute === undefined) return undefined;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}${offset ?? ''}`;
  const parsed = DateTime.fromISO(iso, offset === undefined ? { zone } : { setZone: true });
  return parsed.toUTC().toISO() ?? undefined;
}

/** An HL7 date as `YYYY[-MM[-DD]]`; empty where it is none. */
export function dateOf(text: string): string {
  const [, year, month, day] = form.exec(text.trim()) ?? [];
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  return date !== '' && DateTime.fromISO(date).isValid ? date : '';
}
