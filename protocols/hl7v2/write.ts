import { concat } from '../bytes.ts';
import { control } from '../control.ts';

const { VT, FS, CR } = control;

export interface Hl7Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repeat: string;
  readonly escape: string;
  readonly subcomponent: string;
}

const standardHl7Delimiters: Hl7Delimiters = {
  field: '|',
  component: '^',
  repeat: '~',
  escape: '\\',
  subcomponent: '&',
};

/** Text, components, or repeats of components; leaves are plain text, escaped here. */
export type Hl7FieldOut = string | readonly string[] | { readonly repeats: readonly (string | readonly string[])[] };
/** Segment name and its fields from 1 on; of MSH from 3 on (1 and 2 are the delimiters). */
export type Hl7SegmentOut = readonly [name: string, ...fields: Hl7FieldOut[]];

/** A message text, segments ended by CR. */
export function composeMessage(
  segments: readonly Hl7SegmentOut[],
  delimiters: Hl7Delimiters = standardHl7Delimiters,
): string {
  const { field, component, repeat, escape: mark, subcomponent } = delimiters;
  const lines = segments.map(([name, ...fields]) => {
    const head = name === 'MSH' ? [`MSH${field}${component}${repeat}${mark}${subcomponent}`] : [name];
    return trimEnd([...head, ...fields.map((each) => writeField(each, delimiters))], field);
  });
  return `${lines.join('\r')}\r`;
}

function writeField(value: Hl7FieldOut, delimiters: Hl7Delimiters): string {
  if (typeof value === 'string') return escapeText(value, delimiters);
  if ('repeats' in value) return value.repeats.map((each) => writeField(each, delimiters)).join(delimiters.repeat);
  return trimEnd(
    value.map((each) => escapeText(each, delimiters)),
    delimiters.component,
  );
}

function trimEnd(parts: readonly string[], separator: string): string {
  let end = parts.length;
  while (end > 1 && parts[end - 1] === '') end -= 1;
  return parts.slice(0, end).join(separator);
}

/** Delimiters become escapes, line breaks `\.br\`, other control characters hex. */
export function escapeText(text: string, delimiters: Hl7Delimiters = standardHl7Delimiters): string {
  const { field, component, repeat, escape: mark, subcomponent } = delimiters;
  const letters = new Map([
    [mark, 'E'],
    [field, 'F'],
    [component, 'S'],
    [repeat, 'R'],
    [subcomponent, 'T'],
  ]);
  let written = '';
  for (const char of text.replaceAll('\r\n', '\n')) {
    const letter = letters.get(char);
    if (letter !== undefined) written += `${mark}${letter}${mark}`;
    else if (char === '\n' || char === '\r') written += `${mark}.br${mark}`;
    else if (char < ' ' || char === '\u007f')
      written += `${mark}X${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}${mark}`;
    else written += char;
  }
  return written;
}

/** One MLLP block: VT, the message, FS, CR. */
export function frameBlock(message: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(VT), message, Uint8Array.of(FS, CR)]);
}
