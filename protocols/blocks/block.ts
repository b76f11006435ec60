import { control } from '../control.ts';

const { STX, ETX, EOT, ENQ, ETB, GS, CR, LF } = control;

/**
 * How a block proves that it came whole. `none`: STX text ETX. `xorBehind`: one byte behind ETX or ETB, the exclusive or
 * of everything from the text through it (Beckman AU, BCC on). `sumBefore`: two hex digits before ETX, the sum of the
 * text modulo 256 (Siemens Dimension). `sumMarked`: GS and two hex digits, the sum of everything from the text through
 * GS (bioMerieux BCI); line ends and an ETX may follow.
 */
export type BlockCheck = 'none' | 'xorBehind' | 'sumBefore' | 'sumMarked';

/** What stands in bytes from an STX on. Offsets are in those bytes. */
export type Scanned =
  /** Its end has not come. `scanned`: where to go on looking. */
  | { readonly type: 'open'; readonly scanned: number }
  /** Its proof is there, its last byte may still come (`sumMarked`). */
  | { readonly type: 'tail'; readonly end: number }
  | {
      readonly type: 'block';
      readonly text: readonly [start: number, end: number];
      readonly end: number;
      readonly good: boolean;
    }
  /** A control character that ends it stands inside: nothing of it is a block. */
  | { readonly type: 'broken'; readonly end: number };

/** Looks at the block that begins with the STX at `start`; `from` is what an earlier look came to. */
export function scanBlock(raw: Uint8Array, start: number, check: BlockCheck, from = start + 1): Scanned {
  for (let at = Math.max(from, start + 1); at < raw.length; at += 1) {
    const byte = raw[at];
    if (byte === STX || byte === ENQ || byte === EOT) return { type: 'broken', end: at };
    if (byte === ETX || byte === ETB) return closed(raw, start, at, check);
    if (byte === GS && check === 'sumMarked') return marked(raw, start, at);
  }
  return { type: 'open', scanned: Math.max(from, raw.length) };
}

function closed(raw: Uint8Array, start: number, end: number, check: BlockCheck): Scanned {
  const text = start + 1;
  switch (check) {
    case 'none':
      return { type: 'block', text: [text, end], end: end + 1, good: true };
    case 'xorBehind': {
      const sent = raw[end + 1];
      if (sent === undefined) return { type: 'open', scanned: end };
      return { type: 'block', text: [text, end], end: end + 2, good: sent === xorOf(raw, text, end + 1) };
    }
    case 'sumBefore': {
      const digits = Math.max(text, end - 2);
      const good = end - text >= 2 && hexAt(raw, digits) === sumOf(raw, text, digits);
      return { type: 'block', text: [text, digits], end: end + 1, good };
    }
    case 'sumMarked':
      // the mark never came
      return { type: 'block', text: [text, end], end: end + 1, good: false };
    default:
      return check satisfies never;
  }
}

/** GS at `mark`: two digits, then what is left of the block. */
function marked(raw: Uint8Array, start: number, mark: number): Scanned {
  if (raw.length < mark + 3) return { type: 'open', scanned: mark };
  const good = hexAt(raw, mark + 1) === sumOf(raw, start + 1, mark + 1);
  let end = mark + 3;
  while (raw[end] === CR || raw[end] === LF) end += 1;
  if (raw[end] === undefined && good) return { type: 'tail', end };
  return { type: 'block', text: [start + 1, mark], end: raw[end] === ETX ? end + 1 : mark + 3, good };
}

/** Text of `scanBlock`'s `tail` when nothing more comes. */
export function tailText(raw: Uint8Array, start: number): readonly [start: number, end: number] {
  return [start + 1, raw.indexOf(GS, start)];
}

/** One block of text as it goes on the wire; control characters in the text are left out. */
export function frameBlock(text: Uint8Array, check: BlockCheck): Uint8Array {
  const plain = text.filter((byte) => byte !== STX && byte !== ETX && byte !== ETB && byte !== ENQ && byte !== EOT);
  switch (check) {
    case 'none':
      return Uint8Array.of(STX, ...plain, ETX);
    case 'xorBehind':
      return Uint8Array.of(STX, ...plain, ETX, xorOf(plain, 0, plain.length) ^ ETX);
    case 'sumBefore':
      return Uint8Array.of(STX, ...plain, ...hexOf(sumOf(plain, 0, plain.length)), ETX);
    case 'sumMarked':
      return Uint8Array.of(STX, ...plain, GS, ...hexOf((sumOf(plain, 0, plain.length) + GS) % 256).map(lower), ETX);
    default:
      return check satisfies never;
  }
}

function xorOf(raw: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at += 1) sum ^= raw[at] ?? 0;
  return sum;
}

function sumOf(raw: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at += 1) sum += raw[at] ?? 0;
  return sum % 256;
}

/** Either case is read; null where there are no two hex digits. */
function hexAt(raw: Uint8Array, at: number): number | null {
  const digits = String.fromCharCode(raw[at] ?? 0, raw[at + 1] ?? 0);
  return /^[0-9A-Fa-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : null;
}

function hexOf(sum: number): number[] {
  return [...sum.toString(16).toUpperCase().padStart(2, '0')].map((digit) => digit.charCodeAt(0));
}

function lower(digit: number): number {
  return digit >= 0x41 ? digit + 0x20 : digit;
}
