import { DateTime } from 'luxon';
import { invalid } from './outcome.ts';
import type { Resource } from './types.ts';

/** One search parameter as sent: `code=a,b` has two values, any of which may match. */
export interface Parameter {
  readonly name: string;
  readonly modifier?: string;
  readonly values: readonly string[];
}

/** A half-open range of instants; an absent end is open. */
export interface DateRange {
  readonly from?: string;
  readonly to?: string;
  readonly not?: boolean;
}

const most = 200;
const ordinary = 50;

/** Split query pairs into parameters. `patient.identifier` keeps its chain in the name. */
export function readParameters(pairs: Iterable<readonly [string, string]>): Parameter[] {
  const found: Parameter[] = [];
  for (const [key, text] of pairs) {
    const [name = '', modifier] = key.split(':');
    const values = text.split(/(?<!\\),/).map((value) => value.replaceAll('\\,', ','));
    found.push({ name, values, ...(modifier === undefined ? {} : { modifier }) });
  }
  return found;
}

/** `_count`: 1 to 200, 50 when absent. Throws 400 when malformed. */
export function readCount(parameters: readonly Parameter[]): number {
  const text = parameters.find((each) => each.name === '_count')?.values[0];
  if (text === undefined) return ordinary;
  if (!/^\d{1,9}$/.test(text)) throw invalid('_count must be a whole number');
  return Math.min(Number(text), most);
}

const prefixes = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.+)$/;
const date = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/**
 * A FHIR date parameter as a range of UTC instants. `zone` is used where the value names none. Throws 400 when it is no
 * date. `+` of an offset may arrive as a blank.
 */
export function readDate(value: string, zone: string): DateRange {
  const [, prefix = 'eq', text = ''] = prefixes.exec(value.replace(' ', '+')) ?? [];
  const begin = DateTime.fromISO(text, { zone });
  if (!date.test(text) || !begin.isValid) throw invalid(`${value} is not a date`);
  const from = utc(begin);
  const to = utc(begin.plus(precision(text)));
  switch (prefix) {
    case 'gt':
    case 'sa':
      return { from: to };
    case 'lt':
    case 'eb':
      return { to: from };
    case 'ge':
      return { from };
    case 'le':
      return { to };
    case 'ne':
      return { from, to, not: true };
    default:
      return { from, to };
  }
}

function precision(text: string): Record<string, number> {
  if (text.length === 4) return { years: 1 };
  if (text.length === 7) return { months: 1 };
  if (text.length === 10) return { days: 1 };
  if (/\.\d+/.test(text)) return { milliseconds: 1 };
  return /T\d{2}:\d{2}:\d{2}/.test(text) ? { seconds: 1 } : { minutes: 1 };
}

function utc(time: DateTime): string {
  return time.toUTC().toISO() ?? '';
}

export function within(instant: string, range: DateRange): boolean {
  const inside = (range.from === undefined || instant >= range.from) && (range.to === undefined || instant < range.to);
  return range.not === true ? !inside : inside;
}

/** A token value `system|code`, `|code` or `code`. */
export function tokenMatches(
  value: string,
  codings: readonly { system?: string | undefined; code?: string | undefined }[],
): boolean {
  const bar = value.indexOf('|');
  const system = bar < 0 ? undefined : value.slice(0, bar);
  const code = bar < 0 ? value : value.slice(bar + 1);
  return codings.some(
    (coding) =>
      (code === '' || coding.code === code) &&
      (system === undefined || (system === '' ? coding.system === undefined : coding.system === system)),
  );
}

/** The identifiers of a resource, as codings that a token is compared with. */
export function identifiersOf(resource: Resource): { system?: string; code?: string }[] {
  const list: unknown = resource.identifier;
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown) =>
    typeof each === 'object' && each !== null && 'value' in each && 'system' in each
      ? [{ system: String(each.system), code: String(each.value) }]
      : [],
  );
}

/** The id in a reference value: `123`, `Patient/123` or an absolute URL that ends so; null for another type. */
export function referenceId(value: string, type: string): string | null {
  const parts = value.split('/').filter((part) => part !== '');
  if (parts.length === 1) return parts[0] ?? null;
  return parts.at(-2) === type ? (parts.at(-1) ?? null) : null;
}
