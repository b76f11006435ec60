import type { MessageText } from '../wire.ts';

export type DecodeText = (bytes: Uint8Array) => string;
export type LeadByte = (byte: number) => boolean;

/** The delimiters, as bytes. */
export interface Marks {
  readonly field: number;
  readonly component: number;
  readonly repeat: number;
  readonly escape: number;
  readonly subcomponent: number;
}

const standard: Marks = { field: 0x7c, component: 0x5e, repeat: 0x7e, escape: 0x5c, subcomponent: 0x26 };

/** A message being looked into, and what its parts have in common. */
export interface Source {
  readonly message: MessageText;
  readonly marks: Marks;
  readonly plain: string;
  readonly ascii: boolean;
  /** Whether an escape stands anywhere behind the header's delimiters. */
  readonly escaped: boolean;
  readonly decode: DecodeText;
  readonly lead: LeadByte | undefined;
  /** Field starts of all segments, one segment behind the other: each ends with one past its end. */
  readonly cuts: number[];
}

/** Where the first MSH stands; -1 where there is none. */
export function headerAt(text: Uint8Array): number {
  for (let at = 0; at + 3 < text.length; at += 1) {
    if (text[at] === 0x4d && text[at + 1] === 0x53 && text[at + 2] === 0x48) return at;
  }
  return -1;
}

/** The delimiters its MSH names, also where they stand late; those of the standard where it names none. */
export function marksOf(text: Uint8Array): Marks {
  const at = headerAt(text);
  const field = text[at + 3];
  if (at < 0 || field === undefined) return standard;
  let begin = at + 4;
  while (text[begin] === field && begin < at + 8) begin += 1;
  const mark = (offset: number, otherwise: number): number => {
    for (let step = 0; step <= offset; step += 1) if ((text[begin + step] ?? field) === field) return otherwise;
    return text[begin + offset] ?? otherwise;
  };
  return {
    field,
    component: mark(0, standard.component),
    repeat: mark(1, standard.repeat),
    escape: mark(2, standard.escape),
    subcomponent: mark(3, standard.subcomponent),
  };
}

/** How many fields late the delimiters stand in this header (0 as the standard has it). */
export function headerShift(source: Source, start: number): number {
  const { text } = source.message;
  let shift = 0;
  while (text[start + 4 + shift] === source.marks.field && shift < 4) shift += 1;
  return shift === 2 && text[start + 4 + shift] === source.marks.component ? shift : 0;
}

/** Bounds of the nth part (from 1) between `start` and `end`; empty at the end when there is none. */
export function nth(
  source: Source,
  start: number,
  end: number,
  separator: number,
  number: number,
  stop = -1,
): [number, number] {
  const { text } = source.message;
  const { lead } = source;
  let from = start;
  let count = 1;
  for (let at = start; at < end; at += 1) {
    const byte = text[at] ?? 0;
    if (byte === separator) {
      if (count === number) return [from, at];
      count += 1;
      from = at + 1;
    } else if (byte === stop) {
      return count === number ? [from, at] : [at, at];
    } else if (lead?.(byte) === true) at += 1;
  }
  return count === number ? [from, end] : [end, end];
}
