import type { DeliverEffect, Fault, LineEffect, LineInput, SendFailure } from '../wire.ts';
import type { BlockCheck } from './block.ts';

/**
 * What a block is to the line. `record`: kept and acknowledged once it is on disk. `query`: likewise, and the answer is
 * owed at once. `poll`: the analyzer offers to take an order; `idlePoll`: it asks and would take none. `mark`: begin and
 * end of a transmission, acknowledged and let go. `accepted`, `rejected`: its word on an order of ours.
 */
export type BlockRole = 'record' | 'query' | 'poll' | 'idlePoll' | 'mark' | 'accepted' | 'rejected';

export interface BlockSettings {
  readonly check: BlockCheck;
  /** Role of a block by its text (Latin-1). */
  readonly role: (text: string) => BlockRole;
  /** Texts of the host: behind the ACK of a record; to a poll when nothing waits. Absent: there is no such block. */
  readonly thanks?: Uint8Array;
  readonly nothing?: Uint8Array;
  /** The analyzer tells whether it takes an order (`accepted`, `rejected`) after its ACK. */
  readonly confirmsOrders: boolean;
  /** Whether a text of ours is the answer to this query, where orders may be waiting for a poll as well. */
  readonly answers: (query: string, text: string) => boolean;
  readonly maxBlock: number;
  /** A block that begins and does not end. */
  readonly receiverTimeoutMs: number;
  /** A block of ours without an answer. */
  readonly ackTimeoutMs: number;
  /** How long an answer to a query, and the analyzer's word on an order, is waited for. */
  readonly replyTimeoutMs: number;
  readonly maxTries: number;
}

/** Something of ours on its way: blocks one after the other, each until it is taken. */
export interface Outgoing {
  /** Null: a word of the protocol, not a message anybody asked to send. */
  readonly id: string | null;
  readonly texts: readonly Uint8Array[];
  readonly tries: number;
  readonly waiting: 'ack' | 'word';
}

export interface Queued {
  readonly id: string;
  readonly texts: readonly Uint8Array[];
}

export interface BlockState {
  readonly settings: BlockSettings;
  readonly inbox: Uint8Array;
  /** How far the block at the head of the inbox was looked through. */
  readonly scanned: number;
  /** The rest of a block over the ceiling is passed over. */
  readonly skipping: boolean;
  readonly noisy: boolean;
  readonly committing: 'no' | 'record' | 'query';
  /** Text of the query whose answer is owed. */
  readonly owed: string | null;
  readonly outgoing: Outgoing | null;
  /** For the next poll. */
  readonly queue: readonly Queued[];
}

export type BlockTimer = 'receiver' | 'tail' | 'ack' | 'reply';

export type BlockInput =
  | LineInput<BlockTimer>
  | { readonly type: 'committed' }
  | { readonly type: 'refused' }
  | { readonly type: 'send'; readonly id: string; readonly messages: readonly Uint8Array[] };

export type BlockEffect =
  | LineEffect<BlockTimer>
  | DeliverEffect
  | { readonly type: 'sent'; readonly id: string }
  | { readonly type: 'sendFailed'; readonly id: string; readonly reason: SendFailure };

export interface BlockStep {
  readonly state: BlockState;
  readonly effects: readonly BlockEffect[];
}

const empty = new Uint8Array(0);

/** Ceiling of a block where the driver says nothing: a whole patient of a large analyzer is some thousand bytes. */
export const usualBlock = 64_000;

/** A line at rest. */
export function createBlocks(settings: Pick<BlockSettings, 'check' | 'role'> & Partial<BlockSettings>): BlockState {
  return {
    settings: {
      confirmsOrders: false,
      answers: () => true,
      maxBlock: usualBlock,
      receiverTimeoutMs: 30_000,
      ackTimeoutMs: 5_000,
      replyTimeoutMs: 15_000,
      maxTries: 4,
      ...settings,
    },
    inbox: empty,
    scanned: 0,
    skipping: false,
    noisy: false,
    committing: 'no',
    owed: null,
    outgoing: null,
    queue: [],
  };
}

/** A state being worked on within one step, with what is to be done. */
export type Draft = { -readonly [Key in keyof BlockState]: BlockState[Key] } & { readonly effects: BlockEffect[] };

export function tell(draft: Draft, code: Fault['code'], detail?: string): void {
  draft.effects.push({ type: 'fault', fault: { code, at: 0, ...(detail === undefined ? {} : { detail }) } });
}

export function start(draft: Draft, name: BlockTimer, ms: number): void {
  draft.effects.push({ type: 'startTimer', name, ms });
}

export function stop(draft: Draft, name: BlockTimer): void {
  draft.effects.push({ type: 'stopTimer', name });
}

/** Drops the first `count` bytes of the inbox and gives them. */
export function take(draft: Draft, count: number): Uint8Array {
  const taken = draft.inbox.slice(0, count);
  draft.inbox = draft.inbox.subarray(count);
  draft.scanned = 0;
  return taken;
}
