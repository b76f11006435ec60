/** One line of a hex dump. */
export interface HexLine {
  /** Offset printed before the bytes; null where there is none. */
  readonly offset: number | null;
  readonly bytes: readonly number[];
}

/** Bytes in a row of a dump that has offsets; what stands behind them are the same bytes as characters. */
const rowLength = 16;

/** Read `00000010  02 31 48 7c  |.1H||`, `00000000: 0231 487c  .1H|`, `02 31 48`, `0x02,0x31`; null for anything else. */
export function readHexLine(line: string): HexLine | null {
  const text = line.trim();
  if (text === '') return null;
  const dumped = /^(?:0x)?([0-9a-fA-F]{4,8})(?::|h)?\s+(.+)$/.exec(text);
  if (dumped !== null) {
    const bytes = pairs(dumped[2] ?? '', rowLength);
    // What stands first may be bytes itself: an offset is a multiple of the row, or was marked as one.
    const offset = Number.parseInt(dumped[1] ?? '', 16);
    const marked = /^(?:0x)?[0-9a-fA-F]{4,8}[:h]/.test(text);
    if (bytes !== null && bytes.length > 0 && (marked || (offset % rowLength === 0 && (dumped[1] ?? '').length !== 4)))
      return { offset, bytes };
    if (bytes !== null && bytes.length > 0 && offset % rowLength === 0 && /^[0-9a-fA-F]{4}\s{2,}/.test(text))
      return { offset, bytes };
  }
  const bytes = pairs(text, 100_000, true);
  return bytes === null || bytes.length === 0 ? null : { offset: null, bytes };
}

/** Pairs that stand together, and what parts them from the next. */
const run = /(?:0x)?((?:[0-9a-fA-F]{2})+)(?![0-9a-zA-Z])([,;]?\s{0,2}[-:]?\s?)/y;

/** Hex pairs from the beginning of a text, `most` of them; with `whole` nothing else may follow. */
function pairs(text: string, most: number, whole = false): number[] | null {
  const found: number[] = [];
  let end = 0;
  while (found.length < most) {
    run.lastIndex = end;
    const [all = '', digits = '', parted = ''] = run.exec(text) ?? [];
    // Several together are parted by white space only: a number behind them is not of a dump.
    const last = end + all.length === text.length && parted === '';
    if (digits === '' || (digits.length > 2 && !last && !/^\s/.test(parted))) break;
    const taken = digits.slice(0, (most - found.length) * 2);
    for (let at = 0; at < taken.length; at += 2) found.push(Number.parseInt(taken.slice(at, at + 2), 16));
    end += taken.length === digits.length ? all.length : all.length - parted.length - digits.length + taken.length;
  }
  return whole && text.slice(end).trim() !== '' ? null : found;
}

/** An IPv4 packet with TCP in it: what it carries; the bytes themselves where they are none. */
export function carriedBy(packet: readonly number[]): readonly number[] {
  const first = packet[0] ?? 0;
  if (first >> 4 !== 4 || packet[9] !== 6) return packet;
  const header = (first & 0x0f) * 4;
  const total = ((packet[2] ?? 0) << 8) | (packet[3] ?? 0);
  const tcp = ((packet[header + 12] ?? 0) >> 4) * 4;
  if (header < 20 || tcp < 20 || total < header + tcp) return packet;
  return packet.slice(header + tcp, total);
}
