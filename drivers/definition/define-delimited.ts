import { extractReports, type Line, linesOf, type ReportBounds } from '../../protocols/delimited/reports.ts';
import type { Fault, MessageText, Span } from '../../protocols/wire.ts';
import type { Decoded, DecodedMessage, DecodedObservation, DecodeOptions, Driver } from '../driver.ts';
import { readerFor } from './charset.ts';
import { closeEntry, type Entry, openEntry, withholdEntry } from './entry.ts';
import { type Groups, groupTime } from './group-time.ts';
import { identityOf } from './identity.ts';
import { talkOf } from './report-talk.ts';
import { type DelimitedDefinition, type DelimitedDefinitionInput, delimitedSchema } from './schema-text.ts';
import { sniff } from './sniff.ts';
import { readValue } from './value.ts';

type LineRule = DelimitedDefinition['lines'][number] & { readonly regex: RegExp };

interface Rules {
  readonly definition: DelimitedDefinition;
  readonly bounds: ReportBounds;
  readonly lines: readonly LineRule[];
}

/** A report while it is read. */
interface Reading {
  readonly entry: Entry;
  readonly ranges: Map<string, string>;
  section: string | undefined;
  /** Groups of the lines of time: date and time may stand in two. */
  time: Groups;
  otherUnits: boolean;
  run: string | undefined;
}

/**
 * A driver of an older analyzer that prints lines of text. The definition is plain data and checked here (throws a
 * ZodError with the path of what is wrong).
 */
export function defineDelimitedDriver(input: DelimitedDefinitionInput): Driver {
  const definition = delimitedSchema.parse(input);
  const begins = new RegExp(definition.report.begins);
  const ends = new RegExp(definition.report.ends);
  const bounds: ReportBounds = {
    begins: (line) => begins.test(line),
    ends: (line) => ends.test(line),
    ...(definition.talk === undefined ? {} : { talk: talkOf(definition.talk) }),
  };
  const lines = definition.lines.map((line) => ({ ...line, regex: new RegExp(line.pattern) }));
  const rules: Rules = { definition, bounds, lines };
  const marks = definition.recognise.map((rule) => ({ regex: new RegExp(rule.matches), score: rule.score }));
  return {
    ...identityOf(definition),
    report: bounds,
    recognise: (raw) => {
      if (sniff(raw).protocol !== 'delimited') return 0;
      const head = linesOf(raw.subarray(0, 65_536)).map((line) => line.text);
      return marks.reduce(
        (best, mark) => (mark.score > best && head.some((line) => mark.regex.test(line)) ? mark.score : best),
        0,
      );
    },
    decode: (raw, options = {}) => decodeReports(rules, raw, options),
  };
}

function decodeReports(rules: Rules, raw: Uint8Array, options: DecodeOptions): Decoded {
  const { messages, faults } = extractReports(raw, rules.bounds);
  const found: Fault[] = [...faults];
  return { messages: messages.map((message) => decodeReport(rules, message, options, found)), faults: found };
}

function decodeReport(rules: Rules, message: MessageText, options: DecodeOptions, faults: Fault[]): DecodedMessage {
  const charset = options.charset ?? rules.definition.charset;
  const reader = readerFor(message.text, charset);
  if (reader.invalid) faults.push({ code: 'MESSAGE_CHARSET_INVALID', at: message.span[0], detail: charset });
  const reading: Reading = {
    entry: openEntry('results', message.span),
    ranges: new Map(),
    section: undefined,
    time: {},
    otherUnits: false,
    run: undefined,
  };
  for (const line of linesOf(message.text, reader.decode)) readLine(rules, reading, line, message.span[0], options);
  const entry = finish(rules, reading);
  return closeEntry(
    message.complete ? entry : withholdEntry(entry, 'LINK_UNFINISHED', 'the report did not come whole'),
  );
}

function readLine(rules: Rules, reading: Reading, line: Line, offset: number, options: DecodeOptions): void {
  for (const rule of rules.lines) {
    if (rule.section !== undefined && rule.section !== reading.section) continue;
    const match = rule.regex.exec(line.text);
    if (match === null) continue;
    const groups = match.groups ?? {};
    takeLine(rules, reading, rule, groups, spanOf(line, groups['value'], offset), options);
    return;
  }
}

/** Where the value stands; the text before it may hold bytes beyond ASCII only in the line's own charset. */
function spanOf(line: Line, value: string | undefined, offset: number): Span {
  const at = value === undefined ? -1 : line.text.indexOf(value.trim());
  if (value === undefined || at < 0 || line.text.length !== line.end - line.start)
    return [offset + line.start, offset + line.end];
  return [offset + line.start + at, offset + line.start + at + value.trim().length];
}

function takeLine(
  rules: Rules,
  reading: Reading,
  rule: LineRule,
  groups: Groups,
  span: Span,
  options: DecodeOptions,
): void {
  const { entry } = reading;
  const group = (name: string): string => (groups[name] ?? '').trim();
  switch (rule.is) {
    case 'observation':
      takeObservation(rules, reading, groups, span, options);
      return;
    case 'range':
      reading.ranges.set(group('code'), group('range'));
      return;
    case 'accession':
      if (group('accession') !== '') entry.accession = group('accession');
      if (/^QC-/i.test(group('accession'))) entry.kind = 'qc';
      return;
    case 'time':
      reading.time = { ...reading.time, ...groups };
      return;
    case 'patient':
      takePatient(rules, entry, groups);
      return;
    case 'attachment':
      entry.attachments.push({ name: group('name'), mediaType: 'text/plain', span });
      return;
    case 'otherUnits':
      reading.otherUnits = true;
      return;
    case 'run':
      reading.run = group('run');
      return;
    case 'control':
      entry.kind = 'qc';
      entry.control = {
        ...entry.control,
        ...present({ name: group('name'), lot: group('lot'), level: group('level') }),
      };
      return;
    case 'comment':
      entry.comments.push(group('text'));
      return;
    case 'sectionStart':
      reading.section = rule.begins;
      return;
    case 'empty':
      return;
    default:
      rule.is satisfies never;
  }
}

function takeObservation(rules: Rules, reading: Reading, groups: Groups, span: Span, options: DecodeOptions): void {
  const code = (groups['code'] ?? '').trim();
  const decimalComma = options.decimalComma ?? rules.definition.value.decimalComma;
  const read = readValue(groups['value'] ?? '', {
    ...(decimalComma === undefined ? {} : { decimalComma }),
    ...(rules.definition.value.masks === undefined ? {} : { masks: rules.definition.value.masks }),
  });
  if (code === '' || read.unreadable !== undefined) {
    const detail = code === '' ? 'value without a code' : `${code}: ${read.unreadable}`;
    reading.entry.held.push({ reason: 'DRIVER_VALUE_UNREADABLE', detail, span });
    return;
  }
  const unit = (groups['unit'] ?? '').trim();
  const flags = Object.keys(groups)
    .filter((name) => name.startsWith('flag'))
    .map((name) => (groups[name] ?? '').trim());
  const [low, high] = [(groups['low'] ?? '').trim(), (groups['high'] ?? '').trim()];
  reading.entry.observations.push({
    hostCode: code,
    value: read.value,
    ...(read.comparator === undefined ? {} : { comparator: read.comparator }),
    ...(unit === '' ? {} : { unit }),
    ...(low === '' || high === '' ? {} : { referenceRange: `${low} - ${high}` }),
    flags: [...flags, read.mask ?? ''].filter((each) => each !== ''),
    span,
  });
}

/** Ranges stand in a section of their own, time and run number at the head: they join the values at the end. */
function finish(rules: Rules, reading: Reading): Entry {
  const { entry, ranges, run } = reading;
  const time = groupTime(reading.time, rules.definition.months);
  const joined = entry.observations.map((observation): DecodedObservation => {
    const range = ranges.get(observation.hostCode);
    return {
      ...observation,
      ...(range === undefined ? {} : { referenceRange: range }),
      ...(time === undefined ? {} : { observedAt: time }),
      ...(run === undefined ? {} : { runMark: run }),
    };
  });
  const whole = { ...entry, observations: joined };
  return reading.otherUnits
    ? withholdEntry(whole, 'DRIVER_VALUE_UNREADABLE', 'in another system of units than the code map')
    : whole;
}

function takePatient(rules: Rules, entry: Entry, groups: Groups): void {
  const words = (name: string): string => (groups[name] ?? '').replaceAll(/[\s^]+/g, ' ').trim();
  const born = groups['year'] === undefined ? undefined : groupTime(groups, rules.definition.months)?.slice(0, 10);
  const sex = rules.definition.sex[words('sex')];
  const patient = {
    ...entry.patient,
    ...(words('patientId') === '' ? {} : { id: words('patientId') }),
    ...(words('patientName') === '' ? {} : { name: words('patientName') }),
    ...(born === undefined ? {} : { birthDate: born }),
    ...(sex === undefined ? {} : { sex }),
  };
  if (Object.keys(patient).length > 0) entry.patient = patient;
}

function present(parts: Readonly<Record<'name' | 'lot' | 'level', string>>): {
  name?: string;
  lot?: string;
  level?: string;
} {
  return Object.fromEntries(Object.entries(parts).filter(([, text]) => text !== ''));
}
