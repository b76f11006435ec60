import { control } from '../control.ts';
import type { Fault, MessageText } from '../wire.ts';

const { VT, FS, CR, LF } = control;

/**
 * HL7 v2 messages of journalled raw bytes or of a whole file: MLLP blocks, or messages one after the other without
 * framing (batch headers passed over). A block that is cut is given with `complete: false`.
 */
export function extractBlocks(raw: Uint8Array): { messages: readonly MessageText[]; faults: readonly Fault[] } {
  return raw.indexOf(VT) >= 0 ? framed(raw) : bare(raw);
}

function framed(raw: Uint8Array): { messages: MessageText[]; faults: Fault[] } {
  const messages: MessageText[] = [];
  const faults: Fault[] = [];
  let at = 0;
  while (at < raw.length) {
    const start = raw.indexOf(VT, at);
    const noiseEnd = start < 0 ? raw.length : start;
    if (raw.subarray(at, noiseEnd).some((byte) => byte > 0x20)) {
      // A file may hold its first message bare and the next in a block.
      const before = bare(raw.subarray(0, noiseEnd), at);
      if (before.messages.length === 0) faults.push({ code: 'LINK_NOISE', at });
      messages.push(...before.messages);
    }
    if (start < 0) break;
    at = takeBlock(raw, start, messages, faults);
  }
  return { messages, faults };
}

function takeBlock(raw: Uint8Array, start: number, messages: MessageText[], faults: Fault[]): number {
  const fs = raw.indexOf(FS, start + 1);
  const vt = raw.indexOf(VT, start + 1);
  const broken = vt >= 0 && (fs < 0 || vt < fs);
  const end = broken ? vt : fs < 0 ? raw.length : fs;
  const complete = !broken && fs >= 0;
  const after = complete ? (raw[end + 1] === CR ? end + 2 : end + 1) : end;
  const text = raw.subarray(start + 1, end);
  if (!text.some((byte) => byte > 0x20)) {
    // A stray VT after FS CR: nothing was in it.
    if (!complete && !broken && text.length === 0) return after;
    return after;
  }
  if (!complete) faults.push({ code: broken ? 'LINK_BROKEN_FRAME' : 'LINK_UNFINISHED', at: broken ? end : raw.length });
  messages.push({ text, pieces: [{ text: 0, raw: start + 1 }], span: [start, after], complete });
  return after;
}

/** Messages that each begin with MSH at the start of a line. */
function bare(raw: Uint8Array, from = 0): { messages: MessageText[]; faults: Fault[] } {
  const starts: number[] = [];
  for (let at = raw.indexOf(0x4d, from); at >= 0; at = raw.indexOf(0x4d, at + 1)) {
    if (raw[at + 1] !== 0x53 || raw[at + 2] !== 0x48) continue;
    if (at === from || raw[at - 1] === CR || raw[at - 1] === LF) starts.push(at);
  }
  const messages = starts.map((start, index): MessageText => {
    const end = withoutTrailer(raw, start, starts[index + 1] ?? raw.length);
    return { text: raw.subarray(start, end), pieces: [{ text: 0, raw: start }], span: [start, end], complete: true };
  });
  const noise = messages.length === 0 && raw.subarray(from).some((byte) => byte > 0x20);
  return { messages, faults: noise ? [{ code: 'LINK_NOISE', at: from }] : [] };
}

const trailers = ['BHS', 'BTS', 'FHS', 'FTS'];

/** Batch and file segments (FHS BHS BTS FTS) that follow a message are not part of it. */
function withoutTrailer(raw: Uint8Array, start: number, end: number): number {
  for (let at = start + 1; at < end; at += 1) {
    const byte = raw[at];
    if (byte !== 0x42 && byte !== 0x46) continue;
    if (raw[at - 1] !== CR && raw[at - 1] !== LF) continue;
    if (trailers.includes(String.fromCharCode(byte, raw[at + 1] ?? 0, raw[at + 2] ?? 0))) return at;
  }
  return end;
}
