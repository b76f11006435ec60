import {
  charsetOf,
  type Hl7Message,
  type Hl7Repeat,
  type Hl7Segment,
  parseMessage,
} from '../../protocols/hl7v2/message.ts';
import type { MessageText } from '../../protocols/wire.ts';
import { type CharsetReader, readerFor } from './charset.ts';
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
    segments: message.segments.map((segment) => viewSegment(segment, component)),
    invalidCharset: reader.invalid,
  };
}

function readerOf(text: MessageText, charset: string, force: string | undefined): CharsetReader {
  if (force !== undefined) return readerFor(text.text, force);
  if (!text.text.some((byte) => byte > 0x7f)) return readerFor(text.text, charset);
  const named = charsetOf(parseMessage(text, (bytes) => Buffer.from(bytes).toString('latin1')));
  return readerFor(text.text, named ?? charset);
}

function viewSegment(segment: Hl7Segment, component: string): RecordView {
  return {
    type: segment.name,
    span: segment.span,
    text: (number, part) => {
      const field = segment.field(number);
      if (part !== undefined) return field.component(part).text;
      const whole = segment.name === 'OBX' && number === 5 ? observationText(segment, component) : field.text;
      return component === '^' ? whole : whole.replaceAll(component, '^');
    },
    repeats: (number) => segment.field(number).repeats.map((repeat) => componentsOf(repeat, component)),
    fieldSpan: (number) => segment.field(number).span,
  };
}

function componentsOf(repeat: Hl7Repeat, component: string): string[] {
  const count = repeat.raw.split(component).length;
  return Array.from({ length: count }, (_each, index) => repeat.component(index + 1).text);
}

/**
 * OBX-5 as one text, by the type in OBX-2: SN puts comparator and number together, a coded entry gives its words, other
 * types with components give the first that holds something. Pictures stay whole.
 */
function observationText(segment: Hl7Segment, component: string): string {
  const field = segment.field(5);
  const type = segment.field(2).text;
  if (!field.raw.includes(component) || /^(TX|FT|ED|RP)$/.test(type)) return field.text;
  const parts = componentsOf(field, component).map((part) => part.trim());
  if (type === 'SN') return parts.slice(0, 4).join('');
  if (/^(CE|CF|CWE|CNE)$/.test(type)) return parts[1] === undefined || parts[1] === '' ? (parts[0] ?? '') : parts[1];
  return parts.find((part) => part !== '') ?? '';
}
