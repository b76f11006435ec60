import { createHmac, randomBytes } from 'node:crypto';
import { detectProtocol } from '../../drivers/recognise.ts';
import { detectFraming, extractMessages } from '../../protocols/astm/extract.ts';
import { parseRecords } from '../../protocols/astm/records.ts';
import { control } from '../../protocols/control.ts';
import { linesOf } from '../../protocols/delimited/reports.ts';
import { extractBlocks } from '../../protocols/hl7v2/extract.ts';
import { parseMessage } from '../../protocols/hl7v2/message.ts';
import type { MessageText, Span } from '../../protocols/wire.ts';

const { STX, ETX, ETB, CR, LF } = control;

/** Fields that name a person, a specimen or who ordered it. Numbers as printed in the standards. */
const astmFields: Readonly<Record<string, readonly number[]>> = {
  P: [3, 4, 5, 6, 7, 8, 11, 13, 14],
  O: [3, 4, 11, 17, 18, 19, 20],
  Q: [3, 4],
  R: [11],
};
const hl7Fields: Readonly<Record<string, readonly number[]>> = {
  PID: [2, 3, 4, 5, 6, 7, 9, 11, 13, 14, 18, 19, 20, 21, 23],
  NK1: [2, 4, 5, 6],
  PV1: [3, 7, 8, 9, 17, 19],
  ORC: [2, 3, 10, 11, 12, 14],
  OBR: [2, 3, 10, 13, 14, 16, 17, 28, 32, 34],
  OBX: [16],
  SPM: [2],
  SAC: [3, 4],
  QRD: [8],
  QPD: [3],
};
/** Printed text: what stands behind such a label, to the end of the line. */
const printedLabel =
  /(?:\b(?:patient|name|sample|specimen|birth|dob|address|doctor|physician|operator|ward|id)\b|h\u1ecd t\u00ean|m\u00e3)[^:=\d]*[:=]?\s*(.+)$/i;

/**
 * A capture without people in it: names, numbers and dates of persons and specimens become filler of the same length,
 * the same one wherever the same text stands, so that query, order and result still belong together. Framing, codes,
 * values and times stay; checksums that were right are right again. Free comments stay: read them before you share.
 */
export function deIdentify(raw: Uint8Array, key: Uint8Array = randomBytes(32)): Uint8Array {
  const out = Uint8Array.from(raw);
  const protocol = detectProtocol(raw);
  for (const span of personalSpans(raw, protocol)) mask(out, span, key);
  if (protocol === 'astm' && detectFraming(raw) === 'e1381') sumAnew(raw, out);
  return out;
}

function personalSpans(raw: Uint8Array, protocol: ReturnType<typeof detectProtocol>): Span[] {
  switch (protocol) {
    case 'astm':
      return extractMessages(raw).messages.flatMap(astmSpans);
    case 'hl7v2':
      return extractBlocks(raw).messages.flatMap(hl7Spans);
    case 'delimited':
      return printedSpans(raw);
    case null:
      return [];
    default:
      return protocol satisfies never;
  }
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function astmSpans(message: MessageText): Span[] {
  return parseRecords(message, latin1).flatMap((record) =>
    (astmFields[record.type] ?? []).map((number) => record.field(number).span),
  );
}

function hl7Spans(message: MessageText): Span[] {
  const { segments } = parseMessage(message, latin1);
  const header = segments.find((segment) => segment.name === 'MSH');
  // Mindray's controls have the test and its values in OBR, and no person anywhere.
  const control = /^[12]$/.test(header?.field(16).text ?? '');
  return segments.flatMap((segment) =>
    control && segment.name === 'OBR'
      ? []
      : (hl7Fields[segment.name] ?? []).map((number) => segment.field(number).span),
  );
}

function printedSpans(raw: Uint8Array): Span[] {
  return linesOf(raw).flatMap((line): Span[] => {
    const label = printedLabel.exec(line.text);
    const rest = label?.[1];
    return rest === undefined ? [] : [[line.end - rest.length, line.end]];
  });
}

/** Words that are marks of the protocol, not of a person: they stay readable. */
const kept = /^(QC|SC|MC|S\d|ALL|N|R|S|F|M|U|B|A|MR|L|Q|BARCODE)$/;

/** Letters become letters, digits digits; what separates stays. Framing inside the span is passed over. */
function mask(out: Uint8Array, [start, end]: Span, key: Uint8Array): void {
  let at = start;
  while (at < end) {
    const frame = frameBoundary(out, at);
    if (frame > at) {
      at = frame;
      continue;
    }
    if (!isWord(out[at] ?? 0)) {
      at += 1;
      continue;
    }
    const places: number[] = [];
    while (at < end && (isWord(out[at] ?? 0) || frameBoundary(out, at) > at)) {
      const next = frameBoundary(out, at);
      if (next > at) at = next;
      else places.push(at++);
    }
    fillWord(out, places, key);
  }
}

const isWord = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte >= 0x80;

/** Past ETB or ETX, checksum, CR LF and the STX and number of the next frame, where one begins at `at`; else `at`. */
function frameBoundary(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== ETB && bytes[at] !== ETX) return at;
  let next = at + 3;
  while (bytes[next] === CR || bytes[next] === LF || bytes[next] === control.ACK) next += 1;
  return bytes[next] === STX ? next + 2 : at;
}

function fillWord(out: Uint8Array, places: readonly number[], key: Uint8Array): void {
  const word = latin1(Uint8Array.from(places.map((place) => out[place] ?? 0)));
  if (kept.test(word) || /^0+$/.test(word)) return;
  const seed = createHmac('sha256', key).update(word).digest();
  places.forEach((place, position) => {
    const byte = out[place] ?? 0;
    const random = seed[position % seed.length] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) {
      // A leading digit stays a digit other than zero, so that numbers keep their length.
      out[place] = position === 0 ? 0x31 + (random % 9) : 0x30 + (random % 10);
    } else out[place] = (byte >= 0x61 ? 0x61 : 0x41) + (random % 26);
  });
}

/** Checksums of frames whose own was right: the sum from the number through ETX or ETB (LIS01-A2 6.3.3). */
function sumAnew(raw: Uint8Array, out: Uint8Array): void {
  for (let start = raw.indexOf(STX); start >= 0; start = raw.indexOf(STX, start + 1)) {
    const end = terminatorAfter(raw, start);
    if (end < 0) continue;
    const stated = latin1(raw.subarray(end + 1, end + 3));
    if (stated.toUpperCase() !== checksum(raw, start, end)) continue;
    const fresh = checksum(out, start, end);
    out.set(Buffer.from(stated === stated.toUpperCase() ? fresh : fresh.toLowerCase(), 'latin1'), end + 1);
  }
}

function terminatorAfter(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === STX) return -1;
    if (bytes[at] === ETX || bytes[at] === ETB) return at;
  }
  return -1;
}

function checksum(bytes: Uint8Array, start: number, end: number): string {
  let sum = 0;
  for (let at = start + 1; at <= end; at += 1) sum += bytes[at] ?? 0;
  return (sum % 256).toString(16).toUpperCase().padStart(2, '0');
}
