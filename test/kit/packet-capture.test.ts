import { describe, expect, test } from 'vitest';
import { concat } from '../../protocols/bytes.ts';
import { spell, unspell } from '../../protocols/control.ts';
import { seeded } from '../../simulators/template.ts';
import { readCapture } from '../../src/kit/capture/read-capture.ts';
import { frame } from '../protocols/astm-play.ts';

const row = (n: number, code: string, value: string): string => `R|${n}|^^^${code}|${value}|mmol/L||N||F<CR>`;
const session = (accession: string, value: string): string =>
  `<ENQ>${frame(1, `H|\\^&|||Quantix 9^SN42<CR>O|1|${accession}||^^^ALL|R<CR>${row(1, 'GLU', value)}${row(2, 'K', '4.10')}L|1|N<CR>`)}<EOT>`;

interface Sent {
  readonly from: readonly [address: number, port: number];
  readonly to: readonly [address: number, port: number];
  readonly sequence: number;
  readonly flags?: number;
  readonly text?: string;
}

const analyzer = 11;
const host = 2;
const syn = 0x02;
const ack = 0x10;

const word = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff];
const long = (value: number): number[] => [...word(Math.floor(value / 0x10000) % 0x10000), ...word(value % 0x10000)];

function tcpOf({ from, to, sequence, flags = ack, text = '' }: Sent): number[] {
  const header = [...word(from[1]), ...word(to[1]), ...long(sequence % 2 ** 32), ...long(1), 0x50, flags];
  return [...header, ...word(1024), 0, 0, 0, 0, ...unspell(text)];
}

function ipOf(sent: Sent): number[] {
  const tcp = tcpOf(sent);
  const addresses = [10, 0, 0, sent.from[0], 10, 0, 0, sent.to[0]];
  return [0x45, 0, ...word(20 + tcp.length), 0, 0, 0x40, 0, 64, 6, 0, 0, ...addresses, ...tcp];
}

function ip6Of(sent: Sent): number[] {
  const tcp = tcpOf(sent);
  const name = (last: number): number[] => [0x20, 0x01, ...Array.from({ length: 13 }, () => 0), last];
  // destination options stand before TCP
  const options = [6, 0, 1, 4, 0, 0, 0, 0];
  return [
    0x60,
    0,
    0,
    0,
    ...word(8 + tcp.length),
    60,
    64,
    ...name(sent.from[0]),
    ...name(sent.to[0]),
    ...options,
    ...tcp,
  ];
}

const mac = Array.from({ length: 12 }, (_each, index) => index);
/** A short Ethernet frame is filled up to 60 bytes: what fills it is nothing anybody said. */
const ethernet = (sent: Sent): number[] => {
  const bytes = [...mac, 0x08, 0x00, ...ipOf(sent)];
  return [...bytes, ...Array.from({ length: Math.max(0, 60 - bytes.length) }, () => 0x41)];
};
const tagged = (sent: Sent): number[] => [...mac, 0x81, 0x00, 0, 7, 0x08, 0x00, ...ipOf(sent)];
const ethernet6 = (sent: Sent): number[] => [...mac, 0x86, 0xdd, ...ip6Of(sent)];
const cooked = (sent: Sent): number[] => [...Array.from({ length: 14 }, () => 0), 0x08, 0x00, ...ipOf(sent)];

type Write = (value: number) => number[];
const little: Write = (value) => [...long(value)].reverse();

function pcap(packets: readonly (readonly number[])[], link = 1, u32: Write = little, magic = 0xa1b2c3d4): Uint8Array {
  const u16 = (value: number): number[] => (u32 === little ? word(value).reverse() : word(value));
  const head = [...u32(magic), ...u16(2), ...u16(4), ...u32(0), ...u32(0), ...u32(262_144), ...u32(link)];
  const rest = packets.flatMap((bytes) => [...u32(1), ...u32(2), ...u32(bytes.length), ...u32(bytes.length), ...bytes]);
  return Uint8Array.from([...head, ...rest]);
}

function pcapng(packets: readonly (readonly number[])[], u32: Write = little): Uint8Array {
  const u16 = (value: number): number[] => (u32 === little ? word(value).reverse() : word(value));
  const block = (type: number, body: readonly number[]): number[] => {
    const padded = [...body, ...Array.from({ length: -body.length & 3 }, () => 0)];
    return [...u32(type), ...u32(padded.length + 12), ...padded, ...u32(padded.length + 12)];
  };
  const section = block(0x0a0d0d0a, [...u32(0x1a2b3c4d), ...u16(1), ...u16(0), ...u32(0xffffffff), ...u32(0xffffffff)]);
  const wifi = block(1, [...u16(105), 0, 0, ...u32(0)]);
  const cable = block(1, [...u16(1), 0, 0, ...u32(0)]);
  const comment = block(0x0bad, [1, 2, 3]);
  const enhanced = packets.flatMap((bytes) =>
    block(6, [...u32(1), ...u32(0), ...u32(0), ...u32(bytes.length), ...u32(bytes.length), ...bytes]),
  );
  return Uint8Array.from([...section, ...wifi, ...cable, ...comment, ...enhanced]);
}

/** A connection from its opening on: the session in pieces, the host's ACKs between them. */
function connection(port: number, start: number, text: string, size = 40): Sent[] {
  const there = { from: [analyzer, port], to: [host, 6001] } as const;
  const back = { from: [host, 6001], to: [analyzer, port] } as const;
  const sent: Sent[] = [
    { ...there, sequence: start, flags: syn },
    { ...back, sequence: 7_000, flags: syn | ack },
  ];
  const bytes = unspell(text);
  for (let from = 0; from < bytes.length; from += size) {
    sent.push({ ...there, sequence: start + 1 + from, text: spell(bytes.subarray(from, from + size)) });
    sent.push({ ...back, sequence: 7_001 + from / size, text: '<ACK>' });
  }
  return sent;
}

const said = (file: Uint8Array): string => spell(readCapture(file).raw);
const one = session('2603120771', '5.60');
const plain = connection(40_001, 100, one);

describe('a capture of packets', () => {
  test.each([
    ['pcap over Ethernet', pcap(plain.map(ethernet))],
    ['pcap written the other way round, in nanoseconds', pcap(plain.map(ethernet), 1, long, 0xa1b23c4d)],
    ['pcap of a line with VLAN tags', pcap(plain.map(tagged))],
    ['pcap over IPv6', pcap(plain.map(ethernet6))],
    ['pcap of `tcpdump -i any`', pcap(plain.map(cooked), 113)],
    ['pcap of bare IP', pcap(plain.map(ipOf), 101)],
    ['pcapng, two interfaces and a block nobody knows', pcapng(plain.map(ethernet))],
    ['pcapng written the other way round', pcapng(plain.map(ethernet), long)],
  ])('%s gives what the analyzer said', (_name, file) => {
    expect(said(file)).toBe(one);
    expect(readCapture(file).form).toMatch(/^a packet capture \(pcap(ng)?\) of \d+ packets$/);
  });

  test('packets that came again, late or as a sign of life are put right, also where the count begins anew', () => {
    const sent = connection(40_001, 2 ** 32 - 60, one);
    const [opening, accepted, first, , second, , third] = sent;
    if (!opening || !accepted || !first || !second || !third) throw new Error('too short');
    const life = { ...first, sequence: first.sequence - 1, text: '<NUL>' };
    const mixed = [opening, opening, accepted, life, second, third, first, second, ...sent.slice(7), life];
    expect(said(pcap(mixed.map(ethernet)))).toBe(one);
  });

  test('an analyzer that dials anew for each message, and from the same port again, speaks one stream', () => {
    const two = session('2603120772', '6.10');
    const three = session('2603120773', '7.20');
    const sent = [
      ...connection(40_001, 100, one),
      ...connection(40_002, 9_000, two),
      ...connection(40_001, 777_000, three),
    ];
    expect(said(pcap(sent.map(ethernet)))).toBe(one + two + three);
  });

  test('where the host dials, and where the capture began late, the analyzer is the one with the results', () => {
    const dialled = plain.map((each) => {
      const swap = ([address, port]: readonly [number, number]): readonly [number, number] =>
        port === 6001 ? [address, 40_001] : [address, 5_100];
      return { ...each, from: swap(each.from), to: swap(each.to) };
    });
    expect(said(pcap(dialled.slice(2).map(ethernet)))).toBe(one);
  });

  test('a packet that the capture missed is told, and damages no more than its frame', () => {
    const sent = [...connection(40_001, 100, one), ...connection(40_002, 500, session('2603120772', '6.10'))];
    const missed = sent.filter((_each, index) => index !== 4);
    const { raw, form } = readCapture(pcap(missed.map(ethernet)));
    expect(form).toContain('1 gaps in it');
    expect(spell(raw)).toContain(session('2603120772', '6.10'));
  });

  test('blank lines without end hold nobody up', () => {
    const text = '\n'.repeat(100_000);
    const bytes = [...mac, 0x08, 0x00, 0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, analyzer, 10, 0, 0, host];
    const tcp = [...word(40_001), ...word(5_000), ...long(1), ...long(1), 0x50, ack, ...word(1024), 0, 0, 0, 0];
    const began = performance.now();
    expect(readCapture(pcap([[...bytes, ...tcp, ...Buffer.from(text)]])).raw).toHaveLength(100_000);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  test('a capture without TCP in it says nothing', () => {
    expect(readCapture(pcap([[...mac, 0x08, 0x06, 1, 2, 3]])).raw).toHaveLength(0);
  });

  test('whatever is cut off or changed, nothing throws and no more is taken than the file holds', () => {
    const files = [pcap(plain.map(ethernet)), pcapng(plain.map(ethernet)), pcap(plain.map(ethernet6))];
    const random = seeded(20_260_312);
    const pick = (below: number): number => Math.floor(random() * below);
    for (const file of files) {
      for (let length = 0; length < file.length; length += 7) readCapture(file.subarray(0, length));
      for (let round = 0; round < 1_500; round += 1) {
        const broken = Uint8Array.from(file);
        for (let changes = 1 + pick(6); changes > 0; changes -= 1) broken[pick(broken.length)] = pick(256);
        expect(readCapture(broken).raw.length).toBeLessThanOrEqual(file.length);
      }
    }
    expect(readCapture(concat([pcap([]), new Uint8Array(15)])).raw).toHaveLength(0);
  });
});
