import { concat } from '../bytes.ts';
import { control } from '../control.ts';
import { checksum, following } from './frame.ts';

const { STX, ETX, ETB, CR, LF } = control;

export interface Delimiters {
  readonly field: string;
  readonly repeat: string;
  readonly component: string;
  readonly escape: string;
}

const standardDelimiters: Delimiters = { field: '|', repeat: '\\', component: '^', escape: '&' };

/** A field to be written: text, components, or repeats of components. Leaves are plain text and are escaped here. */
export type FieldOut = string | readonly string[] | { readonly repeats: readonly (string | readonly string[])[] };
/** Record letter first, then its fields from field 2 on. */
export type RecordOut = readonly [type: string, ...fields: FieldOut[]];

/**
 * CR-ended record texts of one message. The header's second field (the delimiters) is written by itself: give an `H`
 * record its fields from field 3 on. `encode` turns text into bytes of the line's charset.
 */
export function encodeMessage(
  records: readonly RecordOut[],
  encode: (text: string) => Uint8Array = (text) => new TextEncoder().encode(text),
  delimiters: Delimiters = standardDelimiters,
): Uint8Array {
  const lines = records.map(([type, ...fields]) => {
    const written = fields.map((field) => writeField(field, delimiters));
    const head =
      type === 'H' ? [`H${delimiters.field}${delimiters.repeat}${delimiters.component}${delimiters.escape}`] : [type];
    return trimEnd([...head, ...written], delimiters.field);
  });
  return encode(`${lines.join('\r')}\r`);
}

function writeField(field: FieldOut, delimiters: Delimiters): string {
  if (typeof field === 'string') return escapeText(field, delimiters);
  if ('repeats' in field) {
    return field.repeats.map((each) => writeField(each, delimiters)).join(delimiters.repeat);
  }
  return trimEnd(
    field.map((each) => escapeText(each, delimiters)),
    delimiters.component,
  );
}

function trimEnd(parts: readonly string[], separator: string): string {
  let end = parts.length;
  while (end > 1 && parts[end - 1] === '') end -= 1;
  return parts.slice(0, end).join(separator);
}

/** Delimiters in text become `&F& &R& &S& &E&` (LIS02-A2 5.4.5); control characters become hex, so none reaches the link. */
export function escapeText(text: string, delimiters: Delimiters = standardDelimiters): string {
  const { field, repeat, component, escape: mark } = delimiters;
  let written = '';
  for (const char of text) {
    if (char === mark) written += `${mark}E${mark}`;
    else if (char === field) written += `${mark}F${mark}`;
    else if (char === repeat) written += `${mark}R${mark}`;
    else if (char === component) written += `${mark}S${mark}`;
    else if (char < ' ') written += `${mark}X${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}${mark}`;
    else written += char;
  }
  return written;
}

/**
 * Frames of one message: at most `size` characters of text each, numbers going on from `first`. All but the last end in
 * ETB (LIS01-A2 6.3).
 */
export function frameMessage(
  text: Uint8Array,
  options: { readonly first?: number; readonly size?: number } = {},
): Uint8Array[] {
  const size = options.size ?? 240;
  let number = options.first ?? 1;
  const frames: Uint8Array[] = [];
  for (let at = 0; at < text.length || at === 0; at += size) {
    const last = at + size >= text.length;
    frames.push(frameOf(number, text.subarray(at, at + size), last));
    number = following(number);
  }
  return frames;
}

/** One frame with its checksum in upper-case hex. */
function frameOf(number: number, text: Uint8Array, last: boolean): Uint8Array {
  const covered = concat([Uint8Array.of(0x30 + number), text, Uint8Array.of(last ? ETX : ETB)]);
  const digits = checksum(covered).toString(16).toUpperCase().padStart(2, '0');
  return concat([Uint8Array.of(STX), covered, new TextEncoder().encode(digits), Uint8Array.of(CR, LF)]);
}
