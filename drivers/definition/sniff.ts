import { extractMessages } from '../../protocols/astm/extract.ts';
import { parseRecords } from '../../protocols/astm/records.ts';
import { extractBlocks } from '../../protocols/hl7v2/extract.ts';
import type { Protocol } from '../driver.ts';
import { viewAstmRecord } from './astm-view.ts';
import { readerFor } from './charset.ts';
import { viewHl7Message } from './hl7-view.ts';
import type { RecordView, Scope } from './scope.ts';

/** What the first message of some bytes shows: its protocol and the first record of each type. */
export interface Sniffed {
  /** Blocks look like any other text: their drivers know them by what stands in them. */
  readonly protocol: Exclude<Protocol, 'blocks'> | null;
  readonly scope: Scope;
}

const known = new WeakMap<Uint8Array, Sniffed>();

/** Looks at the first message only; remembered for each byte array, because every driver of the catalogue asks. */
export function sniff(raw: Uint8Array): Sniffed {
  const before = known.get(raw);
  if (before !== undefined) return before;
  const found = look(raw);
  known.set(raw, found);
  return found;
}

function look(raw: Uint8Array): Sniffed {
  if (looksLikeHl7(raw)) {
    const message = extractBlocks(raw).messages[0];
    return {
      protocol: 'hl7v2',
      scope: message === undefined ? {} : firstOfEach(viewHl7Message(message, 'utf8').segments),
    };
  }
  if (!looksLikeAstm(raw)) return { protocol: raw.some((byte) => byte > 0x20) ? 'delimited' : null, scope: {} };
  const message = extractMessages(raw).messages[0];
  if (message === undefined) return { protocol: 'astm', scope: {} };
  const reader = readerFor(message.text, 'utf8');
  return { protocol: 'astm', scope: firstOfEach(parseRecords(message, reader.decode).map(viewAstmRecord)) };
}

function firstOfEach(records: readonly RecordView[]): Scope {
  const scope: Record<string, RecordView> = {};
  for (const record of records) scope[record.type] ??= record;
  return scope;
}

/** How many bytes are looked at for the header of either protocol. */
const window = 65_536;

function headOf(raw: Uint8Array): string {
  return Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.length, window)).toString('latin1');
}

/** MSH at the start of a line or of a block. */
function looksLikeHl7(raw: Uint8Array): boolean {
  return /(?:^|[\r\n\u000b])MSH[^A-Za-z0-9\s]/.test(headOf(raw));
}

/** A header record at the start of a line or frame, or frames at all. */
function looksLikeAstm(raw: Uint8Array): boolean {
  const head = headOf(raw);
  return /(?:^|[\r\n]|\u0002\d?)\s*H[^A-Za-z0-9\s]/.test(head) || /\u0002[0-7][A-Z][^A-Za-z0-9\s]/.test(head);
}
