import type { Span } from '../../../api/types.ts';

/** The bytes of a message as a person looks at them. */

const names: Readonly<Record<number, string>> = {
  0: 'NUL',
  1: 'SOH',
  2: 'STX',
  3: 'ETX',
  4: 'EOT',
  5: 'ENQ',
  6: 'ACK',
  7: 'BEL',
  8: 'BS',
  9: 'HT',
  10: 'LF',
  11: 'VT',
  12: 'FF',
  13: 'CR',
  21: 'NAK',
  23: 'ETB',
  27: 'ESC',
  28: 'FS',
  29: 'GS',
  30: 'RS',
  31: 'US',
  127: 'DEL',
};

export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export const toHex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** `STX` for a control character; undefined for what has a shape of its own. */
export function controlName(byte: number): string | undefined {
  return names[byte] ?? (byte < 0x20 ? toHex(byte).toUpperCase() : undefined);
}

/** A byte beside its hex: the character where ASCII has one, a dot where only a charset knows. */
export const shape = (byte: number): string => (byte < 0x7f ? String.fromCharCode(byte) : '·');

export const rowLength = 16;

export const within = (at: number, span: Span | undefined): boolean =>
  span !== undefined && at >= span[0] && at < span[1];

export const overlaps = (one: Span, other: Span): boolean => one[0] < other[1] && other[0] < one[1];

/** Asks quickly whether a span overlaps one of many that do not overlap each other. */
export function spanFinder(spans: readonly Span[]): (span: Span) => boolean {
  const sorted = [...spans].sort((a, b) => a[0] - b[0]);
  return (span) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.[0] ?? 0) < span[1]) low = middle + 1;
      else high = middle;
    }
    const last = sorted[low - 1];
    return last !== undefined && overlaps(last, span);
  };
}

/** A frame of ASTM's link: where it stands, its number, and whether its checksum is right. */
export interface FrameFacts {
  readonly span: Span;
  readonly number: string;
  readonly checksum: string;
  readonly right: boolean;
}

const stx = 0x02;
const etx = 0x03;
const etb = 0x17;

/** Every frame of the bytes (LIS01-A2 6.3: checksum over frame number to ETX or ETB, modulo 256). Other framing: none. */
export function framesOf(raw: Uint8Array): readonly FrameFacts[] {
  const frames: FrameFacts[] = [];
  for (let start = raw.indexOf(stx); start >= 0; start = raw.indexOf(stx, start + 1)) {
    const number = raw[start + 1] ?? 0;
    if (number < 0x30 || number > 0x37) continue;
    let sum = 0;
    let at = start + 1;
    for (; at < raw.length; at += 1) {
      const byte = raw[at] ?? 0;
      if (byte === stx) break;
      sum = (sum + byte) & 0xff;
      if (byte === etx || byte === etb) break;
    }
    const ending = raw[at];
    if (ending !== etx && ending !== etb) continue;
    const checksum = String.fromCharCode(raw[at + 1] ?? 0x20, raw[at + 2] ?? 0x20);
    const right = checksum.toUpperCase() === toHex(sum).toUpperCase();
    frames.push({ span: [start, Math.min(at + 5, raw.length)], number: String.fromCharCode(number), checksum, right });
  }
  return frames;
}
