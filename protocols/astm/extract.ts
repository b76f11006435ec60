import { concat } from '../bytes.ts';
import { control } from '../control.ts';
import type { Fault, MessageText, Span } from '../wire.ts';
import { endsWithTerminator, type Frame, following, sameBytes, scanFrame } from './frame.ts';
import { defaultLinkSettings } from './link.ts';

const { STX, ETX, EOT, ENQ, ACK, NAK, CR, LF, NUL } = control;

export interface ExtractOptions {
  readonly framing?: 'e1381' | 'simplified' | 'none';
  readonly maxFrame?: number;
}

export interface Extracted {
  readonly messages: readonly MessageText[];
  readonly faults: readonly Fault[];
}

/** A run of text and where it stands in the raw bytes. */
interface Run {
  readonly raw: number;
  readonly text: Uint8Array;
  /** Of the frame, where it has one that can be read. */
  readonly number?: number | null;
}

/**
 * Lift messages out of journalled raw bytes or a whole capture. The rules are the receiver's: a frame with a wrong
 * checksum or number contributes nothing unless it was sent again; a message with a hole or without its end is given
 * with `complete: false`, so that a person can see it and nobody files it.
 */
export function extractMessages(raw: Uint8Array, options: ExtractOptions = {}): Extracted {
  const framing = options.framing ?? detectFraming(raw);
  if (framing === 'none') return extractBare(raw);
  return framing === 'simplified'
    ? extractSimplified(raw)
    : extractFramed(raw, options.maxFrame ?? defaultLinkSettings.maxFrame);
}

/** Framing as the bytes show it. */
export function detectFraming(raw: Uint8Array): 'e1381' | 'simplified' | 'none' {
  let simplified = false;
  for (let at = raw.indexOf(STX); at >= 0; at = raw.indexOf(STX, at + 1)) {
    const next = raw[at + 1] ?? 0;
    if (next >= 0x30 && next <= 0x37) return 'e1381';
    if (next === 0x48) simplified = true;
  }
  if (simplified) return 'simplified';
  return raw.indexOf(ENQ) >= 0 && raw.indexOf(0x48) < 0 ? 'e1381' : 'none';
}

/** What extraction of framed bytes collects. */
interface Collecting {
  readonly messages: MessageText[];
  readonly faults: Fault[];
  /** Accepted frames of the message in the making. */
  accepted: Run[];
  /** Accepted and refused ones: what can be shown of a message that is not whole. */
  shown: Run[];
  /** Well-formed frames with a number that did not follow: each must be there rightly too, or the message has a hole. */
  stray: Run[];
  /** Frames under the number of the one before with another text: by 6.5.1.1 that one sent again, so not taken. */
  leftOut: Run[];
  lastNumber: number | null;
  /** Text of the last accepted frame of this session: it may come again when its ACK was lost. */
  lastText: Uint8Array;
  start: number;
}

function extractFramed(raw: Uint8Array, maxFrame: number): Extracted {
  const collecting: Collecting = {
    messages: [],
    faults: [],
    accepted: [],
    shown: [],
    stray: [],
    leftOut: [],
    lastNumber: null,
    lastText: new Uint8Array(0),
    start: 0,
  };
  let at = 0;
  while (at < raw.length) {
    const byte = raw[at];
    if (byte === STX) at = takeFrame(raw, at, maxFrame, collecting);
    else if (byte === EOT || byte === ENQ) {
      leaveUnfinished(collecting, at);
      collecting.lastNumber = null;
      at += 1;
      if (byte === ENQ) collecting.start = at - 1;
    } else at = skipNoise(raw, at, collecting.faults);
  }
  leaveUnfinished(collecting, raw.length);
  return { messages: collecting.messages, faults: collecting.faults };
}

function takeFrame(raw: Uint8Array, at: number, maxFrame: number, collecting: Collecting): number {
  const scan = scanFrame(raw, at, { maxFrame, silent: true });
  switch (scan.kind) {
    case 'partial':
      collecting.faults.push({ code: 'LINK_UNFINISHED', at });
      collecting.shown.push({ raw: Math.min(at + 2, raw.length), text: raw.subarray(at + 2) });
      return raw.length;
    case 'cut':
      collecting.faults.push({ code: 'LINK_BROKEN_FRAME', at });
      return scan.end;
    case 'frame':
      placeFrame(raw, at, scan, collecting);
      return scan.end;
    default:
      return scan satisfies never;
  }
}

function placeFrame(raw: Uint8Array, at: number, frame: Frame, collecting: Collecting): void {
  const text = raw.subarray(frame.textStart, frame.textEnd);
  const run: Run = { raw: frame.textStart, text, number: frame.number };
  if (collecting.shown.length === 0) collecting.start = Math.min(collecting.start === 0 ? at : collecting.start, at);
  if (frame.fault !== null || frame.number === null) {
    collecting.faults.push({ code: frame.fault ?? 'LINK_BROKEN_FRAME', at });
    if (frame.fault !== 'LINK_OVERSIZE') collecting.shown.push(run);
    return;
  }
  const { lastNumber } = collecting;
  // A capture may begin anywhere, and sessions may stand one after the other without their ENQ.
  const anew = collecting.accepted.length === 0 && text[0] === 0x48;
  if (anew && !collecting.shown.every((each) => mayBeSame(each, run))) leaveUnfinished(collecting, at);
  // The same frame again because our ACK was lost.
  if (lastNumber !== null && !anew && frame.number === lastNumber && sameBytes(collecting.lastText, text)) return;
  if (lastNumber !== null && collecting.accepted.length > 0 && frame.number === lastNumber) {
    const detail = 'number of the frame before, other text';
    collecting.faults.push({ code: 'LINK_FRAME_OUT_OF_SEQUENCE', at, detail });
    collecting.leftOut.push(run);
    return;
  }
  if (lastNumber !== null && !anew && frame.number !== following(lastNumber)) {
    collecting.faults.push({ code: 'LINK_FRAME_OUT_OF_SEQUENCE', at });
    collecting.shown.push(run);
    collecting.stray.push(run);
    return;
  }
  if (lastNumber === null && !anew && collecting.shown.length > 0 && frame.number !== 1) {
    collecting.faults.push({ code: 'LINK_GAP', at });
    collecting.shown.push(run);
    return;
  }
  collecting.lastNumber = frame.number;
  collecting.lastText = text;
  collecting.accepted.push(run);
  // A frame sent again well takes the place of its refused forms.
  collecting.shown = [...collecting.accepted];
  if (frame.last && endsWithTerminator(tail(collecting.accepted))) finishMessage(collecting, frame.end);
}

function tail(runs: readonly Run[]): Uint8Array {
  return concat(runs.slice(-8).map((run) => run.text));
}

function finishMessage(collecting: Collecting, end: number): void {
  const { accepted, stray } = collecting;
  const mended = stray.every((each) =>
    accepted.some((run) => sameBytes(run.text, each.text) && (run.raw > each.raw || run.number === each.number)),
  );
  if (!mended) collecting.faults.push({ code: 'LINK_GAP', at: end });
  push(collecting, accepted, end, mended);
}

/** Whether a refused frame may be an earlier sending of this one: the digit or the text may be what was damaged. */
function mayBeSame(refused: Run, good: Run): boolean {
  return refused.number === good.number || refused.text.length === good.text.length;
}

function leaveUnfinished(collecting: Collecting, end: number): void {
  if (collecting.shown.length === 0) return;
  const gap = collecting.shown.length > collecting.accepted.length;
  collecting.faults.push({ code: gap ? 'LINK_GAP' : 'LINK_UNFINISHED', at: end });
  push(collecting, collecting.shown, end, false);
}

function push(collecting: Collecting, runs: readonly Run[], end: number, whole: boolean): void {
  const leftOut = collecting.leftOut
    .filter((each) => !runs.some((run) => run.raw > each.raw && sameBytes(run.text, each.text)))
    .map(({ raw, text }): Span => [raw, raw + text.length]);
  const messages = splitAtHeaders(runs, collecting.start, end, whole).map((message, index, all) =>
    leftOut.length > 0 && index === all.length - 1 ? { ...message, leftOut } : message,
  );
  for (const message of messages)
    if (!message.complete && whole) collecting.faults.push({ code: 'LINK_UNFINISHED', at: message.span[1] });
  collecting.messages.push(...messages);
  collecting.accepted = [];
  collecting.shown = [];
  collecting.stray = [];
  collecting.leftOut = [];
  collecting.start = end;
}

function skipNoise(raw: Uint8Array, from: number, faults: Fault[]): number {
  let at = from;
  let noisy = false;
  while (at < raw.length && raw[at] !== STX && raw[at] !== EOT && raw[at] !== ENQ) {
    const byte = raw[at];
    if (byte !== ACK && byte !== NAK && byte !== CR && byte !== LF && byte !== NUL) noisy = true;
    at += 1;
  }
  if (noisy) faults.push({ code: 'LINK_NOISE', at: from });
  return at;
}

function extractSimplified(raw: Uint8Array): Extracted {
  const messages: MessageText[] = [];
  const faults: Fault[] = [];
  let at = 0;
  while (at < raw.length) {
    if (raw[at] === ENQ || raw[at] === EOT) {
      at += 1;
      continue;
    }
    if (raw[at] !== STX) {
      at = skipNoise(raw, at, faults);
      continue;
    }
    let end = at + 1;
    while (end < raw.length && raw[end] !== ETX && raw[end] !== ENQ && raw[end] !== EOT && raw[end] !== STX) end += 1;
    const text = raw.subarray(at + 1, end);
    const whole = raw[end] === ETX && endsWithTerminator(text);
    if (raw[end] !== ETX) faults.push({ code: end === raw.length ? 'LINK_UNFINISHED' : 'LINK_BROKEN_FRAME', at });
    else if (!whole) faults.push({ code: 'LINK_UNFINISHED', at });
    messages.push(...splitAtHeaders([{ raw: at + 1, text }], at, Math.min(end + 1, raw.length), whole));
    at = raw[end] === ETX ? end + 1 : end;
  }
  return { messages, faults };
}

/** Records without any link framing: files, and gateways that take the link off. */
function extractBare(raw: Uint8Array): Extracted {
  const text = raw.subarray(0);
  if (!hasHeader(text)) {
    const noise: Fault[] = raw.some((byte) => byte > 0x20) ? [{ code: 'LINK_NOISE', at: 0 }] : [];
    return { messages: [], faults: noise };
  }
  const messages = splitAtHeaders([{ raw: 0, text }], 0, raw.length, true);
  const faults = messages
    .filter((each) => !each.complete)
    .map((each): Fault => ({ code: 'LINK_UNFINISHED', at: each.span[1] }));
  return { messages, faults };
}

function hasHeader(text: Uint8Array): boolean {
  return headers(text).length > 0;
}

/** Offsets of records that begin with `H`. */
function headers(text: Uint8Array): number[] {
  const found: number[] = [];
  let lineStart = true;
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] ?? 0;
    if (byte === CR || byte === LF) lineStart = true;
    else if (lineStart && byte !== 0x20 && byte !== 0x09) {
      if (byte === 0x48 && !isWord(text[at + 1] ?? 0)) found.push(at);
      lineStart = false;
    }
  }
  return found;
}

function isWord(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte <= 0x20
  );
}

/**
 * One message for each header record. Of several in one text each but the last needs its own terminator; what stands
 * before the first header is a message without its beginning.
 */
function splitAtHeaders(runs: readonly Run[], start: number, end: number, whole: boolean): MessageText[] {
  const joined = concat(runs.map((run) => run.text));
  const starts = headers(joined);
  const cuts =
    starts[0] === 0 || !joined.subarray(0, starts[0] ?? joined.length).some((byte) => byte > 0x20)
      ? starts
      : [0, ...starts];
  if (cuts.length === 0) cuts.push(0);
  return cuts.map((cut, index) => {
    const stop = cuts[index + 1] ?? joined.length;
    const text = joined.subarray(cut, stop);
    const pieces = piecesOf(runs, cut, stop);
    const headed = starts.includes(cut);
    const first = index === 0 ? start : (pieces[0]?.raw ?? start);
    const last = index === cuts.length - 1 ? end : rawEnd(pieces, text.length);
    return { text, pieces, span: [first, last], complete: whole && headed && endsWithTerminator(text) };
  });
}

function rawEnd(pieces: MessageText['pieces'], length: number): number {
  const last = pieces.at(-1);
  return last === undefined ? 0 : last.raw + (length - last.text);
}

function piecesOf(runs: readonly Run[], from: number, to: number): { text: number; raw: number }[] {
  const pieces: { text: number; raw: number }[] = [];
  let offset = 0;
  for (const run of runs) {
    const begin = Math.max(offset, from);
    const stop = Math.min(offset + run.text.length, to);
    if (begin < stop) pieces.push({ text: begin - from, raw: run.raw + (begin - offset) });
    offset += run.text.length;
  }
  return pieces;
}
