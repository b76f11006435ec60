import { control } from '../control.ts';

const { STX, ETX, ETB, ENQ, EOT, CR, LF } = control;

/** What stands at an STX in a run of bytes (LIS01-A2 6.3: STX, number, text, ETB or ETX, two hex digits, CR, LF). */
export type FrameScan =
  /** More bytes are needed to tell. */
  | { readonly kind: 'partial' }
  /** The frame is longer than the ceiling; its end is not in sight. */
  | { readonly kind: 'oversize' }
  /** A control character that can't be inside stands at `end`: what came before is no frame. */
  | { readonly kind: 'broken'; readonly end: number }
  | Frame;

export interface Frame {
  readonly kind: 'frame';
  /** Frame number 0 to 7; null when the character is no such digit. */
  readonly number: number | null;
  readonly textStart: number;
  readonly textEnd: number;
  /** ETX: the last frame of a message. */
  readonly last: boolean;
  readonly checksumGood: boolean;
  /** After the checksum digits; CR and LF follow. */
  readonly end: number;
}

/** Longest text and the seven characters around it. */
const overhead = 7;

/**
 * Read the frame whose STX stands at `start`. ENQ, EOT or STX inside ends it unread: nothing of it may join what follows
 * (LIS01-A2 6.6.2 restricts these characters).
 */
export function scanFrame(bytes: Uint8Array, start: number, maxFrame: number): FrameScan {
  const limit = Math.min(bytes.length, start + maxFrame + overhead);
  let sum = 0;
  for (let at = start + 1; at < limit; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === ENQ || byte === EOT || byte === STX) return { kind: 'broken', end: at };
    sum += byte;
    if (byte === ETX || byte === ETB) return endOfFrame(bytes, start, at, sum & 0xff);
  }
  return bytes.length - start >= maxFrame + overhead ? { kind: 'oversize' } : { kind: 'partial' };
}

function endOfFrame(bytes: Uint8Array, start: number, terminator: number, sum: number): FrameScan {
  for (let at = terminator + 1; at < Math.min(terminator + 3, bytes.length); at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === ENQ || byte === EOT || byte === STX) return { kind: 'broken', end: at };
  }
  if (bytes.length < terminator + 3) return { kind: 'partial' };
  const digit = (bytes[start + 1] ?? 0) - 0x30;
  const hasNumber = terminator > start + 1 && digit >= 0 && digit <= 7;
  return {
    kind: 'frame',
    number: hasNumber ? digit : null,
    textStart: Math.min(start + 2, terminator),
    textEnd: terminator,
    last: bytes[terminator] === ETX,
    checksumGood: readHex(bytes, terminator + 1) === sum,
    end: terminator + 3,
  };
}

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
  if (text[start] !== 0x4c) return false;
  const next = text[start + 1] ?? 0;
  return start + 1 === end || !isLetter(next);
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
}

/** The number after `number`: 1 to 7, then 0, then 1 (LIS01-A2 6.3.2.1). */
export const following = (number: number): number => (number + 1) % 8;
