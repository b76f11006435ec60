import { control } from '../control.ts';

const { STX, ETX, ETB, ENQ, EOT, CR, LF } = control;

/** Why a frame that came to its end is refused all the same. */
export type FrameFault = 'LINK_CHECKSUM_MISMATCH' | 'LINK_BROKEN_FRAME' | 'LINK_OVERSIZE';

export interface Frame {
  readonly kind: 'frame';
  /** Frame number 0 to 7; null where there is none. */
  readonly number: number | null;
  readonly textStart: number;
  readonly textEnd: number;
  /** ETX: the last frame of a message. */
  readonly last: boolean;
  readonly fault: FrameFault | null;
  /** After the frame and its CR LF, as far as they came. */
  readonly end: number;
}

/** How far the reading of an unfinished frame has come; counted from its STX, so that a dribbled frame is read once. */
export interface FrameProgress {
  readonly at: number;
  readonly sum: number;
  /** Place of ETX or ETB, 0 while it has not come. */
  readonly terminator: number;
  readonly fault: FrameFault | null;
}

/** What stands at an STX in a run of bytes (LIS01-A2 6.3: STX, number, text, ETB or ETX, two hex digits, CR, LF). */
export type FrameScan =
  /** More bytes are needed. `settled`: silence would tell as well (CR LF left out, or the line was given up). */
  | { readonly kind: 'partial'; readonly progress: FrameProgress; readonly settled: boolean }
  /** STX, ENQ or EOT stands at `end`: what came before is no frame, and nothing of it joins what follows. */
  | { readonly kind: 'cut'; readonly end: number }
  | Frame;

export interface FrameRules {
  /** Ceiling in characters of text. */
  readonly maxFrame: number;
  /** Neither number nor checksum (Snibe Maglumi). */
  readonly simplified?: boolean;
  /** No more bytes are to come for now: silence has settled what was open. */
  readonly silent?: boolean;
}

export const untouched: FrameProgress = { at: 1, sum: 0, terminator: 0, fault: null };

/**
 * Read the frame whose STX stands at `start`, on from `progress`.
 *
 * STX, ENQ and EOT are restricted in text (LIS01-A2 6.6.2). An STX always begins anew. An ENQ or EOT is one if silence
 * or another of the three follows; with more text behind it, it is a damaged byte: were it answered as an ENQ, the
 * sender would take the ACK for its frame's, and the frame would be lost.
 */
export function scanFrame(
  bytes: Uint8Array,
  start: number,
  rules: FrameRules,
  progress: FrameProgress = untouched,
): FrameScan {
  let { at, sum, terminator, fault } = progress;
  const length = bytes.length - start;
  const tail = rules.simplified === true ? 1 : 3;
  for (; terminator === 0 ? at < length : at < Math.min(length, terminator + tail); at += 1) {
    const byte = bytes[start + at] ?? 0;
    if (byte === STX) return { kind: 'cut', end: start + at };
    if (byte === ENQ || byte === EOT) {
      const next = bytes[start + at + 1];
      if (next === undefined && rules.silent !== true) {
        return { kind: 'partial', progress: { at, sum, terminator, fault }, settled: true };
      }
      if (next === undefined || next === STX || next === ENQ || next === EOT) return { kind: 'cut', end: start + at };
      fault ??= 'LINK_BROKEN_FRAME';
    } else if (terminator === 0) {
      sum += byte;
      if (byte === ETX || byte === ETB) terminator = at;
      else if (at > rules.maxFrame + 1) fault = 'LINK_OVERSIZE';
    }
  }
  const reached: FrameProgress = { at, sum, terminator, fault };
  if (terminator === 0 || length < terminator + tail) return { kind: 'partial', progress: reached, settled: false };
  return rules.simplified === true
    ? simplifiedFrame(bytes, start, reached)
    : numberedFrame(bytes, start, reached, rules.silent === true);
}

function numberedFrame(bytes: Uint8Array, start: number, progress: FrameProgress, silent: boolean): FrameScan {
  const terminator = start + progress.terminator;
  let end = terminator + 3;
  if (bytes[end] === CR) end += 1;
  if (bytes[end] === LF) end += 1;
  if (end === bytes.length && bytes[end - 1] !== LF && !silent) return { kind: 'partial', progress, settled: true };
  const digit = (bytes[start + 1] ?? 0) - 0x30;
  const number = terminator > start + 1 && digit >= 0 && digit <= 7 ? digit : null;
  const good = readHex(bytes, terminator + 1) === (progress.sum & 0xff);
  return {
    kind: 'frame',
    number,
    textStart: Math.min(start + 2, terminator),
    textEnd: terminator,
    last: bytes[terminator] === ETX,
    fault: progress.fault ?? (good ? (number === null ? 'LINK_BROKEN_FRAME' : null) : 'LINK_CHECKSUM_MISMATCH'),
    end,
  };
}

function simplifiedFrame(bytes: Uint8Array, start: number, progress: FrameProgress): Frame {
  const terminator = start + progress.terminator;
  return {
    kind: 'frame',
    number: null,
    textStart: start + 1,
    textEnd: terminator,
    last: bytes[terminator] === ETX,
    fault: progress.fault,
    end: terminator + 1,
  };
}

/** Two hex digits in either case; -1 when they are none. */
function readHex(bytes: Uint8Array, at: number): number {
  const high = hexDigit(bytes[at] ?? 0);
  const low = hexDigit(bytes[at + 1] ?? 0);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  return -1;
}

/** Sum modulo 256 of the given bytes: number through ETB or ETX (LIS01-A2 6.3.3). */
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return sum & 0xff;
}

/** Whether text ends with a whole terminator record `L`. */
export function endsWithTerminator(text: Uint8Array): boolean {
  let end = text.length;
  while (end > 0 && (text[end - 1] === CR || text[end - 1] === LF)) end -= 1;
  let start = end;
  while (start > 0 && text[start - 1] !== CR && text[start - 1] !== LF) start -= 1;
  while (start < end && (text[start] === 0x20 || text[start] === 0x09)) start += 1;
  return text[start] === 0x4c && (start + 1 === end || !isLetterOrDigit(text[start + 1] ?? 0));
}

export function isLetterOrDigit(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
}

/** The number after `number`: 1 to 7, then 0, then 1 (LIS01-A2 6.3.2.1). */
export const following = (number: number): number => (number + 1) % 8;

const readable = 8;
const looked = 64;

/**
 * Whether an STX and what follows may have been a frame: it begins like one, or holds a few characters that can be
 * read. On a line with the wrong speed STX turns up by chance, and what follows it is nothing a person could use.
 */
export function resemblesFrame(bytes: Uint8Array): boolean {
  const digit = bytes[1];
  if (bytes.length <= readable) return digit === undefined || (digit >= 0x30 && digit <= 0x37);
  let run = 0;
  for (let at = 1; at < bytes.length && at < looked; at += 1) {
    const byte = bytes[at] ?? 0;
    run = byte >= 0x20 && byte < 0x7f ? run + 1 : 0;
    if (run >= readable) return true;
  }
  return false;
}

/** Stray acknowledgements, line ends and fill bytes between frames and sessions are no trouble worth telling. */
export function isQuiet(byte: number): boolean {
  return byte === control.ACK || byte === control.NAK || byte === CR || byte === LF || byte === control.NUL;
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}
