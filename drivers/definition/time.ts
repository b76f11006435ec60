const stamp =
  /^(\d{4})(\d{2})?(\d{2})?(?:[T ]?(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,6}))?)?)?)?\s*([+-]\d{2}:?\d{2}|Z)?$/;
const dashed = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * Reads a time as analyzers write it (`20240627135407`, `20200128083305+0900`, `20250701`, `2023-12-01 08:55`).
 * Gives ISO 8601 as precise as sent, with an offset only when one was sent; undefined when it is no time.
 */
export function readTime(text: string): string | undefined {
  // All values of a message mostly bear the same time.
  if (text !== latest.text) latest = { text, time: timeOf(text.trim()) };
  return latest.time;
}

let latest: { readonly text: string; readonly time: string | undefined } = { text: '', time: undefined };

function timeOf(trimmed: string): string | undefined {
  const compact = stamp.exec(trimmed);
  if (compact !== null) return compose(compact.slice(1, 8), compact[8]);
  const spaced = dashed.exec(trimmed);
  if (spaced === null) return undefined;
  const parts = spaced
    .slice(1, 7)
    .map((part, index) => (part === undefined || index === 0 ? part : part.padStart(2, '0')));
  return compose(parts, undefined);
}

/** Birth date `YYYY[-MM[-DD]]` from a date or time; parts sent as zero (unknown) are left out. */
export function readDate(text: string): string | undefined {
  const digits = /^(\d{4})[-/.]?(\d{2})?[-/.]?(\d{2})?/.exec(text.trim());
  const year = digits?.[1];
  if (year === undefined || year === '0000') return undefined;
  const month = digits?.[2];
  if (month === undefined || !within(month, 1, 12)) return year;
  const day = digits?.[3];
  return day === undefined || !within(day, 1, 31) ? `${year}-${month}` : `${year}-${month}-${day}`;
}

function compose(parts: readonly (string | undefined)[], offset: string | undefined): string | undefined {
  const [year, month, day, hour, minute, second, fraction] = parts;
  if (year === undefined || month === undefined || !within(month, 1, 12)) return undefined;
  if (day === undefined) return `${year}-${month}`;
  if (!within(day, 1, daysIn(Number(year), Number(month)))) return undefined;
  const date = `${year}-${month}-${day}`;
  if (hour === undefined) return date;
  if (!within(hour, 0, 23) || !within(minute ?? '00', 0, 59) || !within(second ?? '00', 0, 60)) return undefined;
  const seconds = second === undefined ? '' : `:${second}${fraction === undefined ? '' : `.${fraction}`}`;
  return `${date}T${hour}:${minute ?? '00'}${seconds}${isoOffset(offset)}`;
}

function isoOffset(offset: string | undefined): string {
  if (offset === undefined || offset === 'Z') return offset ?? '';
  return offset.includes(':') ? offset : `${offset.slice(0, 3)}:${offset.slice(3)}`;
}

function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function within(digits: string, low: number, high: number): boolean {
  const number = Number(digits);
  return number >= low && number <= high;
}
