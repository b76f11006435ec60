import type { Aside, DecodedObservation, DecodeOptions } from '../driver.ts';
import type { Entry } from './entry.ts';
import { type Mark, type Path, parseMark, parsePaths } from './path.ts';
import type { ObservationPaths, RowRule } from './schema.ts';
import { allMarked, type Found, find, findText, type Scope } from './scope.ts';
import { readTime } from './time.ts';
import { readValue, type ValueRules } from './value.ts';

/** An observation's places with paths and patterns read once. */
export interface ObservationPlaces {
  readonly code: readonly Path[];
  readonly name: readonly Path[];
  readonly value: readonly Path[];
  readonly unit: readonly Path[];
  readonly range: readonly Path[];
  readonly flags: readonly Path[];
  readonly status: readonly Path[];
  /** Each by itself: what stands there may be no time. */
  readonly observedAt: readonly (readonly Path[])[];
  readonly runMark: readonly Path[];
  readonly remark?: Remark | undefined;
}

/** Words that stand beside the value of a row. */
export interface Remark {
  readonly at: readonly Path[];
  readonly words: Readonly<Record<string, string>>;
}

export interface Row {
  readonly when: readonly Mark[];
  readonly as: RowRule['as'];
  readonly mediaType?: string | undefined;
}

export interface ReadingRules {
  readonly places: ObservationPlaces;
  readonly rows: readonly Row[];
  readonly value: ValueRules & { readonly empty?: readonly string[] | undefined };
}

/** Fills what a definition leaves open with the places of the standard. */
export function compilePlaces(given: ObservationPaths, usual: ObservationPaths): ObservationPlaces {
  const places = (part: Exclude<keyof ObservationPaths, 'remark'>): readonly Path[] =>
    parsePaths(given[part] ?? usual[part] ?? []);
  const { remark } = given;
  return {
    code: places('code'),
    name: places('name'),
    value: places('value'),
    unit: places('unit'),
    range: places('range'),
    flags: places('flags'),
    status: places('status'),
    observedAt: places('observedAt').map((path) => [path]),
    runMark: places('runMark'),
    ...(remark === undefined ? {} : { remark: { at: parsePaths(remark.at), words: remark.words } }),
  };
}

export function compileRows(rows: readonly RowRule[]): readonly Row[] {
  return rows.map((row) => ({ when: row.when.map(parseMark), as: row.as, mediaType: row.mediaType }));
}

/**
 * Reads one row that may bear a value (R record, OBX segment) into the entry: an observation, an attachment, a held
 * item where the value can't be read, or, where the row bears no value, a remark.
 */
export function readRow(entry: Entry, scope: Scope, rules: ReadingRules, options: DecodeOptions): void {
  const value = find(scope, rules.places.value);
  const row = rules.rows.find((each) => allMarked(scope, each.when));
  const code = findText(scope, rules.places.code);
  const name = findText(scope, rules.places.name);
  if (value === undefined || rules.value.empty?.includes(value.text) === true) {
    remarkEmpty(entry, scope, rules, code, name);
    return;
  }
  if (row?.as === 'attachment') {
    entry.attachments.push({ name: code ?? name ?? '', mediaType: row.mediaType ?? 'text/plain', span: value.span });
    return;
  }
  if (code === undefined) {
    entry.held.push({
      reason: 'DRIVER_VALUE_UNREADABLE',
      detail: `value without a code: ${value.text}`,
      span: value.span,
    });
    return;
  }
  const aside = row?.as;
  if (aside === 'alarm' && isRaised(scope, rules, value.text)) entry.comments.push(name ?? code);
  pushObservation(entry, scope, rules, { code, name, value, aside }, options);
}

/** An alarm that is graded is raised when the analyzer flags it; one in words by being there. */
function isRaised(scope: Scope, rules: ReadingRules, grade: string): boolean {
  return !/^\d+(\.\d+)?$/.test(grade) || readFlags(scope, rules.places.flags).some((flag) => flag !== 'N');
}

interface RowParts {
  readonly code: string;
  readonly name: string | undefined;
  readonly value: Found;
  readonly aside: Aside | undefined;
}

function pushObservation(
  entry: Entry,
  scope: Scope,
  rules: ReadingRules,
  parts: RowParts,
  options: DecodeOptions,
): void {
  const { code, name, value, aside } = parts;
  const read = readValue(value.text, rules.value, options.decimalComma);
  if (read.unreadable !== undefined) {
    entry.held.push({ reason: 'DRIVER_VALUE_UNREADABLE', detail: `${code}: ${read.unreadable}`, span: value.span });
    return;
  }
  const flags = readFlags(scope, rules.places.flags);
  if (read.mask !== undefined) flags.push(read.mask);
  // Set one by one: this runs for every value of every message, and spreads of what is absent cost most of it.
  const observation: Writable<DecodedObservation> = { hostCode: code, value: read.value, flags, span: value.span };
  if (name !== undefined && name !== code) observation.name = name;
  if (read.comparator !== undefined) observation.comparator = read.comparator;
  const unit = findText(scope, rules.places.unit);
  if (unit !== undefined) observation.unit = unit;
  const range = readRange(scope, rules.places.range);
  if (range !== undefined) observation.referenceRange = range;
  const status = findText(scope, rules.places.status);
  if (status !== undefined) observation.status = status;
  const observedAt = firstTime(scope, rules.places.observedAt);
  if (observedAt !== undefined) observation.observedAt = observedAt;
  const runMark = findText(scope, rules.places.runMark);
  if (runMark !== undefined) observation.runMark = runMark;
  const remark = readRemark(scope, rules.places.remark, value.text);
  if (remark !== undefined) observation.comments = [remark];
  if (aside !== undefined) observation.aside = aside;
  if (entry.urine === true) observation.specimen = 'urine';
  entry.observations.push(observation);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function readRemark(scope: Scope, remark: Remark | undefined, value: string): string | undefined {
  if (remark === undefined) return undefined;
  const text = findText(scope, remark.at);
  return text === undefined || text === value ? undefined : (remark.words[text] ?? text);
}

/** A row without a value says something all the same: the name of an alarm, or that a test gave nothing. */
function remarkEmpty(
  entry: Entry,
  scope: Scope,
  rules: ReadingRules,
  code: string | undefined,
  name: string | undefined,
): void {
  const what = name ?? code;
  if (what === undefined) return;
  const flags = readFlags(scope, rules.places.flags);
  entry.comments.push(flags.length === 0 ? `${what}: no value` : `${what} (${flags.join(', ')})`);
}

/** Flags of all repeats, verbatim; of a coded flag the first component that holds something else than zero width. */
function readFlags(scope: Scope, places: readonly Path[]): string[] {
  const flags: string[] = [];
  for (const place of places) {
    const record = scope[place.record];
    if (record === undefined) continue;
    for (const components of record.repeats(place.field)) {
      const own = place.component === undefined ? components[0] : components[place.component - 1];
      const text = (own ?? '').trim() === '' && place.component === undefined ? components.join('^') : (own ?? '');
      const flag = (place.pick === undefined ? text : (place.pick.exec(text)?.[1] ?? '')).trim();
      if (flag !== '' && flag !== '""' && flag.replaceAll('^', '') !== '') flags.push(flag);
    }
  }
  return flags;
}

/** `low^high` becomes `low - high`; a range with a description keeps the range alone, one of several the first. */
function readRange(scope: Scope, places: readonly Path[]): string | undefined {
  const found = find(scope, places)?.text;
  if (found === undefined) return undefined;
  if (!found.includes('^') && !found.includes('\\')) return found === '-' ? undefined : found;
  const parts = found.split('^').map((part) => (part.split('\\')[0] ?? '').trim());
  const [low = '', high = ''] = parts;
  if (parts.length === 1) return low === '-' ? undefined : low;
  if (isLimit(low) && isLimit(high)) return `${low} - ${high}`;
  return low === '' ? undefined : low;
}

function isLimit(text: string): boolean {
  return /^[+-]?[\d.,]+$/.test(text);
}

function firstTime(scope: Scope, places: readonly (readonly Path[])[]): string | undefined {
  for (const place of places) {
    const text = findText(scope, place);
    const time = text === undefined ? undefined : readTime(text);
    if (time !== undefined) return time;
  }
  return undefined;
}
