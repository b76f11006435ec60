import { type Packet, readPackets } from './packets.ts';
import { type Segment, segmentOf } from './segments.ts';

/** One direction of one TCP connection. */
interface Way {
  /** Where its first byte stands, by its own count, which does not begin anew at 2^32. */
  readonly first: number;
  /** Its opening was seen: nothing of it lies before the first byte. */
  readonly whole: boolean;
  /** Where the latest segment began: what comes next is near it. */
  near: number;
  readonly pieces: { readonly at: number; readonly bytes: Uint8Array }[];
}

const turn = 2 ** 32;
/** Connections beyond these are not looked at: a scan of ports is no analyzer. */
const mostWays = 20_000;

/** What each side of each pair of machines said, of a capture file of packets; null where the bytes are none. */
export interface Conversations {
  readonly streams: readonly string[];
  readonly form: string;
}

/**
 * The TCP streams of a capture file, put together by their sequence numbers. A machine that dials anew for each message
 * speaks one stream: its connections to the same port follow one another as they began.
 */
export function readConversations(file: Uint8Array): Conversations | null {
  const read = readPackets(file);
  if (read === null) return null;
  const { streams, gaps } = assemble(read.packets);
  const holes = gaps === 0 ? '' : `, ${gaps} gaps in it: the capture missed packets`;
  return { streams, form: `a packet capture (${read.form}) of ${read.packets.length} packets${holes}` };
}

function assemble(packets: readonly Packet[]): { readonly streams: string[]; readonly gaps: number } {
  const open = new Map<string, Way>();
  const speakers = new Map<string, Way[]>();
  const servers = new Set<string>();
  let ways = 0;
  for (const packet of packets) {
    const segment = segmentOf(packet);
    if (segment === null) continue;
    if (segment.accepts) servers.add(`${segment.from} ${segment.fromPort}`);
    else if (segment.opens) servers.add(`${segment.to} ${segment.toPort}`);
    if (!segment.opens && segment.payload.length === 0) continue;
    const name = `${segment.from} ${segment.fromPort} ${segment.to} ${segment.toPort}`;
    const known = open.get(name);
    const begins = known === undefined || (segment.opens && !repeats(known, segment));
    if (begins && ways >= mostWays) continue;
    const way = begins ? opened(segment) : known;
    if (begins) {
      ways += 1;
      open.set(name, way);
      const speaker = speakerOf(segment, servers);
      const own = speakers.get(speaker);
      if (own === undefined) speakers.set(speaker, [way]);
      else own.push(way);
    }
    take(way, segment);
  }
  let gaps = 0;
  const streams = [...speakers.values()].map((own) => {
    const parts = own.map(joined);
    for (const part of parts) gaps += part.gaps;
    return parts.map((part) => part.text).join('');
  });
  return { streams: streams.filter((stream) => stream !== ''), gaps };
}

/** Who speaks, to whom, and on which side of which port: the dialling side has another port each time. */
function speakerOf({ from, fromPort, to, toPort }: Segment, servers: ReadonlySet<string>): string {
  const isServer = servers.has(`${from} ${fromPort}`) || (!servers.has(`${to} ${toPort}`) && fromPort < toPort);
  return isServer ? `${from} ${fromPort} > ${to}` : `${from} > ${to} ${toPort}`;
}

function opened({ sequence, opens }: Segment): Way {
  const first = opens ? sequence + 1 : sequence;
  return { first, whole: opens, near: first, pieces: [] };
}

/** The opening sent again, not another connection from the same port. */
const repeats = (way: Way, { sequence }: Segment): boolean => way.first % turn === (sequence + 1) % turn;

function take(way: Way, { sequence, opens, payload }: Segment): void {
  const apart = ((((opens ? sequence + 1 : sequence) - way.near) % turn) + turn) % turn;
  const at = way.near + (apart >= turn / 2 ? apart - turn : apart);
  way.near = at;
  if (payload.length > 0) way.pieces.push({ at, bytes: payload });
}

/** The pieces in their order; what came again or lies before the beginning is left out. */
function joined({ pieces, first, whole }: Way): { readonly text: string; readonly gaps: number } {
  const sorted = [...pieces].sort((one, other) => one.at - other.at);
  const parts: string[] = [];
  let gaps = 0;
  let end = whole ? first : null;
  for (const { at, bytes } of sorted) {
    if (end !== null && at > end) gaps += 1;
    const fresh: Uint8Array = end === null || at >= end ? bytes : bytes.subarray(end - at);
    if (fresh.length > 0) parts.push(Buffer.from(fresh).toString('latin1'));
    end = Math.max(end ?? 0, at + bytes.length);
  }
  return { text: parts.join(''), gaps };
}
