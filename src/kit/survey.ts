import { viewAstmRecord } from '../../drivers/definition/astm-view.ts';
import { readerFor } from '../../drivers/definition/charset.ts';
import { viewHl7Message } from '../../drivers/definition/hl7-view.ts';
import type { RecordView, Scope } from '../../drivers/definition/scope.ts';
import { detectProtocol } from '../../drivers/recognise.ts';
import { detectFraming, extractMessages } from '../../protocols/astm/extract.ts';
import { parseRecords } from '../../protocols/astm/records.ts';
import { control } from '../../protocols/control.ts';
import { extractBlocks } from '../../protocols/hl7v2/extract.ts';
import type { MessageText } from '../../protocols/wire.ts';

/** One row that may bear a value (R record, OBX segment), with the records that hold at its place. */
export interface Row {
  readonly scope: Scope;
  readonly record: RecordView;
  readonly message: number;
  /** Counts specimens (O records, OBR or SPM segments) through the whole capture. */
  readonly specimen: number;
}

/** What a capture shows, before anything is concluded from it. */
export interface Survey {
  readonly protocol: 'astm' | 'hl7v2' | 'delimited';
  readonly framing: string;
  readonly charset: 'utf8' | 'latin1' | 'gbk';
  readonly charsetSeen: boolean;
  readonly delimiters: string;
  /** No message of the capture came whole. */
  readonly damaged: boolean;
  readonly messages: readonly MessageText[];
  /** Every record of every message, message by message. */
  readonly records: readonly (readonly RecordView[])[];
  readonly rows: readonly Row[];
  /** The order record or segment of each specimen. */
  readonly orders: readonly Scope[];
}

/** Bytes a capture may have: a day of a busy analyzer, and a ceiling for what is uploaded. */
export const mostCaptureBytes = 16_000_000;

/** Look at a capture; null where there is nothing that could be a message. */
export function surveyCapture(raw: Uint8Array): Survey | null {
  const protocol = detectProtocol(raw);
  if (protocol === null) return null;
  const beyondAscii = raw.some((byte) => byte > 0x7e);
  const charset = beyondAscii && readerFor(raw, 'utf8').invalid ? (looksChinese(raw) ? 'gbk' : 'latin1') : 'utf8';
  const base = { protocol, charset, charsetSeen: beyondAscii } as const;
  if (protocol === 'delimited') {
    const framed = raw.includes(control.STX) && raw.includes(control.ETX);
    const framing = framed ? 'text between STX and ETX' : 'lines of text';
    return { ...base, framing, delimiters: '', damaged: false, messages: [], records: [], rows: [], orders: [] };
  }
  const found = (protocol === 'astm' ? extractMessages(raw) : extractBlocks(raw)).messages;
  const whole = found.filter((message) => message.complete);
  // A capture whose frames are all damaged still shows how the analyzer speaks; nothing of it is ever filed.
  const messages = whole.length === 0 ? found : whole;
  const records = messages.map((message) => recordsOf(message, protocol, charset));
  const framing = protocol === 'astm' ? astmFraming(raw) : raw.includes(control.VT) ? 'MLLP' : 'bare messages';
  const damaged = whole.length === 0 && found.length > 0;
  return {
    ...base,
    framing,
    delimiters: delimitersOf(messages[0]),
    damaged,
    messages,
    records,
    ...walk(protocol, records),
  };
}

/**
 * Text in GBK has its bytes beyond ASCII in pairs of the common block; one of Latin-1 (`\u00b5`, `\u00e4`) stands alone as a rule.
 */
function looksChinese(raw: Uint8Array): boolean {
  let pairs = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const lead = raw[at] ?? 0;
    if (lead < 0x80) continue;
    const trail = raw[at + 1] ?? 0;
    if (lead < 0xb0 || lead > 0xf7 || trail < 0xa1 || trail > 0xfe) return false;
    pairs += 1;
    at += 1;
  }
  return pairs > 0;
}

function recordsOf(message: MessageText, protocol: 'astm' | 'hl7v2', charset: string): readonly RecordView[] {
  if (protocol === 'hl7v2') return viewHl7Message(message, charset).segments;
  const reader = readerFor(message.text, charset);
  return parseRecords(message, reader.decode, reader.lead).map(viewAstmRecord);
}

function astmFraming(raw: Uint8Array): string {
  const framing = detectFraming(raw);
  if (framing === 'e1381') return 'E1381 frames with number and checksum';
  return framing === 'simplified' ? 'STX and ETX without frame number and checksum' : 'bare records';
}

function delimitersOf(message: MessageText | undefined): string {
  const text = Buffer.from(message?.text ?? new Uint8Array(0))
    .toString('latin1')
    .trimStart();
  return text.startsWith('MSH') ? text.slice(3, 8) : text.slice(1, 5);
}

const below: Readonly<Record<string, number>> = { H: 0, MSH: 0, P: 1, PID: 1, O: 2, OBR: 2, SPM: 2 };

/** Walk the records in order, keeping of each type the one that holds at that place. */
function walk(
  protocol: 'astm' | 'hl7v2',
  records: readonly (readonly RecordView[])[],
): Pick<Survey, 'rows' | 'orders'> {
  const rows: Row[] = [];
  const orders: Scope[] = [];
  const rowType = protocol === 'astm' ? 'R' : 'OBX';
  const specimenType = protocol === 'astm' ? 'O' : records.flat().some((each) => each.type === 'SPM') ? 'SPM' : 'OBR';
  for (const [message, list] of records.entries()) {
    let scope: Record<string, RecordView | undefined> = {};
    for (const record of list) {
      const level = below[record.type];
      if (level === 0) scope = {};
      if (level === 1) scope = { ...scope, O: undefined, OBR: undefined, SPM: undefined };
      scope = { ...scope, [record.type]: record };
      if (record.type === specimenType) orders.push(scope);
      if (record.type === rowType) rows.push({ scope, record, message, specimen: orders.length });
    }
  }
  return { rows, orders };
}
