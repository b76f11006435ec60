import type { Packet } from './packets.ts';

/** What one TCP packet carries, and between whom. */
export interface Segment {
  readonly from: string;
  readonly to: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly sequence: number;
  /** It opens a connection. */
  readonly opens: boolean;
  /** It answers an opening: who sends it is the server. */
  readonly accepts: boolean;
  readonly payload: Uint8Array;
}

const ethernet = 1;
const loopback = [0, 108];
const rawIp = [12, 14, 101, 228, 229];
const linuxCooked = 113;
const linuxCooked2 = 276;

const v4 = 0x0800;
const v6 = 0x86dd;
const vlans = [0x8100, 0x88a8, 0x9100];
const tcp = 6;
/** Headers of IPv6 that may stand before TCP: hop by hop, routing, destination. */
const passed = [0, 43, 60];

/** The TCP segment of a packet; null for anything else, for a fragment and for what is cut off before its payload. */
export function segmentOf({ link, bytes }: Packet): Segment | null {
  const ip = ipOf(link, bytes);
  if (ip === null || ip.length < 20) return null;
  const version = (ip[0] ?? 0) >> 4;
  return version === 4 ? overV4(ip) : version === 6 ? overV6(ip) : null;
}

/** The IP packet behind the header of the link. */
function ipOf(link: number, bytes: Uint8Array): Uint8Array | null {
  if (rawIp.includes(link)) return bytes;
  if (loopback.includes(link)) return bytes.subarray(4);
  if (link === linuxCooked) return isIp(wordAt(bytes, 14)) ? bytes.subarray(16) : null;
  if (link === linuxCooked2) return isIp(wordAt(bytes, 0)) ? bytes.subarray(20) : null;
  if (link !== ethernet) return null;
  let at = 12;
  while (vlans.includes(wordAt(bytes, at))) at += 4;
  return isIp(wordAt(bytes, at)) ? bytes.subarray(at + 2) : null;
}

const isIp = (type: number): boolean => type === v4 || type === v6;

function overV4(ip: Uint8Array): Segment | null {
  const header = ((ip[0] ?? 0) & 0x0f) * 4;
  if (header < 20 || ip[9] !== tcp || (wordAt(ip, 6) & 0x3fff) !== 0) return null;
  // A card that cuts large packets itself leaves the length empty.
  const total = wordAt(ip, 2) || ip.length;
  return segment(ip.subarray(header, total), [...ip.subarray(12, 16)].join('.'), [...ip.subarray(16, 20)].join('.'));
}

function overV6(ip: Uint8Array): Segment | null {
  if (ip.length < 40) return null;
  const length = wordAt(ip, 4);
  const end = length === 0 ? ip.length : 40 + length;
  let next = ip[6] ?? 0;
  let at = 40;
  while (passed.includes(next) && at + 8 <= ip.length) {
    next = ip[at] ?? 0;
    at += ((ip[at + 1] ?? 0) + 1) * 8;
  }
  if (next !== tcp) return null;
  const name = (from: number): string => Buffer.from(ip.subarray(from, from + 16)).toString('hex');
  return segment(ip.subarray(at, end), name(8), name(24));
}

function segment(bytes: Uint8Array, from: string, to: string): Segment | null {
  const header = ((bytes[12] ?? 0) >> 4) * 4;
  if (header < 20 || bytes.length < header) return null;
  const flags = bytes[13] ?? 0;
  const [syn, ack] = [(flags & 0x02) !== 0, (flags & 0x10) !== 0];
  return {
    from,
    to,
    fromPort: wordAt(bytes, 0),
    toPort: wordAt(bytes, 2),
    sequence: wordAt(bytes, 4) * 0x10000 + wordAt(bytes, 6),
    opens: syn,
    accepts: syn && ack,
    payload: bytes.subarray(header),
  };
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
