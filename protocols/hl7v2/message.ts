import { control } from '../control.ts';
import type { MessageText } from '../wire.ts';
import { Hl7Segment } from './parts.ts';
import { type DecodeText, headerAt, type LeadByte, marksOf, type Source } from './source.ts';

const { CR, LF } = control;

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
  let end = headerAt(text);
  if (end < 0) return message;
  while (end < text.length && text[end] !== CR && text[end] !== LF) end += 1;
  return { ...message, text: text.subarray(0, end) };
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
