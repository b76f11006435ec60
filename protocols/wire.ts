/**
 * What all wire formats share. Bytes in, events out: no I/O, no clock, no package.
 */

/** Byte range `[start, end)` in the bytes that were handed in. */
export type Span = readonly [start: number, end: number];

/** Trouble on the wire is a value: a code of the error table's LINK_ or MESSAGE_ family and where it was. */
export interface Fault {
  readonly code:
    | 'LINK_CHECKSUM_MISMATCH'
    | 'LINK_FRAME_OUT_OF_SEQUENCE'
    | 'LINK_OVERSIZE'
    | 'LINK_NOISE'
    | 'LINK_TIMEOUT'
    | 'LINK_CONTENTION'
    | 'LINK_BROKEN_FRAME'
    | 'LINK_UNFINISHED'
    | 'LINK_GAP'
    | 'MESSAGE_STRUCTURE_BROKEN'
    | 'MESSAGE_CHARSET_INVALID'
    | 'MESSAGE_TYPE_UNSUPPORTED';
  /** Offset of the first byte concerned. */
  readonly at: number;
  readonly detail?: string;
}

/**
 * The text of one message lifted out of its framing: the bytes between the framing, and for each of them its place in
 * the raw bytes. `pieces` are runs: text bytes from `text` on (until the next piece) stand at `raw` on.
 */
export interface MessageText {
  readonly text: Uint8Array;
  readonly pieces: readonly { readonly text: number; readonly raw: number }[];
  /** Where the message stands in the raw bytes, framing included. */
  readonly span: Span;
  /** False when the end never came or a frame is missing: it may be shown, it must never become observations. */
  readonly complete: boolean;
  /** Good frames that came under the number of the frame before with another text, and are no part of `text`. */
  readonly leftOut?: readonly Span[];
}

/** What a link machine of any protocol is told; each adds its own. */
export type LineInput<Timer extends string> =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'timer'; readonly name: Timer }
  | { readonly type: 'disconnected' };

/** What a link machine of any protocol has done for it; each adds its own. */
export type LineEffect<Timer extends string> =
  | { readonly type: 'write'; readonly bytes: Uint8Array }
  | { readonly type: 'startTimer'; readonly name: Timer; readonly ms: number }
  | { readonly type: 'stopTimer'; readonly name: Timer }
  | { readonly type: 'fault'; readonly fault: Fault };

/**
 * A message. Complete: the machine waits for `committed` or `refused`. Not complete: to be kept and shown, nothing is
 * owed for it.
 */
export interface DeliverEffect {
  readonly type: 'deliver';
  /** Its bytes on the wire. */
  readonly raw: Uint8Array;
  readonly text: Uint8Array;
  readonly complete: boolean;
  /** Offsets count in `raw`. */
  readonly faults: readonly Fault[];
}

/** Why what was to be sent is not with the analyzer, or that it would not have it: codes of the error table. */
export type SendFailure =
  | 'LINK_TIMEOUT'
  | 'LINK_REFUSED'
  | 'LINK_DISCONNECTED'
  | 'LINK_ONE_WAY'
  | 'LINK_CONTENTION'
  | 'LINK_ORDERS_REFUSED';

/** Range of `text` offsets to a range of raw offsets (framing bytes between its ends where a frame cuts it). */
export function rawSpan(message: MessageText, start: number, end: number): Span {
  if (end <= start) {
    const at = rawOffset(message, start);
    return [at, at];
  }
  return [rawOffset(message, start), rawOffset(message, end - 1) + 1];
}

function rawOffset(message: MessageText, offset: number): number {
  const pieces = message.pieces;
  if (pieces.length === 1) return offset + (pieces[0]?.raw ?? 0) - (pieces[0]?.text ?? 0);
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.text ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low];
  return piece === undefined ? offset : piece.raw + (offset - piece.text);
}
