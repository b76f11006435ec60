import { rawSpan, type Span } from '../wire.ts';
import { decodeEscapes } from './escapes.ts';
import { headerShift, nth, type Source } from './source.ts';

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
