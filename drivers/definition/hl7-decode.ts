import { extractBlocks } from '../../protocols/hl7v2/extract.ts';
import type { Fault, MessageText } from '../../protocols/wire.ts';
import type { Decoded, DecodedMessage, DecodeOptions } from '../driver.ts';
import { readControl } from './control.ts';
import { closeEntry, type Entry, openEntry, withholdEntry } from './entry.ts';
import type { Hl7Rules } from './hl7-compile.ts';
import { type Hl7View, viewHl7Message } from './hl7-view.ts';
import { readRow } from './observation.ts';
import { readPatient } from './patient.ts';
import { allMarked, findText, marked, type RecordView, type Scope } from './scope.ts';

/** One-off code a driver keeps for what its definition can't say. */
export interface Hl7Hooks {
  /** Called at each segment that begins a specimen, after the entry is open. */
  readonly readSpecimen?: (entry: Entry, scope: Scope, options: DecodeOptions) => void;
}

/** Message types whose OBX are results; elsewhere (orders, worklists) they are not. */
const resultTypes = /^(ORU|OUL|ORF|ERP)$/;
/** Messages whose OBX say something of an order, a query or a person, and are no results. */
const otherTypes =
  /^(ORM|OML|ORR|ORL|ORG|OMG|OMI|RSP|DSR|QCK|QCN|ACK|MCF|QBP|QRY|ADT|MDM|SIU|SSU|SSR|ESU|ESR|EAC|EAR|INU|TCU)$/;

interface Walk {
  readonly rules: Hl7Rules;
  readonly options: DecodeOptions;
  readonly hooks: Hl7Hooks;
  readonly message: MessageText;
  readonly view: Hl7View;
  readonly entries: Entry[];
  readonly results: boolean;
  /** Changed in place: whoever is given it looks at once. */
  scope: Record<string, RecordView | undefined>;
  entry: Entry | undefined;
  above: 'specimen' | 'row';
}

/** Decodes raw bytes of one message or of a whole capture. Total: trouble becomes faults and held items. */
export function decodeHl7(
  rules: Hl7Rules,
  raw: Uint8Array,
  charset: string,
  options: DecodeOptions,
  hooks: Hl7Hooks = {},
): Decoded {
  const { messages, faults } = extractBlocks(raw);
  const found: Fault[] = [...faults];
  const decoded = messages.flatMap((message) => decodeMessage(rules, message, charset, options, hooks, found));
  return { messages: decoded, faults: found };
}

function decodeMessage(
  rules: Hl7Rules,
  message: MessageText,
  charset: string,
  options: DecodeOptions,
  hooks: Hl7Hooks,
  faults: Fault[],
): DecodedMessage[] {
  const view = viewHl7Message(message, charset, options.charset);
  if (!view.segments.some((segment) => segment.type === 'MSH')) {
    // Who sent it and what it is nobody knows: it is refused, and kept for a person to see.
    faults.push({ code: 'MESSAGE_STRUCTURE_BROKEN', at: message.span[0], detail: 'a block without MSH' });
    return [];
  }
  if (view.invalidCharset) faults.push({ code: 'MESSAGE_CHARSET_INVALID', at: message.span[0], detail: charset });
  const results = resultTypes.test(view.message.type);
  const walk: Walk = {
    rules,
    options,
    hooks,
    message,
    view,
    entries: [],
    results,
    scope: {},
    entry: undefined,
    above: 'specimen',
  };
  for (const segment of view.segments) take(walk, segment);
  if (isQuery(walk)) readQuery(walk);
  if (walk.entries.length === 0) openSpecimen(walk);
  const reason =
    faults.find((fault) => fault.at >= message.span[0] && fault.at <= message.span[1])?.code ?? 'LINK_UNFINISHED';
  return walk.entries.map((entry) =>
    closeEntry(message.complete ? entry : withholdEntry(entry, reason, 'the message did not come whole')),
  );
}

function take(walk: Walk, segment: RecordView): void {
  const { specimen } = walk.rules;
  switch (segment.type) {
    case 'OBX':
      takeRow(walk, segment);
      return;
    case 'NTE':
      takeNote(walk, segment);
      return;
    case 'PID':
      walk.scope = { MSH: walk.scope['MSH'], PID: segment, OBR: undefined, OBX: undefined };
      walk.entry = undefined;
      walk.above = 'specimen';
      return;
    default:
      walk.scope[segment.type] = segment;
      if (segment.type === specimen) takeSpecimen(walk);
      else if (walk.entry !== undefined && namesSpecimen(walk, segment.type)) nameSpecimen(walk, walk.entry);
  }
}

function namesSpecimen(walk: Walk, segment: string): boolean {
  return segment === 'SAC' || segment === 'OBR' || segment === walk.rules.namedBehind;
}

/** Orders that follow one another for the same specimen are one entry. */
function takeSpecimen(walk: Walk): void {
  if (walk.rules.specimen === 'SPM') Object.assign(walk.scope, { SAC: undefined, OBR: undefined });
  walk.above = 'specimen';
  const before = walk.entry;
  const accession = findText(walk.scope, walk.rules.accession);
  const control = isControl(walk);
  if (before === undefined || before.accession !== accession || (before.kind === 'qc') !== control) openSpecimen(walk);
  if (walk.entry !== undefined && walk.results) walk.hooks.readSpecimen?.(walk.entry, walk.scope, walk.options);
}

function takeRow(walk: Walk, segment: RecordView): void {
  if (!walk.results) {
    holdUnsupported(walk, segment);
    return;
  }
  walk.scope['OBX'] = segment;
  const entry = walk.entry ?? openSpecimen(walk);
  if (entry.kind === 'other') entry.kind = 'results';
  const before = entry.observations.length;
  readRow(entry, walk.scope, walk.rules.reading, walk.options);
  walk.above = entry.observations.length > before ? 'row' : 'specimen';
}

/** A value in a message of a type nobody told of may be a result: it is not filed, and does not vanish. */
function holdUnsupported(walk: Walk, segment: RecordView): void {
  const { type } = walk.view.message;
  if (otherTypes.test(type) || segment.text(5).trim() === '') return;
  const entry = walk.entry ?? openSpecimen(walk);
  const code = segment.text(3, 1) || segment.text(4);
  const span = segment.fieldSpan(5);
  entry.held.push({
    reason: 'MESSAGE_TYPE_UNSUPPORTED',
    detail: `a value in a message of type ${type || '(none)'}: ${code}`,
    span,
  });
}

function takeNote(walk: Walk, segment: RecordView): void {
  const text = segment.text(3).trim();
  const entry = walk.entry;
  if (text === '' || text === '""' || entry === undefined) return;
  const last = entry.observations.at(-1);
  if (walk.above === 'row' && last !== undefined) {
    entry.observations[entry.observations.length - 1] = { ...last, comments: [...(last.comments ?? []), text] };
  } else entry.comments.push(text);
}

function openSpecimen(walk: Walk): Entry {
  const entry = openEntry(isControl(walk) ? 'qc' : 'other', walk.message.span);
  const sender = [walk.scope['MSH']?.text(3) ?? '', walk.scope['MSH']?.text(4) ?? '']
    .filter((part) => part !== '')
    .join(' ');
  const controlId = walk.scope['MSH']?.text(10) ?? '';
  if (sender !== '') entry.sender = sender;
  if (controlId !== '') entry.controlId = controlId;
  entry.patient = readPatient(walk.scope, walk.rules.patient);
  entry.urine = walk.rules.urine.some((mark) => marked(walk.scope, mark));
  walk.entry = entry;
  walk.entries.push(entry);
  nameSpecimen(walk, entry);
  return entry;
}

function nameSpecimen(walk: Walk, entry: Entry): void {
  if (walk.results) entry.accession = findText(walk.scope, walk.rules.accession);
  // also where the mark comes behind the results
  if (entry.kind !== 'query' && isControl(walk)) entry.kind = 'qc';
  if (entry.kind === 'qc') entry.control = readControl(walk.scope, walk.rules.control);
}

function isControl(walk: Walk): boolean {
  return walk.results && walk.rules.qc.some((mark) => marked(walk.scope, mark));
}

function isQuery(walk: Walk): boolean {
  const { message, when } = walk.rules.query;
  return message.test(walk.view.message.type) && allMarked(walk.scope, when);
}

/** Queries that ask for everything that waits: Mindray's by range (QRD-8 left empty), LAW's WOS_ALL, Cepheid's Z03. */
function asksForAll(scope: Scope): boolean {
  const id = scope['QPD']?.text(1, 1) ?? '';
  return scope['QRD'] !== undefined || /^(WOS_ALL|Z03)$/.test(id);
}

/**
 * A query without a specimen number is of a tube whose number could not be read, unless its form asks for all: whose
 * orders it is to be told nobody knows, so it is told none.
 */
function readQuery(walk: Walk): void {
  const entry = walk.entry ?? openSpecimen(walk);
  entry.kind = 'query';
  const accession = findText(walk.scope, walk.rules.query.accession);
  const echo: Record<string, string> = {};
  for (const [name, path] of walk.rules.query.echo) {
    const text = findText(walk.scope, [path]);
    if (text !== undefined) echo[name] = text;
  }
  const echoed = Object.keys(echo).length === 0 ? {} : { echo };
  if (accession !== undefined) entry.queries.push({ accession, ...echoed });
  else if (asksForAll(walk.scope)) entry.queries.push({ all: true, ...echoed });
  else entry.queries.push(echoed);
}
