import { control } from '../control.ts';
import { type MessageText, rawSpan, type Span } from '../wire.ts';

const { CR, LF } = control;

/** Bytes of a text in the charset of the line. */
export type DecodeText = (bytes: Uint8Array) => string;
/** Whether a byte leads a two-byte character (GBK and the like), whose second byte may look like a delimiter. */
export type LeadByte = (byte: number) => boolean;

/** A field, repeat or component: its text and where it stands in the raw bytes. */
export interface AstmText {
  /** As sent, escapes in place. */
  readonly raw: string;
  /** Escapes decoded (LIS02-A2 5.4.5). */
  readonly text: string;
  readonly span: Span;
}

export interface AstmField extends AstmText {
  readonly repeats: readonly AstmField[];
  /** Component by its printed number, from 1; of the first repeat. Empty when it was not sent. */
  component(number: number): AstmText;
  readonly components: readonly AstmText[];
  /** The texts of all components of each repeat. */
  split(): readonly (readonly string[])[];
}

/** One record. `field(1)` is the record letter, so that numbers are those of the standard: `R-3.4` is field 3, component 4. */
export interface AstmRecord {
  readonly type: string;
  readonly span: Span;
  readonly fieldCount: number;
  /** Empty when it was not sent (trailing fields may be left out). */
  field(number: number): AstmField;
}

interface Marks {
  readonly field: number;
  readonly repeat: number;
  readonly component: number;
  readonly escape: number;
}

const standard: Marks = { field: 0x7c, repeat: 0x5c, component: 0x5e, escape: 0x26 };

/** What all records of one message share. */
interface Source {
  readonly message: MessageText;
  readonly marks: Marks;
  /** The escape character. */
  readonly escape: string;
  /** One char a byte: for pure ASCII the text itself. */
  readonly plain: string;
  readonly ascii: boolean;
  readonly decode: DecodeText;
  readonly lead: LeadByte | undefined;
  /** The escape character makes the character behind it literal (Immucor), beside the escapes of the standard. */
  readonly literalNext: boolean;
}

/** Only used on pure ASCII, where UTF-8 is one byte a char and the platform's fastest way. */
const byteText = new TextDecoder();

/**
 * The records of a message, in order, unknown types kept. Delimiters are what its header says; fields are split only
 * when asked for.
 */
export function parseRecords(
  message: MessageText,
  decode: DecodeText,
  lead?: LeadByte,
  options: { readonly literalNext?: boolean } = {},
): AstmRecord[] {
  const { text } = message;
  const ascii = isAscii(text);
  const marks = marksOf(text);
  const literalNext = options.literalNext === true;
  const skips = ascii ? undefined : lead;
  const source: Source = {
    message,
    marks,
    escape: String.fromCharCode(marks.escape),
    plain: ascii ? byteText.decode(text) : '',
    ascii,
    decode,
    lead: literalNext ? (byte) => byte === marks.escape || skips?.(byte) === true : skips,
    literalNext,
  };
  const records: AstmRecord[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const byte = text[at];
    if (at < text.length && byte !== CR && byte !== LF) continue;
    let from = start;
    while (from < at && (text[from] === 0x20 || text[from] === 0x09)) from += 1;
    if (from < at) records.push(new SplitRecord(source, from, at));
    start = at + 1;
  }
  return records;
}

function isAscii(text: Uint8Array): boolean {
  for (let at = 0; at < text.length; at += 1) if ((text[at] ?? 0) > 0x7e) return false;
  return true;
}

/** The character after `H` separates fields, then come repeat, component and escape (LIS02-A2 5.4). */
function marksOf(text: Uint8Array): Marks {
  let at = 0;
  while (at < text.length && (text[at] === CR || text[at] === LF || text[at] === 0x20 || text[at] === 0x09)) at += 1;
  if (text[at] !== 0x48) return standard;
  const field = text[at + 1] ?? standard.field;
  const mark = (offset: number, otherwise: number): number => {
    const byte = text[at + offset];
    return byte === undefined || byte === field || byte === CR || byte === LF ? otherwise : byte;
  };
  const marks = {
    field,
    repeat: mark(2, standard.repeat),
    component: mark(3, standard.component),
    escape: mark(4, standard.escape),
  };
  // one character for two things (`\\\\^&`, as a log doubles backslashes) delimits nothing: the usual ones hold
  return marks.repeat === marks.component ? { ...standard, field } : marks;
}

class SplitRecord implements AstmRecord {
  readonly type: string;
  readonly #source: Source;
  readonly #start: number;
  readonly #end: number;
  #cuts: readonly number[] | null = null;

  constructor(source: Source, start: number, end: number) {
    this.type = String.fromCharCode(source.message.text[start] ?? 0);
    this.#source = source;
    this.#start = start;
    this.#end = end;
  }

  get span(): Span {
    return rawSpan(this.#source.message, this.#start, this.#end);
  }

  get fieldCount(): number {
    return this.#bounds().length - 1;
  }

  field(number: number): AstmField {
    const cuts = this.#bounds();
    const from = cuts[number - 1];
    const to = cuts[number];
    if (from === undefined || to === undefined || number < 1)
      return new Field(this.#source, this.#end, this.#end, true);
    return new Field(this.#source, from, to - 1, number === 2 && this.type === 'H');
  }

  #bounds(): readonly number[] {
    this.#cuts ??= cut(this.#source, this.#start, this.#end, this.#source.marks.field);
    return this.#cuts;
  }
}

/** Starts of the parts between `start` and `end`, and one past the end as if a separator stood there. */
function cut(source: Source, start: number, end: number, separator: number): number[] {
  const { text } = source.message;
  const cuts = [start];
  for (let at = start; at < end; at += 1) {
    const byte = text[at] ?? 0;
    if (source.lead?.(byte) === true) at += 1;
    else if (byte === separator) cuts.push(at + 1);
  }
  cuts.push(end + 1);
  return cuts;
}

/** A range of the text, decoded when looked at. `whole`: not to be split or unescaped (the delimiters themselves). */
class Part implements AstmText {
  protected readonly source: Source;
  protected readonly start: number;
  protected readonly end: number;
  protected readonly whole: boolean;

  constructor(source: Source, start: number, end: number, whole: boolean) {
    this.source = source;
    this.start = start;
    this.end = end;
    this.whole = whole;
  }

  get raw(): string {
    const { ascii, plain, message, decode } = this.source;
    return ascii ? plain.slice(this.start, this.end) : decode(message.text.subarray(this.start, this.end));
  }

  get text(): string {
    return this.whole ? this.raw : decodeEscapes(this.raw, this.source);
  }

  get span(): Span {
    return rawSpan(this.source.message, this.start, this.end);
  }
}

class Field extends Part implements AstmField {
  #components: Part[] | null = null;

  get repeats(): readonly AstmField[] {
    if (this.whole) return [this];
    const cuts = cut(this.source, this.start, this.end, this.source.marks.repeat);
    return cuts.length <= 2 ? [this] : pairs(cuts).map(([from, to]) => new Field(this.source, from, to, false));
  }

  get components(): readonly AstmText[] {
    if (this.#components === null) {
      const first = this.whole ? this.end : firstRepeatEnd(this.source, this.start, this.end);
      const cuts = this.whole
        ? [this.start, this.end + 1]
        : cut(this.source, this.start, first, this.source.marks.component);
      this.#components = pairs(cuts).map(([from, to]) => new Part(this.source, from, to, this.whole));
    }
    return this.#components;
  }

  split(): readonly (readonly string[])[] {
    const { source, whole } = this;
    if (whole) return [[this.raw]];
    if (!source.ascii || source.literalNext)
      return this.repeats.map((repeat) => repeat.components.map((part) => part.text));
    const separator = String.fromCharCode(source.marks.component);
    const { raw } = this;
    return splitText(raw, String.fromCharCode(source.marks.repeat)).map((repeat) => {
      const parts = splitText(repeat, separator);
      return parts.some((part) => part.includes(source.escape))
        ? parts.map((part) => decodeEscapes(part, source))
        : parts;
    });
  }

  component(number: number): AstmText {
    return this.components[number - 1] ?? new Part(this.source, this.end, this.end, true);
  }
}

/** `split` costs more than a look: most fields have nothing to split. */
function splitText(text: string, separator: string): readonly string[] {
  return text.includes(separator) ? text.split(separator) : [text];
}

function firstRepeatEnd(source: Source, start: number, end: number): number {
  const cuts = cut(source, start, end, source.marks.repeat);
  return (cuts[1] ?? end + 1) - 1;
}

function pairs(cuts: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (let index = 0; index + 1 < cuts.length; index += 1) found.push([cuts[index] ?? 0, (cuts[index + 1] ?? 1) - 1]);
  return found;
}

/** Decode `&F& &S& &R& &E& &H& &N& &Xhh..& &Zcc..&`; what is no escape (a lone `&`) stands as sent. */
function decodeEscapes(text: string, source: Source): string {
  const mark = String.fromCharCode(source.marks.escape);
  if (!text.includes(mark)) return text;
  let out = '';
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === mark && source.literalNext && isDelimiter(text.charCodeAt(at + 1), source.marks)) {
      out += text[at + 1] ?? '';
      at += 2;
      continue;
    }
    const close = char === mark ? text.indexOf(mark, at + 1) : -1;
    const decoded = close > at ? decodeEscape(text.slice(at + 1, close), source) : null;
    if (decoded === null) {
      out += char;
      at += 1;
    } else {
      out += decoded;
      at = close + 1;
    }
  }
  return out;
}

function isDelimiter(code: number, marks: Marks): boolean {
  return code === marks.field || code === marks.repeat || code === marks.component || code === marks.escape;
}

function decodeEscape(body: string, source: Source): string | null {
  const { marks } = source;
  switch (body) {
    case 'F':
      return String.fromCharCode(marks.field);
    case 'S':
      return String.fromCharCode(marks.component);
    case 'R':
      return String.fromCharCode(marks.repeat);
    case 'E':
      return String.fromCharCode(marks.escape);
    case 'H':
    case 'N':
      return '';
    default:
  }
  const hex = /^X((?:[0-9A-Fa-f]{2})+)$/.exec(body)?.[1];
  if (hex !== undefined)
    return source.decode(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
  return /^Z[^\s]*$/.test(body) ? body.slice(1) : null;
}
