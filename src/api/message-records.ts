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
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const byte = text[at];
    if (byte !== undefined && !ends(byte)) continue;
    if (at > start) {
      const words = iconv.decode(text.slice(start, at), charset);
      records.push({
        type: /^[A-Z][A-Z0-9]{0,2}(?=\W|$)/.exec(words)?.[0] ?? '',
        text: words,
        span: rawSpan(message, start, at),
      });
    }
    start = at + 1;
  }
  return records;
}
