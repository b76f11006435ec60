import { charsetOf, type Hl7Message, parseMessage } from '../../protocols/hl7v2/message.ts';
import type { Hl7Field, Hl7Segment } from '../../protocols/hl7v2/parts.ts';
import type { MessageText, Span } from '../../protocols/wire.ts';
import { type CharsetReader, isAscii, readerFor } from './charset.ts';
import type { RecordView } from './scope.ts';

export interface Hl7View {
  readonly message: Hl7Message;
  readonly segments: readonly RecordView[];
  readonly invalidCharset: boolean;
}

/**
 * One HL7 message as the definition layer sees it. The charset is the one given, unless MSH-18 names another;
 * `force` is the line's own setting and wins over both.
 */
export function viewHl7Message(text: MessageText, charset: string, force?: string): Hl7View {
  const reader = readerOf(text, charset, force);
  const message = parseMessage(text, reader.decode, reader.lead);
  const component = message.delimiters.component;
  return {
    message,
    segments: message.segments.map((segment) => new SegmentView(segment, component)),
    invalidCharset: reader.invalid,
  };
}

function readerOf(text: MessageText, charset: string, force: string | undefined): CharsetReader {
  if (force !== undefined) return readerFor(text.text, force);
  if (isAscii(text.text)) return readerFor(text.text, charset);
  const named = charsetOf(parseMessage(text, (bytes) => Buffer.from(bytes).toString('latin1')));
  return readerFor(text.text, named ?? charset);
}

/** A field looked into once: its text, and each repeat as the list of its components. */
interface Looked {
  readonly repeats: readonly (readonly string[])[];
  readonly text: string;
}

/** A segment whose fields are each read from the bytes once, however often a definition looks at them. */
class SegmentView implements RecordView {
  readonly type: string;
  readonly #segment: Hl7Segment;
  readonly #component: string;
  readonly #looked: (Looked | undefined)[] = [];

  constructor(segment: Hl7Segment, component: string) {
    this.type = segment.name;
    this.#segment = segment;
    this.#component = component;
  }

  get span(): Span {
    return this.#segment.span;
  }

  text(number: number, part?: number): string {
    const looked = this.#look(number);
    return part === undefined ? looked.text : (looked.repeats[0]?.[part - 1] ?? '');
  }

  repeats(number: number): readonly (readonly string[])[] {
    return this.#look(number).repeats;
  }

  fieldSpan(number: number): Span {
    return this.#segment.field(number).span;
  }

  #look(number: number): Looked {
    const known = this.#looked[number];
    if (known !== undefined) return known;
    const field = this.#segment.field(number);
    const repeats = field.split();
    const whole = this.type === 'OBX' && number === 5 ? this.#observationText(field, repeats[0] ?? []) : field.text;
    const text = this.#component === '^' ? whole : whole.replaceAll(this.#component, '^');
    const looked = { repeats, text };
    // Fields may be asked for in any order: no holes, so that the list stays a plain one.
    while (this.#looked.length < number) this.#looked.push(undefined);
    this.#looked[number] = looked;
    return looked;
  }

  /**
   * OBX-5 as one text, by the type in OBX-2: SN puts comparator and number together, a coded entry gives its words, other
   * types with components give the first that holds something. Pictures stay whole.
   */
  #observationText(field: Hl7Field, components: readonly string[]): string {
    if (!field.raw.includes(this.#component)) return field.text;
    const type = this.text(2);
    if (/^(TX|FT|ED|RP)$/.test(type)) return field.text;
    const parts = components.map((part) => part.trim());
    if (type === 'SN') return parts.slice(0, 4).join('');
    if (/^(CE|CF|CWE|CNE)$/.test(type)) return parts[1] === undefined || parts[1] === '' ? (parts[0] ?? '') : parts[1];
    return parts.find((part) => part !== '') ?? '';
  }
}
