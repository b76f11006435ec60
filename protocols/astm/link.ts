import { concat } from '../bytes.ts';
import type { Fault } from '../wire.ts';
import { receive } from './receiver.ts';
import { answered, bid, senderTimer } from './sender.ts';

/**
 * The E1381 / LIS01-A2 link of one line, both roles in one machine. `step` is pure: a timeout is an input, a write is an
 * effect, and the ACK of a message's last frame is the effect of the input `committed`.
 */
export type TimerName = 'ack' | 'receiver' | 'busy' | 'contention' | 'frameTail';

export type LinkInput =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'timer'; readonly name: TimerName }
  /** The delivered message is on disk. */
  | { readonly type: 'committed' }
  /** The store did not take it: the frame is answered NAK and comes again. */
  | { readonly type: 'refused' }
  /** Record texts (CR-ended), one per message, to be sent in one session. */
  | { readonly type: 'send'; readonly id: string; readonly messages: readonly Uint8Array[] }
  | { readonly type: 'disconnected' };

export type LinkEffect =
  | { readonly type: 'write'; readonly bytes: Uint8Array }
  | { readonly type: 'startTimer'; readonly name: TimerName; readonly ms: number }
  | { readonly type: 'stopTimer'; readonly name: TimerName }
  /** A message: wait for `committed` or `refused`, unless it is not complete (then nothing is owed). */
  | {
      readonly type: 'deliver';
      readonly raw: Uint8Array;
      readonly text: Uint8Array;
      readonly complete: boolean;
      readonly faults: readonly Fault[];
    }
  | { readonly type: 'fault'; readonly fault: Fault }
  | { readonly type: 'sent'; readonly id: string }
  | {
      readonly type: 'sendFailed';
      readonly id: string;
      readonly reason: 'LINK_TIMEOUT' | 'LINK_REFUSED' | 'LINK_DISCONNECTED';
    }
  /** The other side ended its session: the host may bid. */
  | { readonly type: 'sessionEnded' };

export interface LinkSettings {
  /** Wait for the answer to ENQ or a frame: 15 s (LIS01-A2 6.5.2.1, 6.5.2.3). */
  readonly ackTimeoutMs: number;
  /** Receiver waits for the next frame: 30 s (6.5.2.4). */
  readonly receiverTimeoutMs: number;
  /** After NAK to our ENQ: 10 s at least (6.2.6). */
  readonly busyRetryMs: number;
  /** After ENQ met ENQ the host waits: 20 s (6.2.7.1, 6.5.2.2). */
  readonly contentionMs: number;
  /** Tries of one frame (6.5.1.2). */
  readonly maxTries: number;
  /** Ceiling of a received frame, characters of text (LIS01-A2: 64,000 with overhead). */
  readonly maxFrame: number;
  /** Ceiling of a received message. */
  readonly maxMessage: number;
  /** Characters of text in a frame we send (E1381: 240). */
  readonly sendFrame: number;
  /** `simplified`: no frame digit, no checksum (Snibe Maglumi). `none`: bare records. */
  readonly framing: 'e1381' | 'simplified' | 'none';
}

export const defaultLinkSettings: LinkSettings = {
  ackTimeoutMs: 15_000,
  receiverTimeoutMs: 30_000,
  busyRetryMs: 10_000,
  contentionMs: 20_000,
  maxTries: 6,
  maxFrame: 64_000,
  maxMessage: 16_000_000,
  sendFrame: 240,
  framing: 'e1381',
};

export type LinkPhase = 'idle' | 'receiving' | 'committing' | 'bidding' | 'busy' | 'yielding' | 'sending' | 'resting';

/** Plain values only; a step never changes the state it was given. */
export interface LinkState {
  readonly settings: LinkSettings;
  readonly phase: LinkPhase;
  /** Bytes not yet understood (a frame in the making, or what came while a message is committed). */
  readonly inbox: Uint8Array;
  /** Wire bytes since the last message ended. */
  readonly raw: readonly Uint8Array[];
  readonly rawLength: number;
  /** Texts of the accepted frames of the message in the making. */
  readonly texts: readonly Uint8Array[];
  readonly textLength: number;
  readonly faults: readonly Fault[];
  /** Number of the last accepted frame; 0 at the start of a session. */
  readonly lastNumber: number;
  readonly anyAccepted: boolean;
  /** A frame over the ceiling is being passed over. */
  readonly discarding: boolean;
  /** The checksum was read, CR LF may follow: `true` holds back the answer until they came. */
  readonly outbox: readonly { readonly id: string; readonly messages: readonly Uint8Array[] }[];
  /** Frames of the session that is being sent, and where it stands. */
  readonly frames: readonly Uint8Array[];
  readonly frameIndex: number;
  readonly tries: number;
  readonly interrupted: boolean;
}

export interface LinkStep {
  readonly state: LinkState;
  readonly effects: readonly LinkEffect[];
}

/** What a step collects; internal to the machine. */
export interface Draft {
  state: LinkState;
  effects: LinkEffect[];
}

const empty = new Uint8Array(0);

/** A link at rest. */
export function createLink(options: Partial<LinkSettings> = {}): LinkState {
  return {
    settings: { ...defaultLinkSettings, ...options },
    phase: 'idle',
    inbox: empty,
    raw: [],
    rawLength: 0,
    texts: [],
    textLength: 0,
    faults: [],
    lastNumber: 0,
    anyAccepted: false,
    discarding: false,
    outbox: [],
    frames: [],
    frameIndex: 0,
    tries: 0,
    interrupted: false,
  };
}

/** One input, the next state and what is to be done. The same state and input always give the same answer. */
export function step(state: LinkState, input: LinkInput): LinkStep {
  const draft: Draft = { state, effects: [] };
  switch (input.type) {
    case 'bytes':
      draft.state = { ...state, inbox: state.inbox.length === 0 ? input.bytes : concat([state.inbox, input.bytes]) };
      run(draft);
      break;
    case 'timer':
      timer(draft, input.name);
      break;
    case 'committed':
    case 'refused':
      receive.decided(draft, input.type === 'committed');
      run(draft);
      break;
    case 'send':
      draft.state = { ...state, outbox: [...state.outbox, { id: input.id, messages: input.messages }] };
      if (draft.state.phase === 'idle') bid(draft);
      break;
    case 'disconnected':
      disconnected(draft);
      break;
    default:
      input satisfies never;
  }
  return draft;
}

/** Work through the inbox until it is empty, or its next bytes must wait. */
function run(draft: Draft): void {
  for (;;) {
    const before = draft.state;
    if (before.inbox.length === 0) return;
    switch (before.phase) {
      case 'committing':
        guardInbox(draft);
        return;
      case 'idle':
      case 'receiving':
      case 'resting':
        if (!receive.next(draft)) return;
        break;
      case 'bidding':
      case 'sending':
      case 'busy':
      case 'yielding':
        answered(draft);
        break;
      default:
        before.phase satisfies never;
    }
  }
}

/** What comes while a message is committed is kept, but not without end. */
function guardInbox(draft: Draft): void {
  const { inbox, settings } = draft.state;
  if (inbox.length <= settings.maxFrame * 2) return;
  draft.effects.push({
    type: 'fault',
    fault: { code: 'LINK_OVERSIZE', at: 0, detail: 'bytes sent without waiting for the answer' },
  });
  draft.state = { ...draft.state, inbox: empty };
}

function timer(draft: Draft, name: TimerName): void {
  switch (name) {
    case 'receiver':
      receive.timedOut(draft);
      break;
    case 'frameTail':
      receive.tailTimedOut(draft);
      run(draft);
      break;
    case 'ack':
    case 'busy':
    case 'contention':
      senderTimer(draft, name);
      break;
    default:
      name satisfies never;
  }
}

function disconnected(draft: Draft): void {
  for (const name of ['ack', 'receiver', 'busy', 'contention', 'frameTail'] as const)
    draft.effects.push({ type: 'stopTimer', name });
  receive.cutOff(draft);
  for (const { id } of draft.state.outbox) draft.effects.push({ type: 'sendFailed', id, reason: 'LINK_DISCONNECTED' });
  draft.state = createLink(draft.state.settings);
}
