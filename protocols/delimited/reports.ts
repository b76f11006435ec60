import type { Fault, MessageText } from '../wire.ts';

const CR = 0x0d;
const LF = 0x0a;
const ETX = 0x03;

/** How one printed report is told from the next: by what its lines say. */
export interface ReportBounds {
  readonly begins: (line: string) => boolean;
  readonly ends: (line: string) => boolean;
  /** Where the analyzer does not just print but waits for words of the host. */
  readonly talk?: ReportTalk;
}

/** What the host says on a line of text. Words are without their line end, which is CR. */
export interface ReportTalk {
  /** To a line that stands outside of any report; null: nothing. */
  readonly reply: (line: string) => string | null;
  /** What begins like a report and comes to this line is none: it is answered and let go. */
  readonly drops: (line: string) => boolean;
  /** Whether the report is as it was sent. */
  readonly sound: (report: Uint8Array) => boolean;
  /** The report with the sum of what now stands in it. */
  readonly seal: (report: Uint8Array) => Uint8Array;
  readonly outcome: (report: Uint8Array, how: ReportOutcome) => string | null;
}

/** It is on disk, the host would not have it, or its sum was wrong. */
export type ReportOutcome = 'taken' | 'refused' | 'damaged';

/** A line of a report and where it stands. */
export interface Line {
  readonly text: string;
  readonly start: number;
  /** Without its line end. */
  readonly end: number;
  /** With it. */
  readonly after: number;
  /** Its end has come. */
  readonly whole: boolean;
}

const latin1 = new TextDecoder('latin1');

/** Lines of bytes; CR, LF and CRLF end one, and an ETX that is its last character. The last may be without an end. */
export function linesOf(
  raw: Uint8Array,
  decode: (bytes: Uint8Array) => string = (bytes) => latin1.decode(bytes),
): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let at = 0; at <= raw.length; at += 1) {
    if (raw[at] === ETX && raw[at + 1] !== CR && raw[at + 1] !== LF) {
      const end = at + 1;
      lines.push({ text: decode(raw.subarray(start, end)), start, end, after: end, whole: true });
      start = end;
      continue;
    }
    if (at < raw.length && raw[at] !== CR && raw[at] !== LF) continue;
    const after = raw[at] === CR && raw[at + 1] === LF ? at + 2 : Math.min(at + 1, raw.length);
    if (at > start || at < raw.length) {
      lines.push({ text: decode(raw.subarray(start, at)), start, end: at, after, whole: at < raw.length });
    }
    if (after > at + 1) at += 1;
    start = after;
  }
  return lines;
}

/** Reports of a capture or of journalled bytes: from a line that begins one to the line that ends it. */
export function extractReports(
  raw: Uint8Array,
  bounds: ReportBounds,
): { messages: readonly MessageText[]; faults: readonly Fault[] } {
  const messages: MessageText[] = [];
  const faults: Fault[] = [];
  let start: number | null = null;
  const push = (from: number, to: number, complete: boolean): void => {
    messages.push({ text: raw.subarray(from, to), pieces: [{ text: 0, raw: from }], span: [from, to], complete });
    if (!complete) faults.push({ code: 'LINK_UNFINISHED', at: to });
  };
  for (const line of linesOf(raw)) {
    if (bounds.begins(line.text)) {
      if (start !== null) push(start, line.start, false);
      start = line.start;
    } else if (start !== null && bounds.talk?.drops(line.text) === true) {
      start = null;
      continue;
    } else if (start === null && (bounds.talk?.drops(line.text) === true || bounds.talk?.reply(line.text) != null))
      continue;
    else if (start === null && line.text.trim() !== '' && !faults.some((fault) => fault.code === 'LINK_NOISE')) {
      faults.push({ code: 'LINK_NOISE', at: line.start });
    }
    if (start !== null && bounds.ends(line.text)) {
      if (bounds.talk?.sound(raw.subarray(start, line.after)) === false)
        faults.push({ code: 'LINK_CHECKSUM_MISMATCH', at: start });
      else push(start, line.after, true);
      start = null;
    }
  }
  if (start !== null) push(start, raw.length, false);
  return { messages, faults };
}
