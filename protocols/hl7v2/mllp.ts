import { concat } from '../bytes.ts';
import { control } from '../control.ts';
import type { DeliverEffect, Fault, LineEffect, LineInput, SendFailure } from '../wire.ts';
import { frameBlock } from './write.ts';

const { VT, FS, CR, LF, STX, NUL } = control;

/**
 * MLLP of one line: blocks `VT … FS CR` in both directions. Pure: the reply to a block is the effect of `committed`,
 * which the caller gives once the block is on disk.
 */
export type MllpInput =
  | LineInput<MllpTimer>
  /** The delivered block is on disk; `reply` are the messages to answer with, none where none is owed. */
  | { readonly type: 'committed'; readonly replies: readonly Uint8Array[] }
  | { readonly type: 'refused'; readonly replies: readonly Uint8Array[] }
  | { readonly type: 'send'; readonly id: string; readonly message: Uint8Array; readonly controlId: string | null };

export type MllpTimer = 'receiver' | 'ack';

export type MllpEffect =
  | LineEffect<MllpTimer>
  | DeliverEffect
  | { readonly type: 'acknowledged'; readonly id: string; readonly text: Uint8Array }
  | {
      readonly type: 'sendFailed';
      readonly id: string;
      readonly reason: Extract<SendFailure, 'LINK_TIMEOUT' | 'LINK_DISCONNECTED'>;
    };

export interface MllpSettings {
  /** Ceiling of one block: images make a Mindray block 1 MB. */
  readonly maxBlock: number;
  /** Ceiling of bytes kept while a block is being committed. */
  readonly maxWaiting: number;
  readonly receiverTimeoutMs: number;
  readonly ackTimeoutMs: number;
}

const defaultMllpSettings: MllpSettings = {
  maxBlock: 16_000_000,
  maxWaiting: 16_000_000,
  receiverTimeoutMs: 30_000,
  ackTimeoutMs: 30_000,
};

export interface MllpState {
  readonly settings: MllpSettings;
  readonly inbox: readonly Uint8Array[];
  readonly inboxLength: number;
  /** How far the inbox was searched for the end of the block. */
  readonly searched: number;
  readonly committing: boolean;
  readonly discarding: boolean;
  readonly outbox: readonly { readonly id: string; readonly message: Uint8Array; readonly controlId: string | null }[];
  readonly awaiting: { readonly id: string; readonly controlId: string } | null;
}

export interface MllpStep {
  readonly state: MllpState;
  readonly effects: readonly MllpEffect[];
}

interface Draft {
  state: MllpState;
  effects: MllpEffect[];
}

/** A line at rest. */
export function createMllp(options: Partial<MllpSettings> = {}): MllpState {
  return {
    settings: { ...defaultMllpSettings, ...options },
    inbox: [],
    inboxLength: 0,
    searched: 0,
    committing: false,
    discarding: false,
    outbox: [],
    awaiting: null,
  };
}

/** One input, the next state, what is to be done. */
export function step(state: MllpState, input: MllpInput): MllpStep {
  const draft: Draft = { state, effects: [] };
  switch (input.type) {
    case 'bytes':
      draft.state = {
        ...state,
        inbox: [...state.inbox, input.bytes],
        inboxLength: state.inboxLength + input.bytes.length,
      };
      run(draft);
      break;
    case 'committed':
    case 'refused':
      if (!state.committing) break;
      for (const reply of input.replies) draft.effects.push({ type: 'write', bytes: frameBlock(reply) });
      draft.state = { ...state, committing: false };
      run(draft);
      sendNext(draft);
      break;
    case 'send':
      draft.state = {
        ...state,
        outbox: [...state.outbox, { id: input.id, message: input.message, controlId: input.controlId }],
      };
      sendNext(draft);
      break;
    case 'timer':
      if (input.name === 'receiver') cutOff(draft, 'LINK_TIMEOUT');
      else failAwaited(draft, 'LINK_TIMEOUT');
      break;
    case 'disconnected':
      disconnected(draft);
      break;
    default:
      input satisfies never;
  }
  return draft;
}

function run(draft: Draft): void {
  while (!draft.state.committing && draft.state.inboxLength > 0) {
    if (!nextBlock(draft)) break;
  }
  const { committing, inboxLength, settings } = draft.state;
  if (committing && inboxLength > settings.maxWaiting) {
    fault(draft, 'LINK_OVERSIZE', 'blocks sent without waiting for the answer');
    setInbox(draft, new Uint8Array(0));
  }
}

/** Take the next block, or what is none. False when its end is not there yet. */
function nextBlock(draft: Draft): boolean {
  const { discarding, settings, searched, inboxLength } = draft.state;
  const last = draft.state.inbox.at(-1);
  // A large block that dribbles in: only what is new needs a look.
  if (
    !discarding &&
    searched > 0 &&
    last !== undefined &&
    draft.state.inbox.length > 1 &&
    !hasEnd(last) &&
    inboxLength <= settings.maxBlock
  ) {
    draft.state = { ...draft.state, searched: inboxLength };
    awaitRest(draft);
    return false;
  }
  const inbox = concat(draft.state.inbox);
  if (discarding) return discard(draft, inbox);
  const start = inbox.indexOf(VT);
  if (start !== 0) return skipNoise(draft, inbox, start < 0 ? inbox.length : start);
  const end = endOf(inbox, 1);
  if (end < 0 && inbox.length > settings.maxBlock) {
    fault(draft, 'LINK_OVERSIZE', `block over ${settings.maxBlock} bytes`);
    draft.state = { ...draft.state, discarding: true };
    awaitRest(draft);
    return discard(draft, inbox.subarray(1));
  }
  if (end < 0) {
    draft.state = { ...draft.state, inbox: [inbox], searched: inbox.length };
    awaitRest(draft);
    return false;
  }
  draft.effects.push({ type: 'stopTimer', name: 'receiver' });
  if (inbox[end] === VT) {
    setInbox(draft, inbox.subarray(end));
    if (isBlank(inbox.subarray(1, end))) return true;
    fault(draft, 'LINK_BROKEN_FRAME', 'a block began inside a block');
    deliver(draft, inbox.slice(0, end), inbox.slice(1, end), false);
    return true;
  }
  const after = inbox[end + 1] === CR ? end + 2 : end + 1;
  setInbox(draft, inbox.subarray(after));
  // A stray VT or FS: nothing was in it, nothing is owed for it.
  if (!isBlank(inbox.subarray(1, end))) taken(draft, inbox.slice(0, after), inbox.slice(1, end));
  return true;
}

/** The rest of a block has its time from the latest bytes on: a block with images dribbles for minutes. */
function awaitRest(draft: Draft): void {
  draft.effects.push({ type: 'startTimer', name: 'receiver', ms: draft.state.settings.receiverTimeoutMs });
}

function isBlank(bytes: Uint8Array): boolean {
  return !bytes.some((byte) => byte > 0x20);
}

function hasEnd(bytes: Uint8Array): boolean {
  return bytes.indexOf(FS) >= 0 || bytes.indexOf(VT) >= 0;
}

/** First FS or VT from `from` on; -1 when neither is there. */
function endOf(bytes: Uint8Array, from: number): number {
  const fs = bytes.indexOf(FS, from);
  const vt = bytes.indexOf(VT, from);
  if (fs < 0) return vt;
  return vt < 0 ? fs : Math.min(fs, vt);
}

function taken(draft: Draft, raw: Uint8Array, text: Uint8Array): void {
  const { awaiting } = draft.state;
  if (awaiting !== null && acknowledges(text, awaiting.controlId)) {
    draft.effects.push({ type: 'stopTimer', name: 'ack' }, { type: 'acknowledged', id: awaiting.id, text });
    draft.state = { ...draft.state, awaiting: null };
    sendNext(draft);
    return;
  }
  deliver(draft, raw, text, true);
}

function deliver(draft: Draft, raw: Uint8Array, text: Uint8Array, complete: boolean): void {
  const faults: Fault[] = complete ? [] : [{ code: 'LINK_UNFINISHED', at: raw.length }];
  draft.effects.push({ type: 'deliver', raw, text, complete, faults });
  if (complete) draft.state = { ...draft.state, committing: true };
}

const latin1 = new TextDecoder('latin1');

/** Whether a block is the answer to the message with this control id: MSA-2, whatever the delimiters. */
function acknowledges(text: Uint8Array, controlId: string): boolean {
  const words = latin1.decode(text);
  const separator = words[words.indexOf('MSH') + 3] ?? '|';
  const msa = words.split(/[\r\n]/).find((line) => line.startsWith(`MSA${separator}`));
  return msa !== undefined && msa.split(separator)[2] === controlId;
}

/** Fill bytes, line ends and Mindray's lone STX (a keep-alive every 3 s) between blocks are no noise. */
function skipNoise(draft: Draft, inbox: Uint8Array, count: number): boolean {
  const noise = inbox.subarray(0, count);
  setInbox(draft, inbox.subarray(count));
  const strange = noise.some(
    (byte) => byte !== CR && byte !== LF && byte !== NUL && byte !== STX && byte !== FS && byte !== VT,
  );
  if (strange) fault(draft, 'LINK_NOISE', `${count} bytes outside a block`);
  return true;
}

function discard(draft: Draft, inbox: Uint8Array): boolean {
  const end = endOf(inbox, 0);
  if (end < 0) {
    setInbox(draft, new Uint8Array(0));
    return false;
  }
  draft.state = { ...draft.state, discarding: false };
  draft.effects.push({ type: 'stopTimer', name: 'receiver' });
  setInbox(draft, inbox.subarray(inbox[end] === VT ? end : inbox[end + 1] === CR ? end + 2 : end + 1));
  return true;
}

function sendNext(draft: Draft): void {
  const { outbox, awaiting, committing, settings } = draft.state;
  const [head, ...rest] = outbox;
  if (head === undefined || awaiting !== null || committing) return;
  draft.effects.push({ type: 'write', bytes: frameBlock(head.message) });
  draft.state = { ...draft.state, outbox: rest };
  if (head.controlId === null) {
    sendNext(draft);
    return;
  }
  draft.state = { ...draft.state, awaiting: { id: head.id, controlId: head.controlId } };
  draft.effects.push({ type: 'startTimer', name: 'ack', ms: settings.ackTimeoutMs });
}

function failAwaited(draft: Draft, reason: 'LINK_TIMEOUT' | 'LINK_DISCONNECTED'): void {
  const { awaiting } = draft.state;
  if (awaiting === null) return;
  draft.effects.push({ type: 'sendFailed', id: awaiting.id, reason });
  draft.state = { ...draft.state, awaiting: null };
  if (reason === 'LINK_TIMEOUT') sendNext(draft);
}

/** A block that will not be finished is shown to a person and not answered. */
function cutOff(draft: Draft, code: Fault['code'] | null): void {
  const inbox = concat(draft.state.inbox);
  if (code !== null) fault(draft, code);
  if (!draft.state.committing && inbox[0] === VT && inbox.length > 1) deliver(draft, inbox, inbox.slice(1), false);
  if (!draft.state.committing) setInbox(draft, new Uint8Array(0));
  draft.state = { ...draft.state, discarding: false };
}

function disconnected(draft: Draft): void {
  draft.effects.push({ type: 'stopTimer', name: 'receiver' }, { type: 'stopTimer', name: 'ack' });
  cutOff(draft, null);
  failAwaited(draft, 'LINK_DISCONNECTED');
  for (const { id } of draft.state.outbox) draft.effects.push({ type: 'sendFailed', id, reason: 'LINK_DISCONNECTED' });
  draft.state = createMllp(draft.state.settings);
}

function setInbox(draft: Draft, bytes: Uint8Array): void {
  draft.state = { ...draft.state, inbox: bytes.length === 0 ? [] : [bytes], inboxLength: bytes.length, searched: 0 };
}

function fault(draft: Draft, code: Fault['code'], detail?: string): void {
  draft.effects.push({ type: 'fault', fault: { code, at: 0, ...(detail === undefined ? {} : { detail }) } });
}
