/** One packet of a capture file as its link layer has it. */
export interface Packet {
  /** LINKTYPE_ number of the interface it was taken on (1: Ethernet). */
  readonly link: number;
  readonly bytes: Uint8Array;
}

const classic = { micro: 0xa1b2c3d4, nano: 0xa1b23c4d } as const;
const sectionHeader = 0x0a0d0d0a;
const byteOrder = 0x1a2b3c4d;
/** Block types of pcapng that are looked at. */
const interfaceDescription = 1;
const oldPacket = 2;
const simplePacket = 3;
const enhancedPacket = 6;

/**
 * The packets of a capture file, as tcpdump (pcap) and Wireshark (pcapng) write them; null where the bytes are none. Total:
 * what is cut short or broken ends the reading, and nothing is taken from beyond a length that is said.
 */
export function readPackets(file: Uint8Array): { readonly packets: readonly Packet[]; readonly form: string } | null {
  if (file.length < 24) return null;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (const little of [true, false]) {
    const magic = view.getUint32(0, little);
    if (magic === classic.micro || magic === classic.nano)
      return { packets: readClassic(file, view, little), form: 'pcap' };
  }
  // Four line ends may begin a text too: its byte order tells the section header.
  if (view.getUint32(0) === sectionHeader && [true, false].some((little) => view.getUint32(8, little) === byteOrder))
    return { packets: readBlocks(file, view), form: 'pcapng' };
  return null;
}

function readClassic(file: Uint8Array, view: DataView, little: boolean): Packet[] {
  const link = view.getUint32(20, little) & 0x0fffffff;
  const packets: Packet[] = [];
  let at = 24;
  while (at + 16 <= file.length) {
    const length = view.getUint32(at + 8, little);
    const from = at + 16;
    if (length > file.length - from) break;
    packets.push({ link, bytes: file.subarray(from, from + length) });
    at = from + length;
  }
  return packets;
}

/** Blocks one after the other; each section has its own byte order and counts its interfaces anew. */
function readBlocks(file: Uint8Array, view: DataView): Packet[] {
  const packets: Packet[] = [];
  let little = true;
  let links: number[] = [];
  let at = 0;
  while (at + 12 <= file.length) {
    if (view.getUint32(at) === sectionHeader) {
      if (at + 16 > file.length) break;
      little = view.getUint32(at + 8, true) === byteOrder;
      links = [];
    }
    const type = view.getUint32(at, little);
    const total = view.getUint32(at + 4, little);
    if (total < 12 || total % 4 !== 0 || total > file.length - at) break;
    const body = file.subarray(at + 8, at + total - 4);
    if (type === interfaceDescription && body.length >= 8) links.push(view.getUint16(at + 8, little));
    const packet = packetOf(type, body, little);
    if (packet !== null) packets.push({ link: links[packet.on] ?? -1, bytes: packet.bytes });
    at += total;
  }
  return packets;
}

/** The packet a block holds, and the number of its interface; null for any other block. */
function packetOf(
  type: number,
  body: Uint8Array,
  little: boolean,
): { readonly on: number; readonly bytes: Uint8Array } | null {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (type === simplePacket && body.length >= 4)
    return { on: 0, bytes: body.subarray(4, 4 + Math.min(view.getUint32(0, little), body.length - 4)) };
  if ((type !== enhancedPacket && type !== oldPacket) || body.length < 20) return null;
  const length = view.getUint32(12, little);
  if (length > body.length - 20) return null;
  const on = type === enhancedPacket ? view.getUint32(0, little) : view.getUint16(0, little);
  return { on, bytes: body.subarray(20, 20 + length) };
}
