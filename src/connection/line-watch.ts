import { DateTime } from 'luxon';
import type { Driver } from '../../drivers/driver.ts';
import type { ErrorCode } from '../error-table.ts';
import { describe } from '../errors.ts';

/** What is watched on a line beyond its state. */
export interface LineWatch {
  /** Share of the latest answers that refused, 0 to 1; null until there were some. */
  readonly nakRate: number | null;
  /** How far the analyzer's clock is ahead of ours by its latest header, in seconds; null where it sends no time. */
  readonly clockSkewSeconds: number | null;
  /** Specimens whose orders it took and whose results are overdue. */
  readonly ordersWithoutResult: number;
  /** Sessions it opened and ended without a frame. */
  readonly enqWithoutData: number;
  /** Longest silence between its latest arrivals, in seconds; null until it has a rhythm. */
  readonly rhythmSeconds: number | null;
  /** The latest trouble on the wire; null where there was none since the start. */
  readonly lastFault: WireTrouble | null;
}

/** What went wrong on a line, and when. */
export interface WireTrouble {
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly at: string;
}

/** Trouble in words. */
export function sayTrouble({ code, detail }: WireTrouble): string {
  const words = describe(code, { detail: detail ?? '' });
  return detail === undefined || words.includes(detail) ? words : `${words}: ${detail}`;
}

const answersKept = 200;
/** Beyond this a clock is wrong enough to mislead. */
const skewTold = 5 * 60;
/** Beyond this the cable or the settings are suspect. */
const nakRateTold = 0.1;
const answersNeeded = 20;

/** Time from orders told to results, by section: a generous one, after which someone should look. */
const dueMinutes: Readonly<Record<Driver['section'], number>> = {
  hematology: 30,
  chemistry: 90,
  immunology: 120,
  coagulation: 45,
  urine: 30,
  'blood-gas': 20,
  molecular: 240,
  'blood-bank': 60,
};

export interface Watching {
  answered(positive: boolean): void;
  emptySession(): void;
  /** A frame, message or sending was refused or broken. */
  failed(code: ErrorCode, detail?: string): void;
  /** A message came: its header's time is compared. */
  arrived(raw: Uint8Array): void;
  /** Orders of a specimen were told to the analyzer. */
  told(accession: string): void;
  /** Results of a specimen came. */
  results(accession: string): void;
  read(rhythmMs: number | null): LineWatch;
  /** What of it someone should know, in words. */
  warnings(): string[];
}

/** @param zone of the analyzer's clock */
export function createWatch(driver: Driver, zone: string, now: () => number): Watching {
  const answers: boolean[] = [];
  const waiting = new Map<string, number>();
  let enqWithoutData = 0;
  let skew: number | null = null;
  let lastFault: WireTrouble | null = null;

  const nakRate = (): number | null =>
    answers.length === 0 ? null : answers.filter((positive) => !positive).length / answers.length;
  const overdue = (): number => {
    const due = now() - (dueMinutes[driver.section] ?? 120) * 60_000;
    return [...waiting.values()].filter((at) => at < due).length;
  };

  return {
    answered(positive) {
      answers.push(positive);
      if (answers.length > answersKept) answers.shift();
    },
    emptySession() {
      enqWithoutData += 1;
    },
    failed(code, detail) {
      lastFault = { code, ...(detail === undefined ? {} : { detail }), at: new Date(now()).toISOString() };
    },
    arrived(raw) {
      const sent = headerTime(raw, driver.protocol, zone);
      if (sent !== null) skew = Math.round((sent - now()) / 1_000);
    },
    told(accession) {
      if (!waiting.has(accession)) waiting.set(accession, now());
      // Specimens that never came are forgotten some day.
      for (const [each, at] of waiting) if (now() - at > 86_400_000) waiting.delete(each);
    },
    results(accession) {
      waiting.delete(accession);
    },
    read: (rhythmMs) => ({
      nakRate: nakRate(),
      clockSkewSeconds: skew,
      ordersWithoutResult: overdue(),
      enqWithoutData,
      rhythmSeconds: rhythmMs === null ? null : Math.round(rhythmMs / 1_000),
      lastFault,
    }),
    warnings() {
      const words: string[] = [];
      const rate = nakRate();
      if (rate !== null && answers.length >= answersNeeded && rate > nakRateTold)
        words.push(`${Math.round(rate * 100)} % of the latest frames were refused`);
      if (skew !== null && Math.abs(skew) > skewTold)
        words.push(`the analyzer's clock is ${Math.round(Math.abs(skew) / 60)} min ${skew > 0 ? 'ahead' : 'behind'}`);
      const late = overdue();
      if (late > 0) words.push(`${late} specimens were ordered and have no result`);
      return words;
    },
  };
}

const latin1 = new TextDecoder('latin1');

/** Time of MSH-7 or H-14 as an instant; null where there is none. A time of the day before is no clock's. */
function headerTime(raw: Uint8Array, protocol: Driver['protocol'], zone: string): number | null {
  if (protocol === 'delimited' || protocol === 'blocks') return null;
  const text = latin1.decode(raw.subarray(0, 1_000));
  const header =
    protocol === 'hl7v2'
      ? /MSH(.)[^\r\n]*/.exec(text)
      : /(?:^|[\r\n\u0002]\d?)\s*H([^A-Za-z0-9\s])[^\r\n\u0003\u0017]*/.exec(text);
  const separator = header?.[1];
  if (header === null || separator === undefined) return null;
  const field = header[0].split(separator)[protocol === 'hl7v2' ? 6 : 13] ?? '';
  const stamp = /^\d{12}(\d{2})?/.exec(field)?.[0];
  if (stamp === undefined) return null;
  const minutes = Number(stamp.slice(10, 12));
  const seconds = Number(stamp.slice(12));
  if (minutes > 59 || seconds > 59) return null;
  const hour = hourOf(stamp.slice(0, 10), zone);
  return hour === null ? null : hour + (minutes * 60 + seconds) * 1_000;
}

/** The instant at which an hour `yyyyMMddHH` of a zone begins: messages of a line are mostly of one hour, calendars are slow. */
function hourOf(hour: string, zone: string): number | null {
  if (hour !== latest.hour || zone !== latest.zone) {
    const time = DateTime.fromFormat(hour, 'yyyyMMddHH', { zone });
    latest = { hour, zone, at: time.isValid ? time.toMillis() : null };
  }
  return latest.at;
}

let latest: { readonly hour: string; readonly zone: string; readonly at: number | null } = {
  hour: '',
  zone: '',
  at: null,
};
