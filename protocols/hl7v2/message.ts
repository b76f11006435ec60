import { control } from '../control.ts';
import { type MessageText, rawSpan, type Span } from '../wire.ts';

const { CR, LF } = control;

export type DecodeText = (bytes: Uint8Array) => string;
export type LeadByte = (byte: number) => boolean;

interface Marks {
  readonly field: number;
  readonly component: number;
  readonly repeat: number;
  readonly escape: number;
  readonly subcomponent: number;
}

const standard: Marks = { field: 0x7c, component: 0x5e, repeat: 0x7e, escape: 0x5c, subcomponent: 0x26 };

interface Source {
  readonly message: MessageText;
  readonly marks: Marks;
  readonly plain: string;
  readonly ascii: boolean;
  /** Whether an escape stands anywhere behind the header's delimiters. */
  readonly escaped: boolean;
  readonly decode: DecodeText;
  readonly lead: LeadByte | undefined;
  /** Field starts of all segments, one segment behind the other: each ends with one past its end. */
  readonly cuts: number[];
}

/** A piece of a field. `text` has escapes decoded; `raw` is as sent (so the null `""` can be told from empty). */
export class Hl7Part {
  protected readonly source: Source;
  protected readonly start: number;
  protected readonly end: number;
  protected readonly whole: boolean;

  constructor(source: Source, start: number, end: number, whole = false) {
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
    return this.whole || !this.source.escaped ? this.raw : decodeEscapes(this.raw, this.source);
  }

  /** The sender deletes the value: `""`. */
  get isNull(): boolean {
    return this.raw === '""';
  }

  get span(): Span {
    return rawSpan(this.source.message, this.start, this.end);
  }

  /** Subcomponent by number, from 1. */
  subcomponent(number: number): Hl7Part {
    return this.piece(number, this.source.marks.subcomponent);
  }

  protected piece(number: number, separator: number): Hl7Part {
    if (this.whole) return number === 1 ? this : new Hl7Part(this.source, this.end, this.end, true);
    const [from, to] = nth(this.source, this.start, this.end, separator, number);
    return new Hl7Part(this.source, from, to);
  }
}

/** One repeat of a field. */
export class Hl7Repeat extends Hl7Part {
  /** Component by its printed number, from 1. */
  component(number: number): Hl7Part {
    return this.piece(number, this.source.marks.component);
  }

  /** The texts of all components. */
  components(): readonly string[] {
    const { source, start, end } = this;
    const found: string[] = [];
    let from = start;
    for (let at = start; at <= end; at += 1) {
      const byte = at < end ? (source.message.text[at] ?? 0) : source.marks.component;
      if (byte === source.marks.component) {
        found.push(new Hl7Part(source, from, at).text);
        from = at + 1;
      } else if (source.lead?.(byte) === true) at += 1;
    }
    return found;
  }
}

/** `split` costs more than a look: most fields have nothing to split. */
function splitText(text: string, separator: string): readonly string[] {
  return text.includes(separator) ? text.split(separator) : [text];
}

/** A field; `component` is of its first repeat. */
export class Hl7Field extends Hl7Repeat {
  get repeats(): readonly Hl7Repeat[] {
    if (this.whole) return [this];
    const found: Hl7Repeat[] = [];
    let from = this.start;
    for (let at = this.start; at <= this.end; at += 1) {
      if (at < this.end && this.source.message.text[at] !== this.source.marks.repeat) {
        if (this.source.lead?.(this.source.message.text[at] ?? 0) === true) at += 1;
        continue;
      }
      found.push(new Hl7Repeat(this.source, from, at));
      from = at + 1;
    }
    return found;
  }

  /** The texts of all components of each repeat. */
  split(): readonly (readonly string[])[] {
    const { source, whole } = this;
    if (whole) return [[this.raw]];
    if (!source.ascii) return this.repeats.map((repeat) => repeat.components());
    const repeats = splitText(this.raw, String.fromCharCode(source.marks.repeat));
    const separator = String.fromCharCode(source.marks.component);
    return repeats.map((repeat) => {
      const parts = splitText(repeat, separator);
      return source.escaped ? parts.map((part) => decodeEscapes(part, source)) : parts;
    });
  }

  override component(number: number): Hl7Part {
    if (this.whole) return super.component(number);
    const { component, repeat } = this.source.marks;
    const [from, to] = nth(this.source, this.start, this.end, component, number, repeat);
    return new Hl7Part(this.source, from, to);
  }
}

export class Hl7Segment {
  readonly name: string;
  readonly #source: Source;
  readonly #start: number;
  readonly #end: number;
  readonly #isHeader: boolean;
  /** Where this segment's cuts begin in the source's, and how many they are. */
  readonly #first: number;
  readonly #count: number;

  constructor(source: Source, start: number, end: number, first: number) {
    this.#source = source;
    this.#start = start;
    this.#end = end;
    this.#first = first;
    this.#count = source.cuts.length - first;
    const { text } = source.message;
    this.name = String.fromCharCode(text[start] ?? 0, text[start + 1] ?? 0, text[start + 2] ?? 0);
    this.#isHeader = this.name === 'MSH' || this.name === 'FHS' || this.name === 'BHS';
  }

  get span(): Span {
    return rawSpan(this.#source.message, this.#start, this.#end);
  }

  get raw(): string {
    return new Hl7Part(this.#source, this.#start, this.#end, true).raw;
  }

  /** Fields sent, the segment's name not counted. */
  get fieldCount(): number {
    return this.#count - 2 + (this.#isHeader ? 1 : 0);
  }

  /** Field by its printed number. MSH-1 is the separator itself, MSH-2 the other delimiters. */
  field(number: number): Hl7Field {
    if (this.#isHeader && number === 1) return new Hl7Field(this.#source, this.#start + 3, this.#start + 4, true);
    const index = this.#isHeader ? number - 1 + headerShift(this.#source, this.#start) : number;
    if (number < 1 || index > this.#count - 2) return new Hl7Field(this.#source, this.#end, this.#end, true);
    const at = this.#first + index;
    const from = this.#source.cuts[at] ?? this.#end;
    const to = this.#source.cuts[at + 1] ?? from + 1;
    return new Hl7Field(this.#source, from, to - 1, this.#isHeader && number === 2);
  }
}

/** A message: its segments in order, each looked into only when asked. */
export interface Hl7Message {
  readonly segments: readonly Hl7Segment[];
  /** First segment of a name; undefined when it was not sent. */
  segment(name: string): Hl7Segment | undefined;
  readonly header: Hl7Segment | undefined;
  /** MSH-9.1 and MSH-9.2. */
  readonly type: string;
  readonly trigger: string;
  /** MSH-10. */
  readonly controlId: string;
  readonly delimiters: {
    readonly field: string;
    readonly component: string;
    readonly repeat: string;
    readonly escape: string;
    readonly subcomponent: string;
  };
}

/**
 * A message cut after its MSH segment: what is answered by the header alone need not parse the results. The whole where it
 * has no MSH.
 */
export function headerOnly(message: MessageText): MessageText {
  const { text } = message;
  for (let at = text.indexOf(0x4d); at >= 0; at = text.indexOf(0x4d, at + 1)) {
    if (text[at + 1] !== 0x53 || text[at + 2] !== 0x48) continue;
    let end = at;
    while (end < text.length && text[end] !== CR && text[end] !== LF) end += 1;
    return { ...message, text: text.subarray(0, end) };
  }
  return message;
}

/** Only used on pure ASCII, where UTF-8 is one byte a char and the platform's fastest way. */
const byteText = new TextDecoder();

/**
 * Parse one message. Delimiters are what its MSH says, also where they stand two fields late (Rayto: `MSH|||^~\&|`).
 * Splitting is on bytes, so spans are exact; escapes are decoded after splitting.
 */
export function parseMessage(message: MessageText, decode: DecodeText, lead?: LeadByte): Hl7Message {
  const { text } = message;
  const ascii = isAscii(text);
  const marks = marksOf(text);
  const source: Source = {
    message,
    marks,
    plain: ascii ? byteText.decode(text) : '',
    ascii,
    escaped: text.indexOf(marks.escape, headerAt(text) + 10) >= 0,
    decode,
    lead: ascii ? undefined : lead,
    cuts: [],
  };
  const segments = segmentsOf(source);
  const header = segments.find((each) => each.name === 'MSH');
  const char = (byte: number): string => String.fromCharCode(byte);
  return {
    segments,
    segment: (name) => segments.find((each) => each.name === name),
    header,
    get type() {
      return header?.field(9).component(1).text ?? '';
    },
    get trigger() {
      return header?.field(9).component(2).text ?? '';
    },
    get controlId() {
      return header?.field(10).text ?? '';
    },
    delimiters: {
      field: char(marks.field),
      component: char(marks.component),
      repeat: char(marks.repeat),
      escape: char(marks.escape),
      subcomponent: char(marks.subcomponent),
    },
  };
}

/** All segments in one pass over the bytes. They end with CR; LF (files, careless senders) ends one too. */
function segmentsOf(source: Source): Hl7Segment[] {
  const { cuts, lead } = source;
  const { text } = source.message;
  const { field } = source.marks;
  const { length } = text;
  const ends = (byte: number | undefined): boolean => byte === CR || byte === LF;
  const segments: Hl7Segment[] = [];
  let start = 0;
  let first = 0;
  for (let at = 0; at <= length; at += 1) {
    const byte = at < length ? text[at] : CR;
    if (byte === CR || byte === LF) {
      if (at - start >= 3) {
        if (cuts.length === first) cuts.push(start);
        cuts.push(at + 1);
        segments.push(new Hl7Segment(source, start, at, first));
        first = cuts.length;
      } else cuts.length = first;
      start = at + 1;
    } else if (byte === field) {
      if (cuts.length === first) cuts.push(start);
      cuts.push(at + 1);
    } else if (lead !== undefined && byte !== undefined && lead(byte) && !ends(text[at + 1])) at += 1;
  }
  return segments;
}

/** True when every byte is a printable or control character of ASCII: one byte is one character. */
function isAscii(text: Uint8Array): boolean {
  for (let at = 0; at < text.length; at += 1) if ((text[at] ?? 0) > 0x7e) return false;
  return true;
}

function headerAt(text: Uint8Array): number {
  for (let at = 0; at + 3 < text.length; at += 1) {
    if (text[at] === 0x4d && text[at + 1] === 0x53 && text[at + 2] === 0x48) return at;
  }
  return -1;
}

function marksOf(text: Uint8Array): Marks {
  const at = headerAt(text);
  const field = text[at + 3];
  if (at < 0 || field === undefined) return standard;
  let begin = at + 4;
  while (text[begin] === field && begin < at + 8) begin += 1;
  const mark = (offset: number, otherwise: number): number => {
    for (let step = 0; step <= offset; step += 1) if ((text[begin + step] ?? field) === field) return otherwise;
    return text[begin + offset] ?? otherwise;
  };
  return {
    field,
    component: mark(0, standard.component),
    repeat: mark(1, standard.repeat),
    escape: mark(2, standard.escape),
    subcomponent: mark(3, standard.subcomponent),
  };
}

/** How many fields late the delimiters stand in this header (0 as the standard has it). */
function headerShift(source: Source, start: number): number {
  const { text } = source.message;
  let shift = 0;
  while (text[start + 4 + shift] === source.marks.field && shift < 4) shift += 1;
  return shift === 2 && text[start + 4 + shift] === source.marks.component ? shift : 0;
}

/** Bounds of the nth part (from 1) between `start` and `end`; empty at the end when there is none. */
function nth(
  source: Source,
  start: number,
  end: number,
  separator: number,
  number: number,
  stop = -1,
): [number, number] {
  const { text } = source.message;
  const { lead } = source;
  let from = start;
  let count = 1;
  for (let at = start; at < end; at += 1) {
    const byte = text[at] ?? 0;
    if (byte === separator) {
      if (count === number) return [from, at];
      count += 1;
      from = at + 1;
    } else if (byte === stop) {
      return count === number ? [from, at] : [at, at];
    } else if (lead?.(byte) === true) at += 1;
  }
  return count === number ? [from, end] : [end, end];
}

/** Decode escapes; one that is not known stands as sent. */
function decodeEscapes(text: string, source: Source): string {
  const mark = String.fromCharCode(source.marks.escape);
  if (!text.includes(mark)) return text;
  let out = '';
  let at = 0;
  while (at < text.length) {
    const close = text[at] === mark ? text.indexOf(mark, at + 1) : -1;
    const decoded = close > at ? decodeEscape(text.slice(at + 1, close), source) : null;
    if (decoded === null) {
      out += text[at] ?? '';
      at += 1;
    } else {
      out += decoded;
      at = close + 1;
    }
  }
  return out;
}

function decodeEscape(body: string, source: Source): string | null {
  const { marks } = source;
  switch (body) {
    case 'F':
      return String.fromCharCode(marks.field);
    case 'S':
      return String.fromCharCode(marks.component);
    case 'T':
      return String.fromCharCode(marks.subcomponent);
    case 'R':
      return String.fromCharCode(marks.repeat);
    case 'E':
      return String.fromCharCode(marks.escape);
    case '.br':
      return '\n';
    case 'H':
    case 'N':
      return '';
    default:
  }
  const hex = /^X((?:[0-9A-Fa-f]{2})+)$/.exec(body)?.[1];
  if (hex !== undefined)
    return source.decode(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
  // BioSystems writes the micro sign as a local escape: a Unicode code point in hex (analyzers.md C3.3).
  const local = /^Z([0-9A-Fa-f]{4})$/.exec(body)?.[1];
  return local === undefined ? null : String.fromCharCode(Number.parseInt(local, 16));
}

const charsets: readonly (readonly [RegExp, string])[] = [
  [/^8859\/?1$|^ISO.?8859.?1$/i, 'latin1'],
  [/^8859\/15$/i, 'iso-8859-15'],
  [/^UNICODE/i, 'utf8'],
  [/^UTF-?8$/i, 'utf8'],
  [/^GB ?18030/i, 'gb18030'],
  [/^GBK|^GB2312|^CP936/i, 'gbk'],
  [/^ISO ?IR ?87|^JIS/i, 'shift_jis'],
  [/^ASCII$/i, 'latin1'],
];

/** iconv-lite name of MSH-18 (its first repeat that names one); undefined when it says nothing. */
export function charsetOf(message: Hl7Message): string | undefined {
  for (const repeat of message.header?.field(18).repeats ?? []) {
    const named = repeat.text.trim();
    const found = charsets.find(([pattern]) => pattern.test(named));
    if (found !== undefined) return found[1];
  }
  return undefined;
}
