import iconv from 'iconv-lite';
import type { Protocol } from '../../drivers/driver.ts';
import { extractMessages } from '../../protocols/astm/extract.ts';
import { extractBlocks } from '../../protocols/hl7v2/extract.ts';
import { type MessageText, rawSpan } from '../../protocols/wire.ts';
import type { MessageRecordView } from './schemas/way.ts';

/**
 * The records (ASTM), segments (HL7) or lines (plain text) of raw bytes, each with its place. What is in no frame, or in
 * a message cut short, is shown line by line all the same: nothing of the bytes is hidden.
 */
export function recordsOf(raw: Uint8Array, protocol: Protocol | undefined, charset: string): MessageRecordView[] {
  const read = iconv.encodingExists(charset) ? charset : 'latin1';
  const texts = textsOf(raw, protocol);
  const records = texts.flatMap((text) => linesOf(text, read));
  return records.length > 0 || raw.length === 0 ? records : linesOf(whole(raw), read);
}

function textsOf(raw: Uint8Array, protocol: Protocol | undefined): readonly MessageText[] {
  if (protocol === 'astm') return extractMessages(raw).messages;
  if (protocol === 'hl7v2') return extractBlocks(raw).messages;
  return [whole(raw)];
}

function whole(raw: Uint8Array): MessageText {
  return { text: raw, pieces: [{ text: 0, raw: 0 }], span: [0, raw.length], complete: true };
}

/** Ends of a record: CR, LF, and the control characters that frame plain text. */
function ends(byte: number): boolean {
  return byte === 0x0d || byte === 0x0a || byte === 0x02 || byte === 0x03 || byte === 0x0b || byte === 0x1c;
}

function linesOf(message: MessageText, charset: string): MessageRecordView[] {
  const { text } = message;
  const records: MessageRecordView[] = [];
  const separator = separatorOf(text);
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const byte = text[at];
    if (byte !== undefined && !ends(byte)) continue;
    if (at > start) records.push(recordOf(message, start, at, charset, separator));
    start = at + 1;
  }
  return records;
}

function recordOf(
  message: MessageText,
  start: number,
  end: number,
  charset: string,
  separator: number | null,
): MessageRecordView {
  const words = iconv.decode(message.text.slice(start, end), charset);
  const type = /^[A-Z][A-Z0-9]{0,2}(?=\W|$)/.exec(words)?.[0] ?? '';
  const fields = separator === null ? [] : fieldsOf(message, start, end, charset, separator, type);
  return { type, text: words, span: rawSpan(message, start, end), fields };
}

/** The byte between fields, as the header of the message itself declares it: the one after `H` or `MSH`. */
function separatorOf(text: Uint8Array): number | null {
  let start = 0;
  while (start < text.length && ends(text[start] ?? 0)) start += 1;
  const head = String.fromCharCode(...text.subarray(start, start + 4));
  const at = head.startsWith('MSH') ? 3 : head.startsWith('H') ? 1 : -1;
  const separator = at < 0 ? undefined : text[start + at];
  return separator === undefined || separator < 0x21 || separator > 0x7e ? null : separator;
}

/** Fields numbered as printed: `R-4` counts the record's type as 1, `OBX-5` does not, and MSH-1 is the separator. */
function fieldsOf(
  message: MessageText,
  start: number,
  end: number,
  charset: string,
  separator: number,
  type: string,
): MessageRecordView['fields'] {
  const fields: MessageRecordView['fields'][number][] = [];
  const first = type.length === 3 && type !== 'MSH' ? 0 : 1;
  let from = start;
  let place = 0;
  let number = first - 1;
  for (let at = start; at <= end; at += 1) {
    if (at < end && message.text[at] !== separator) continue;
    number += 1;
    const length = iconv.decode(message.text.slice(from, at), charset).length;
    if (length > 0) {
      fields.push({
        name: `${type}-${number}`,
        span: rawSpan(message, from, at),
        at: [place, place + length],
      });
    }
    place += length + 1;
    from = at + 1;
  }
  return fields;
}
