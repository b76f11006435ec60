import { extractMessages } from '../../protocols/astm/extract.ts';
import { parseRecords } from '../../protocols/astm/records.ts';
import type { Fault, MessageText } from '../../protocols/wire.ts';
import type { Decoded, DecodedMessage, DecodeOptions } from '../driver.ts';
import type { AstmRules } from './astm-compile.ts';
import { viewAstmRecord } from './astm-view.ts';
import { readerFor } from './charset.ts';
import { readControl } from './control.ts';
import { closeEntry, type Entry, openEntry, withholdEntry } from './entry.ts';
import { readRow } from './observation.ts';
import { readPatient } from './patient.ts';
import { allMarked, find, findText, marked, type RecordView, type Scope } from './scope.ts';

/** One-off code a driver keeps for what its definition can't say. */
export interface AstmHooks {
  /** Called at each order record, after the entry is open. */
  readonly readSpecimen?: (entry: Entry, scope: Scope) => void;
}

/** What is known while the records of one message are read, in order. */
interface Walk {
  readonly rules: AstmRules;
  readonly options: DecodeOptions;
  readonly hooks: AstmHooks;
  readonly message: MessageText;
  readonly entries: Entry[];
  /** Changed in place: whoever is given it looks at once. */
  scope: Record<string, RecordView | undefined>;
  entry: Entry | undefined;
  /** What a comment belongs to. */
  above: 'specimen' | 'row';
}

/** Decodes raw bytes of one message or of a whole capture. Total: trouble becomes faults and held items. */
export function decodeAstm(
  rules: AstmRules,
  raw: Uint8Array,
  settings: {
    readonly charset: string;
    readonly framing?: 'e1381' | 'simplified' | 'none' | undefined;
    readonly maxFrame?: number | undefined;
  },
  options: DecodeOptions,
  hooks: AstmHooks = {},
): Decoded {
  const { messages, faults } = extractMessages(
    raw,
    settings.maxFrame === undefined ? {} : { maxFrame: settings.maxFrame },
  );
  const found: Fault[] = [...faults];
  const decoded = messages.flatMap((message) =>
    decodeMessage(rules, message, options.charset ?? settings.charset, options, hooks, found),
  );
  return { messages: decoded, faults: found };
}

function decodeMessage(
  rules: AstmRules,
  message: MessageText,
  charset: string,
  options: DecodeOptions,
  hooks: AstmHooks,
  faults: Fault[],
): DecodedMessage[] {
  const reader = readerFor(message.text, charset);
  if (reader.invalid) faults.push({ code: 'MESSAGE_CHARSET_INVALID', at: message.span[0], detail: charset });
  const walk: Walk = { rules, options, hooks, message, entries: [], scope: {}, entry: undefined, above: 'specimen' };
  for (const record of parseRecords(message, reader.decode, reader.lead, rules)) take(walk, viewAstmRecord(record));
  if (walk.entries.length === 0) walk.entries.push(open(walk, openEntry('other', message.span)));
  // What became of the message is what a person has to know; the faults on the way to it stay with the faults.
  const own = faults.filter((fault) => fault.at >= message.span[0] && fault.at <= message.span[1]);
  const ending = own.find(({ code }) => code === 'LINK_GAP' || code === 'LINK_UNFINISHED');
  const reason = ending?.code ?? own[0]?.code ?? 'LINK_UNFINISHED';
  const last = walk.entries.length - 1;
  return walk.entries.map((entry, index) => {
    const whole = message.complete ? entry : withholdEntry(entry, reason, 'the message did not come whole');
    return closeEntry(index === last ? { ...whole, held: [...whole.held, ...leftOut(message)] } : whole);
  });
}

/** A frame that is no part of the message is for a person to see: it may be a repeat, and it may be a lost result. */
function leftOut({ leftOut: spans = [] }: MessageText): Entry['held'] {
  const detail = 'a frame under the number of the one before has another text and was not taken';
  return spans.map((span) => ({ reason: 'LINK_GAP', detail, span }));
}

function take(walk: Walk, record: RecordView): void {
  switch (record.type) {
    case 'H':
      walk.scope = { H: record };
      walk.entry = undefined;
      return;
    case 'P':
      walk.scope = { H: walk.scope['H'], P: record };
      walk.entry = undefined;
      walk.above = 'specimen';
      return;
    case 'O':
      takeOrder(walk, record);
      return;
    case 'R':
      takeRow(walk, record);
      return;
    case 'Q':
      takeQuery(walk, record);
      return;
    case 'C':
      takeComment(walk, record);
      return;
    case 'M':
      takeManufacturer(walk, record);
      return;
    default:
  }
}

/** The first one of an order may name the control; pictures and curves stay with the specimen. */
function takeManufacturer(walk: Walk, record: RecordView): void {
  const own: Scope = { ...walk.scope, M: record };
  walk.scope = { ...walk.scope, M: walk.scope['M'] ?? record };
  const entry = walk.entry;
  if (entry === undefined) return;
  if (entry.kind === 'qc') entry.control = readControl(walk.scope, walk.rules.control);
  const rule = walk.rules.manufacturer.find((each) => allMarked(own, each.when));
  if (rule === undefined) return;
  entry.attachments.push({ name: findText(own, rule.name) ?? '', mediaType: rule.mediaType, span: record.span });
}

/** Orders that follow one another for the same specimen are one entry: analyzers send an order for each method. */
function takeOrder(walk: Walk, record: RecordView): void {
  const scope = { H: walk.scope['H'], P: walk.scope['P'], O: record, R: undefined };
  const accession = findText(scope, walk.rules.accession);
  const kind = isControl(walk, scope) ? 'qc' : 'other';
  const before = walk.entry;
  walk.scope = scope;
  walk.above = 'specimen';
  const same = before !== undefined && before.accession === accession && (before.kind === 'qc') === (kind === 'qc');
  walk.entry = same ? before : openSpecimen(walk, kind);
  walk.hooks.readSpecimen?.(walk.entry, scope);
}

function takeRow(walk: Walk, record: RecordView): void {
  walk.scope['R'] = record;
  const entry = walk.entry ?? openSpecimen(walk, isControl(walk, walk.scope) ? 'qc' : 'other');
  if (entry.kind === 'other') entry.kind = 'results';
  const before = entry.observations.length;
  readRow(entry, walk.scope, walk.rules.reading, walk.options);
  walk.above = entry.observations.length > before ? 'row' : 'specimen';
}

function takeQuery(walk: Walk, record: RecordView): void {
  walk.scope = { H: walk.scope['H'], Q: record };
  if (walk.rules.query.withdrawn.some((mark) => marked(walk.scope, mark))) {
    const taken = open(walk, openEntry('other', walk.message.span));
    taken.comments.push(`query withdrawn: ${findText(walk.scope, walk.rules.query.accession) ?? 'all'}`);
    walk.entries.push(taken);
    walk.entry = undefined;
    return;
  }
  const entry = walk.entries.find((each) => each.kind === 'query') ?? open(walk, openEntry('query', walk.message.span));
  if (!walk.entries.includes(entry)) walk.entries.push(entry);
  walk.entry = undefined;
  readQuery(walk, entry, record);
}

/**
 * Ids by repeat (one query for a whole rack) or one; the whole field may ask for all. A tube whose number could not be
 * read is answered too, and told nothing.
 */
function readQuery(walk: Walk, entry: Entry, record: RecordView): void {
  const { accession, all, echo } = walk.rules.query;
  if (all.some((mark) => marked(walk.scope, mark))) {
    entry.queries.push({ all: true });
    return;
  }
  const repeats = record.repeats(3);
  for (const components of repeats.length > 1 ? repeats : [undefined]) {
    const scope = components === undefined ? walk.scope : { ...walk.scope, Q: oneRepeat(record, components) };
    const id = findText(scope, accession);
    const echoed = Object.fromEntries(
      echo.map(([name, path]) => [name, scope[path.record]?.text(path.field, path.component) ?? '']),
    );
    if (id === undefined && components !== undefined) continue;
    entry.queries.push({
      ...(id === undefined ? {} : { accession: id }),
      ...(echo.length === 0 ? {} : { echo: echoed }),
    });
  }
  if (entry.queries.every((each) => each.accession === undefined))
    entry.held.push({
      reason: 'DRIVER_VALUE_UNREADABLE',
      detail: 'query without a specimen number',
      span: record.span,
    });
}

/** The query as if it asked for one of its numbers only. */
function oneRepeat(record: RecordView, components: readonly string[]): RecordView {
  return {
    ...record,
    text: (field, component) => {
      if (field !== 3) return record.text(field, component);
      return component === undefined ? components.join('^') : (components[component - 1] ?? '');
    },
  };
}

function takeComment(walk: Walk, record: RecordView): void {
  const scope = { ...walk.scope, C: record };
  const text = commentText(walk, find(scope, walk.rules.comments.text)?.text);
  const entry = walk.entry;
  if (text === undefined || entry === undefined) return;
  const last = entry.observations.at(-1);
  if (walk.above === 'row' && last !== undefined) {
    entry.observations[entry.observations.length - 1] = { ...last, comments: [...(last.comments ?? []), text] };
  } else entry.comments.push(text);
}

function commentText(walk: Walk, text: string | undefined): string | undefined {
  if (text === undefined || walk.rules.comments.skip.some((pattern) => pattern.test(text))) return undefined;
  const words = walk.rules.comments.words[text];
  if (words !== undefined) return words;
  const remarks = text.split('\\').map((remark) => {
    const parts = remark.split('^').map((part) => part.trim());
    return parts.filter((part) => part !== '').join(' ');
  });
  const joined = remarks.filter((remark) => remark !== '').join('; ');
  return joined === '' ? undefined : joined;
}

function isControl(walk: Walk, scope: Scope): boolean {
  return walk.rules.qc.some((mark) => marked(scope, mark));
}

function openSpecimen(walk: Walk, kind: Entry['kind']): Entry {
  const entry = open(walk, openEntry(kind, walk.message.span));
  entry.accession = findText(walk.scope, walk.rules.accession);
  entry.patient = readPatient(walk.scope, walk.rules.patient);
  entry.urine = walk.rules.urine.some((mark) => marked(walk.scope, mark));
  if (kind === 'qc') entry.control = readControl(walk.scope, walk.rules.control);
  walk.entry = entry;
  walk.entries.push(entry);
  return entry;
}

function open(walk: Walk, entry: Entry): Entry {
  entry.sender = walk.scope['H']?.text(5).trim() || undefined;
  return entry;
}
