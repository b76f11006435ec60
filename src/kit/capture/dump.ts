import { carriedBy, type HexLine, readHexLine } from './hex.ts';
import { readLine } from './prefix.ts';

/** Share of the lines that have to be of a dump. */
const mostly = 0.6;

/** The streams of a hex dump or of a packet trace printed with one; null where the lines are no dump. */
export function readDump(lines: readonly string[]): { readonly streams: string[]; readonly form: string } | null {
  const spoken = lines.filter((line) => line.trim() !== '');
  const traced = spoken.some((line) => /\bIP6? \S+ > \S+:/.test(line));
  const dumped = spoken.filter((line) => hexOf(line).hex !== null).length;
  if (dumped === 0 || dumped < spoken.length * (traced ? 0.3 : mostly)) return null;
  const streams = traced ? tracedStreams(lines) : dumpedStreams(lines);
  const said = [...streams.values()].map((bytes) => Buffer.from(bytes).toString('latin1'));
  // Numbers in a printed report may look like hex: what they give has to look like traffic.
  if (!said.some((stream) => /[\u0002\u0005\u000b]|^H\||MSH\|/.test(stream))) return null;
  return { streams: said, form: traced ? 'a packet trace as text' : 'a hex dump' };
}

/** A whole line of hex first: `02:31:48` is no time of day there. */
function hexOf(line: string): { readonly hex: HexLine | null; readonly said: 'analyzer' | 'host' | null } {
  const whole = readHexLine(line);
  if (whole !== null) return { hex: whole, said: null };
  const { payload, speaker } = readLine(line);
  return { hex: readHexLine(payload), said: speaker };
}

type Streams = Map<string, number[]>;

function speak(streams: Streams, speaker: string, bytes: readonly number[]): void {
  const stream = streams.get(speaker) ?? [];
  for (const byte of bytes) stream.push(byte);
  streams.set(speaker, stream);
}

/** Who speaks is marked before the bytes, or, as Wireshark follows a stream, by how far the line is indented. */
function dumpedStreams(lines: readonly string[]): Streams {
  const streams: Streams = new Map();
  let speaker = '';
  for (const line of lines) {
    const { hex, said } = hexOf(line);
    if (said !== null) speaker = said;
    if (hex === null) continue;
    const indent = hex.offset !== null && speaker === '' && /^(?:\t| {4})/.test(line) ? 'indented' : speaker;
    speak(streams, indent, hex.bytes);
  }
  return streams;
}

/** `tcpdump -X`: each packet from its IP header on; who speaks is its source. */
function tracedStreams(lines: readonly string[]): Streams {
  const streams: Streams = new Map();
  let source = '';
  let packet: number[] = [];
  const flush = (): void => {
    speak(streams, source, carriedBy(packet));
    packet = [];
  };
  for (const line of lines) {
    const from = /\bIP6? (\S+) > \S+:/.exec(line)?.[1];
    if (from !== undefined) {
      flush();
      source = from;
      continue;
    }
    for (const byte of readHexLine(line)?.bytes ?? []) packet.push(byte);
  }
  flush();
  return streams;
}
