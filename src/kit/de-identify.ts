import { createHmac, randomBytes } from 'node:crypto';
import { detectProtocol, recogniseDriver } from '../../drivers/recognise.ts';
import { detectFraming, extractMessages } from '../../protocols/astm/extract.ts';
import { parseRecords } from '../../protocols/astm/records.ts';
import { control } from '../../protocols/control.ts';
import { linesOf } from '../../protocols/delimited/reports.ts';
import { extractBlocks } from '../../protocols/hl7v2/extract.ts';
import { parseMessage } from '../../protocols/hl7v2/message.ts';
import type { MessageText, Span } from '../../protocols/wire.ts';
import { decodedSpans, sumFixedAnew } from './fixed-places.ts';
import { createKnownWords, type KnownWords } from './free-text.ts';

const { STX, ETX, ETB, CR, LF } = control;

/** Every field of these from the given one on but those named names a person, or where and by whom one is treated. */
interface Personal {
  readonly from: number;
  readonly but: readonly number[];
}
const astmRecords: Readonly<Record<string, Personal>> = { P: { from: 3, but: [9] } };
const hl7Segments: Readonly<Record<string, Personal>> = {
  PID: { from: 2, but: [8] },
  PD1: { from: 1, but: [] },
  NK1: { from: 2, but: [] },
  PV1: { from: 3, but: [4, 10] },
  PV2: { from: 1, but: [] },
  GT1: { from: 2, but: [] },
  IN1: { from: 2, but: [] },
  IN2: { from: 1, but: [] },
  ROL: { from: 4, but: [] },
};
const mostFields = 60;

/** Fields of other records that name a person, a specimen or who ordered it. Numbers as printed in the standards. */
const astmFields: Readonly<Record<string, readonly number[]>> = {
  O: [3, 4, 11, 17, 18, 19, 20],
  Q: [3, 4],
  R: [11],
};
const hl7Fields: Readonly<Record<string, readonly number[]>> = {
  ORC: [2, 3, 10, 11, 12, 14, 19],
  OBR: [2, 3, 10, 13, 14, 16, 17, 28, 32, 34],
  OBX: [16],
  SPM: [2],
  SAC: [3, 4],
  QRD: [8],
  QPD: [3],
};
/** Fields in which people write freely, or a qualitative result stands: names are looked for in them. */
const astmFree: Readonly<Record<string, readonly number[]>> = { C: [4], R: [4], O: [14, 15, 21, 22, 27, 30] };
const hl7Free: Readonly<Record<string, readonly number[]>> = { NTE: [3], OBX: [5], OBR: [20, 21, 39], ORC: [16] };
/** Printed text: what stands behind such a label, to the end of the line. */
const printedLabel =
  /(?:\b(?:patient|name|sample|specimen|birth|dob|address|doctor|physician|operator|ward|id)\b|h\u1ecd t\u00ean|m\u00e3)[^:=\d]*[:=]?\s*(.+)$/i;

/** Where a capture names people: fields that do by their place, and text in which they may be named. */
interface Places {
  readonly personal: readonly Span[];
  readonly free: readonly Span[];
}

/**
 * A capture without people in it: names, numbers and dates of persons and specimens become filler of the same length,
 * the same one wherever the same text stands, so that query, order and result still belong together; also in comments,
 * qualitative results, segments of the maker's own and frames that were refused. Framing, codes, values and times stay;
 * checksums that were right are right again. A name that stands in a comment alone is not known to be one, unless a title
 * is before it: read the comments before you share.
 */
export function deIdentify(raw: Uint8Array, key: Uint8Array = randomBytes(32)): Uint8Array {
  const out = Uint8Array.from(raw);
  const protocol = detectProtocol(raw);
  const driver = protocol === 'delimited' ? recogniseDriver(raw) : null;
  const own = driver?.blocks !== undefined || driver?.report?.talk !== undefined ? driver : null;
  const { personal, free } = placesOf(raw, protocol);
  const known = createKnownWords((word) => kept.test(word));
  for (const span of personal) known.add(latin1(textOf(raw, span).bytes));
  const spans =
    own === null ? personal : withoutOverlap(decodedSpans(own, raw), own.blocks === undefined ? personal : []);
  for (const span of spans) mask(out, span, key);
  for (const span of free) maskKnown(raw, out, span, known, key);
  if (protocol === 'astm' && detectFraming(raw) === 'e1381') sumAnew(raw, out);
  if (own !== null) sumFixedAnew(own, raw, out);
  return out;
}

/** A word that is masked twice would no longer be the same wherever it stands. */
function withoutOverlap(first: readonly Span[], more: readonly Span[]): Span[] {
  return [...first, ...more.filter(([from, to]) => !first.some(([start, end]) => start < to && from < end))];
}

/** The bytes of a span without the framing that cuts it, and where each stands. */
function textOf(
  raw: Uint8Array,
  [start, end]: Span,
): { readonly bytes: Uint8Array; readonly places: readonly number[] } {
  const places: number[] = [];
  for (let at = start; at < end; ) {
    const next = frameBoundary(raw, at);
    if (next > at) at = next;
    else places.push(at++);
  }
  return { bytes: Uint8Array.from(places, (place) => raw[place] ?? 0), places };
}

function maskKnown(raw: Uint8Array, out: Uint8Array, span: Span, known: KnownWords, key: Uint8Array): void {
  const { bytes, places } = textOf(raw, span);
  const text = latin1(bytes);
  // A number alone is a value, however many digits it has.
  if (/^[<>=\s]*[-+]?[\d.,]+\s*$/.test(text)) return;
  for (const [start, end] of known.find(text)) {
    for (let at = start; at < end; at += 1) {
      if (!isWord(bytes[at] ?? 0)) continue;
      const own: number[] = [];
      while (at < end && isWord(bytes[at] ?? 0)) own.push(places[at++] ?? 0);
      if (own.some((place) => raw[place] !== out[place])) continue;
      fillWord(out, own, key);
    }
  }
}

function placesOf(raw: Uint8Array, protocol: ReturnType<typeof detectProtocol>): Places {
  switch (protocol) {
    case 'astm':
      return joined(raw, extractMessages(raw).messages, astmPlaces);
    case 'hl7v2':
      return joined(raw, extractBlocks(raw).messages, hl7Places);
    case 'delimited':
      return { personal: printedSpans(raw), free: [] };
    case null:
      return { personal: [], free: [] };
    default:
      return protocol satisfies never;
  }
}

function joined(raw: Uint8Array, messages: readonly MessageText[], find: (message: MessageText) => Places): Places {
  const found = messages.map(find);
  return {
    personal: found.flatMap((each) => each.personal),
    free: [...found.flatMap((each) => each.free), ...outside(raw, messages)],
  };
}

/** What no message has: frames that were refused and came again, and what is cut off. */
function outside(raw: Uint8Array, messages: readonly MessageText[]): Span[] {
  const taken = new Uint8Array(raw.length);
  for (const { text, pieces } of messages) {
    for (const [index, piece] of pieces.entries()) {
      const length = (pieces[index + 1]?.text ?? text.length) - piece.text;
      taken.fill(1, piece.raw, piece.raw + length);
    }
  }
  const spans: Span[] = [];
  for (let at = taken.indexOf(0); at >= 0; ) {
    const next = taken.indexOf(1, at);
    const end = next < 0 ? raw.length : next;
    // Between two frames of a message there is nothing but framing.
    if (end - at > 12) spans.push([at, end]);
    at = next < 0 ? -1 : taken.indexOf(0, next);
  }
  return spans;
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const numbersFrom = ({ from, but }: Personal): number[] =>
  Array.from({ length: mostFields - from }, (_each, index) => from + index).filter((number) => !but.includes(number));

function astmPlaces(message: MessageText): Places {
  const records = parseRecords(message, latin1);
  return {
    personal: records.flatMap((record) => {
      const all = astmRecords[record.type];
      const numbers = all === undefined ? (astmFields[record.type] ?? []) : numbersFrom(all);
      return numbers.map((number) => record.field(number).span);
    }),
    free: records.flatMap((record) => (astmFree[record.type] ?? []).map((number) => record.field(number).span)),
  };
}

function hl7Places(message: MessageText): Places {
  const { segments } = parseMessage(message, latin1);
  const header = segments.find((segment) => segment.name === 'MSH');
  // Mindray's controls have the test and its values in OBR, and no person anywhere.
  const control = /^[12]$/.test(header?.field(16).text ?? '');
  const mine = segments.filter((segment) => !(control && segment.name === 'OBR'));
  return {
    personal: mine.flatMap((segment) => {
      const all = segment.name.startsWith('Z') ? { from: 2, but: [] } : hl7Segments[segment.name];
      const numbers = all === undefined ? (hl7Fields[segment.name] ?? []) : numbersFrom(all);
      return numbers.map((number) => segment.field(number).span);
    }),
    free: mine.flatMap((segment) => (hl7Free[segment.name] ?? []).map((number) => segment.field(number).span)),
  };
}

function printedSpans(raw: Uint8Array): Span[] {
  return linesOf(raw).flatMap((line): Span[] => {
    const label = printedLabel.exec(line.text);
    const rest = label?.[1];
    return rest === undefined ? [] : [[line.end - rest.length, line.end]];
  });
}

/** Words that are marks of the protocol, not of a person: they stay readable. */
const kept = /^(QC|SC|MC|S\d|ALL|N|R|S|F|M|U|B|A|MR|L|Q|BARCODE|NEG|LOPOS|HIPOS)$/;

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
