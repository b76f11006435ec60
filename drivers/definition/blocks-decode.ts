import { extractBlocks } from '../../protocols/blocks/extract.ts';
import type { BlockRole } from '../../protocols/blocks/state.ts';
import { type Fault, type MessageText, rawSpan, type Span } from '../../protocols/wire.ts';
import type { Aside, Decoded, DecodedMessage, DecodedObservation, DecodedPatient, DecodeOptions } from '../driver.ts';
import { type CharsetReader, readerFor } from './charset.ts';
import { closeEntry, type Entry, openEntry, withholdEntry } from './entry.ts';
import { type Groups, groupTime } from './group-time.ts';
import type { BlockDefinition } from './schema-text.ts';
import { readValue } from './value.ts';

interface Layout {
  readonly layout: BlockDefinition['layouts'][number];
  readonly regex: RegExp;
  readonly row?: RegExp;
  readonly when: readonly { readonly group: string; readonly regex: RegExp; readonly is: 'qc' | 'urine' }[];
}

export interface BlockReading {
  readonly definition: BlockDefinition;
  readonly maxBlock: number;
  readonly role: (text: string) => BlockRole;
  readonly layouts: readonly Layout[];
}

/** What is known of a block while its rows are read. */
interface Reading {
  readonly rules: BlockReading;
  readonly message: MessageText;
  /** One character for each byte, so that offsets are those of the bytes. */
  readonly plain: string;
  readonly reader: CharsetReader;
  readonly options: DecodeOptions;
  readonly entry: Entry;
  observedAt: string | undefined;
  runMark: string | undefined;
}

const latin1 = new TextDecoder('latin1');

/** Each block is a message; polls, marks and words on orders are none. */
export function decodeBlocks(rules: BlockReading, raw: Uint8Array, options: DecodeOptions): Decoded {
  const { messages, faults } = extractBlocks(raw, rules.definition.check, rules.maxBlock);
  const found: Fault[] = [...faults];
  return { messages: messages.flatMap((message) => decodeBlock(rules, message, options, found)), faults: found };
}

function decodeBlock(
  rules: BlockReading,
  message: MessageText,
  options: DecodeOptions,
  faults: Fault[],
): DecodedMessage[] {
  const plain = latin1.decode(message.text);
  const role = rules.role(plain);
  if (message.complete && role !== 'record' && role !== 'query') return [];
  const charset = options.charset ?? rules.definition.charset;
  const reader = readerFor(message.text, charset);
  if (reader.invalid) faults.push({ code: 'MESSAGE_CHARSET_INVALID', at: message.span[0], detail: charset });
  for (const layout of rules.layouts) {
    const match = layout.regex.exec(plain);
    if (match === null) continue;
    const entry = openEntry(layout.layout.is, message.span);
    const reading = { rules, message, plain, reader, options, entry, observedAt: undefined, runMark: undefined };
    readBlock(reading, layout, match);
    return [closeEntry(message.complete ? entry : withholdEntry(entry, 'LINK_UNFINISHED', 'the block did not end'))];
  }
  const entry = openEntry('other', message.span);
  entry.held.push(
    message.complete
      ? unlike(message.span, 'no layout of this analyzer fits: look at its online settings')
      : { reason: 'LINK_UNFINISHED', detail: 'the block did not end', span: message.span },
  );
  return [closeEntry(entry)];
}

function unlike(span: Span, detail: string): Entry['held'][number] {
  return { reason: 'MESSAGE_STRUCTURE_BROKEN', detail, span };
}

/** Text of a named group in the line's charset, blanks trimmed. */
function groupText(reading: Reading, match: RegExpExecArray, name: string): string {
  const place = match.indices?.groups?.[name];
  return place === undefined ? '' : reading.reader.decode(reading.message.text.subarray(...place)).trim();
}

function readBlock(reading: Reading, layout: Layout, match: RegExpExecArray): void {
  const { entry } = reading;
  const group = (name: string): string => groupText(reading, match, name);
  const groups: Groups = match.groups ?? {};
  for (const { group: name, regex, is } of layout.when) {
    if (!regex.test(groups[name] ?? '')) continue;
    if (is === 'urine') entry.urine = true;
    else entry.kind = 'qc';
  }
  if (group('accession') !== '') entry.accession = group('accession');
  entry.patient = readPatient(reading, match);
  reading.observedAt = groupTime(groups);
  reading.runMark = group('run') === '' ? undefined : group('run');
  if (entry.kind === 'query') {
    const echo = Object.fromEntries(layout.layout.echo.map((name) => [name, groups[name] ?? '']));
    entry.queries.push({ ...(entry.accession === undefined ? {} : { accession: entry.accession }), echo });
    return;
  }
  if (entry.kind === 'qc') {
    const parts = { name: group('name') || (entry.accession ?? ''), lot: group('lot'), level: group('level') };
    entry.control = Object.fromEntries(Object.entries(parts).filter(([, text]) => text !== ''));
  }
  if (layout.layout.held !== undefined) entry.held.push(unlike(entry.span, layout.layout.held));
  readRows(reading, layout, match);
}

function readPatient(reading: Reading, match: RegExpExecArray): DecodedPatient | undefined {
  const id = groupText(reading, match, 'patientId');
  const name = groupText(reading, match, 'patientName').replaceAll(/[\s^]+/g, ' ');
  const sex = reading.rules.definition.sex[groupText(reading, match, 'sex')];
  if (id === '' && name === '' && sex === undefined) return undefined;
  return {
    ...(id === '' ? {} : { id }),
    ...(name === '' ? {} : { name }),
    ...(sex === undefined ? {} : { sex }),
  };
}

function readRows(reading: Reading, { layout, row }: Layout, match: RegExpExecArray): void {
  const place = match.indices?.groups?.['rows'];
  if (place === undefined) {
    if (match.groups?.['code'] !== undefined) readRow(reading, match);
    return;
  }
  const [from, to] = place;
  if (layout.columns !== undefined) {
    readColumns(reading, layout.columns, from, to);
    return;
  }
  if (row === undefined) return;
  const before = reading.entry.observations.length;
  let at = from;
  while (at < to) {
    row.lastIndex = at;
    const found = row.exec(reading.plain);
    if (found === null || found[0] === '' || row.lastIndex > to) break;
    readRow(reading, found);
    at = row.lastIndex;
  }
  if (at === to) return;
  // Where one row is of another width than was thought, so may be those before it.
  reading.entry.observations.splice(before);
  reading.entry.held.push(
    unlike(rawSpan(reading.message, at, to), 'rows of another form than known: look at its online settings'),
  );
}

function readRow(reading: Reading, match: RegExpExecArray): void {
  const group = (name: string): string => groupText(reading, match, name);
  const flags = Object.keys(match.groups ?? {})
    .filter((name) => name.startsWith('flag'))
    .map(group)
    .filter((flag) => flag !== '');
  const parts = { code: group('code'), name: group('name'), unit: group('unit'), flags };
  const places = match.indices?.groups ?? {};
  const take = (name: string, aside?: Aside): void => {
    push(reading, parts, group(name), places[name] ?? [match.index, match.index], aside);
  };
  const word = group('word') === '' ? null : 'word';
  if (word !== null) take(word, group('value') === '' ? undefined : 'interpretation');
  if (word === null || group('value') !== '') take('value');
  if (group('reading') !== '') take('reading', 'raw');
}

interface RowParts {
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  readonly flags: readonly string[];
}

function push(reading: Reading, parts: RowParts, text: string, place: readonly [number, number], aside?: Aside): void {
  const { entry, message, rules, options } = reading;
  const span = rawSpan(message, ...place);
  const { decimalComma, masks, empty } = rules.definition.value;
  if (text === '' || empty?.includes(text) === true) {
    entry.comments.push(
      parts.flags.length === 0 ? `${parts.code}: no value` : `${parts.code} (${parts.flags.join(', ')})`,
    );
    return;
  }
  const read = readValue(text, masks === undefined ? {} : { masks }, options.decimalComma ?? decimalComma);
  if (parts.code === '' || read.unreadable !== undefined) {
    const detail = parts.code === '' ? `value without a code: ${text}` : `${parts.code}: ${read.unreadable}`;
    entry.held.push({ reason: 'DRIVER_VALUE_UNREADABLE', detail, span });
    return;
  }
  const observation: DecodedObservation = {
    hostCode: parts.code,
    ...(parts.name === '' ? {} : { name: parts.name }),
    value: read.value,
    ...(read.comparator === undefined ? {} : { comparator: read.comparator }),
    ...(parts.unit === '' ? {} : { unit: parts.unit }),
    flags: read.mask === undefined ? parts.flags : [...parts.flags, read.mask],
    ...(reading.observedAt === undefined ? {} : { observedAt: reading.observedAt }),
    ...(reading.runMark === undefined ? {} : { runMark: reading.runMark }),
    span,
    ...(aside === undefined ? {} : { aside }),
    ...(entry.urine === true ? { specimen: 'urine' as const } : {}),
  };
  entry.observations.push(observation);
}

type Columns = NonNullable<BlockDefinition['layouts'][number]['columns']>;

/** Digits without their decimal point, then a flag; a field of blanks was not measured. */
function readColumns(reading: Reading, { digits, plain, tests }: Columns, from: number, to: number): void {
  const width = digits + 1;
  if (to - from !== tests.length * width) {
    reading.entry.held.push(unlike(rawSpan(reading.message, from, to), `not ${tests.length} values`));
    return;
  }
  for (const [index, { code, decimals }] of tests.entries()) {
    const start = from + index * width;
    const text = reading.plain.slice(start, start + digits);
    const flag = reading.plain.slice(start + digits, start + width);
    if (text.trim() === '') continue;
    const flags = flag === plain || flag === ' ' ? [] : [flag];
    if (decimals === undefined) reading.entry.comments.push(`${code}: ${text} as sent, its point is not known`);
    else
      push(reading, { code, name: '', unit: '', flags }, pointed(text.replaceAll(' ', '0'), decimals), [
        start,
        start + digits,
      ]);
  }
}

/** `0056` with one decimal is `5.6`; what is no number stays as it is. */
function pointed(text: string, decimals: number): string {
  if (!/^\d+$/.test(text)) return text;
  const whole = text.slice(0, text.length - decimals).replace(/^0+(?=\d)/, '');
  return decimals === 0 ? whole : `${whole === '' ? '0' : whole}.${text.slice(text.length - decimals)}`;
}
