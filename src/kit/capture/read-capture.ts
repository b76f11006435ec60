import { detectProtocol } from '../../../drivers/recognise.ts';
import { extractMessages } from '../../../protocols/astm/extract.ts';
import { control } from '../../../protocols/control.ts';
import { readConversations } from './conversations.ts';
import { readDump } from './dump.ts';
import { readLog } from './log.ts';
import { readSpelled, spellings } from './spelled.ts';

/** What an analyzer said, taken out of the form in which a capture of it was kept. */
export interface Capture {
  /** As it was on the wire. */
  readonly raw: Uint8Array;
  /** How the capture was written; null where its bytes are the wire's own. */
  readonly form: string | null;
}

const wire: ReadonlySet<number> = new Set([control.STX, control.ENQ, control.EOT, control.VT, control.FS]);
/** Beyond this a file is taken as it is. */
const mostRead = 64_000_000;

/**
 * A capture as people have it: the bytes of the wire, or a log or dump of them: control characters spelled
 * (`<STX>`, `[ENQ]`, `\x02`), a hex dump, lines with times and directions, a packet trace as text, the packets that
 * Wireshark or tcpdump keeps. Of two that speak the one with the results is the analyzer. What is none of these is taken
 * as it is.
 */
export function readCapture(file: Uint8Array): Capture {
  const asItIs: Capture = { raw: file, form: null };
  if (file.length > mostRead) return asItIs;
  const spoken = readConversations(file);
  if (spoken !== null) return { raw: bestOf(spoken.streams), form: spoken.form };
  if (file.some((byte) => wire.has(byte))) return asItIs;
  const text = withoutCarets(textOf(file));
  const lines = text.split(/\r\n|\n|\r/);
  const dumped = readDump(lines);
  if (dumped !== null) return { raw: bestOf(dumped.streams), form: dumped.form };
  if (spellings(text) >= 2) {
    // What a line end of the log stands for shows in the checksums.
    const read = ['', '\r', '\r\n', '\n'].map((end) => bestOf(readSpelled(lines, end)));
    return { raw: soundest(read), form: 'a log with control characters spelled out' };
  }
  const logged = readLog(lines);
  return logged === null ? asItIs : { raw: bestOf(logged), form: 'a log with something before each record' };
}

/**
 * Caret notation (`^E^B1H|..^C39^M^J`) is spelled anew where it can only be that: the caret is also the usual separator of
 * components.
 */
function withoutCarets(text: string): string {
  if (!/(?:^|[\r\n]|\^E)\^B[0-7]H|(?:^|[\r\n])\^KMSH/.test(text)) return text;
  return text
    .replaceAll(/\^B(?=[0-7][A-Z]?)/g, '<STX>')
    .replaceAll(/\^([CW])(?=[0-9A-Fa-f]{2}(?:\^M|[\r\n]|$))/g, (_whole, end) => (end === 'C' ? '<ETX>' : '<ETB>'))
    .replaceAll(/(^|[\r\n])\^E/g, '$1<ENQ>')
    .replaceAll(/\^D(?=[\r\n]|$)/g, '<EOT>')
    .replaceAll(/\^K(?=MSH)/g, '<VT>')
    .replaceAll(/\^\\\^M/g, '<FS><CR>')
    .replaceAll(/\^M\^J/g, '<CR><LF>')
    .replaceAll(/\^M(?=[\r\n]|$)/g, '<CR>');
}

/** Bytes as characters one to one, so that no charset is guessed here; UTF-16 by its mark. */
function textOf(file: Uint8Array): string {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (file[0] === 0xff && file[1] === 0xfe) return Buffer.from(bytes.toString('utf16le').slice(1)).toString('latin1');
  if (file[0] === 0xef && file[1] === 0xbb && file[2] === 0xbf) return bytes.subarray(3).toString('latin1');
  return bytes.toString('latin1');
}

/** The stream with the most rows that bear values; the longest where none has any. */
function bestOf(streams: readonly string[]): Uint8Array {
  // Blank lines are no indent: looked through from each of them, a file of them would take forever.
  const rows = (stream: string): number =>
    (stream.match(/(?:^|[\r\n\u0002])[0-7]?[ \t]{0,8}R\||(?:^|[\r\n])[ \t]{0,8}OBX\|/g) ?? []).length;
  const counted = streams.map((stream) => ({ stream, count: rows(stream) }));
  counted.sort((one, other) => other.count - one.count || other.stream.length - one.stream.length);
  return new Uint8Array(Buffer.from(counted[0]?.stream ?? '', 'latin1'));
}

/** Of several readings the one with the most whole messages and the fewest faults; the first where they are alike. */
function soundest(readings: readonly Uint8Array[]): Uint8Array {
  const scored = readings.map((raw) => {
    if (detectProtocol(raw) !== 'astm') return { raw, whole: 0, faults: 0 };
    const { messages, faults } = extractMessages(raw);
    return { raw, whole: messages.filter((each) => each.complete).length, faults: faults.length };
  });
  const [first = { raw: new Uint8Array(0), whole: 0, faults: 0 }] = scored;
  return scored.reduce(
    (best, each) => (each.whole > best.whole || (each.whole === best.whole && each.faults < best.faults) ? each : best),
    first,
  ).raw;
}
