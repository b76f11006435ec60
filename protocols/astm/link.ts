import { append } from '../bytes.ts';
import type { DeliverEffect, Fault, LineEffect, LineInput, SendFailure } from '../wire.ts';
import { nextLine } from './bare.ts';
import type { FrameProgress } from './frame.ts';
import { untouched } from './frame.ts';
import { cutOff, decided, nextIdle, nextInSession, receiverTimedOut, replyTimedOut, tailTimedOut } from './receiver.ts';
import { answered, bid, senderTimer } from './sender.ts';
import { type Draft, openDraft, tell } from './state.ts';

/**
 * The E1381 / LIS01-A2 link of one line, both roles in one machine. `step` is pure: a timeout is an input, a write is an
 * effect, and the ACK of a message's last frame is the effect of the input `committed`.
 */
export type TimerName =
  /** Answer to our ENQ or frame. */
  | 'ack'
  /** Next frame of the other side. */
  | 'receiver'
  /** Until we may ask again after NAK to our ENQ. */
  | 'busy'
  /** Until we may ask again after yielding the line. */
  | 'contention'
  /** Silence after something that may be whole. */
  | 'frameTail'
  /** The other side no longer waits for our answer to its last frame. */
  | 'reply';

export type LinkInput =
  | LineInput<TimerName>
  /** The delivered message is on disk. `delivery` (when given) names which: the answer to an earlier one is passed over. */
  | { readonly type: 'committed'; readonly delivery?: number }
  /** The store did not take it: the frame is answered NAK and comes again. */
  | { readonly type: 'refused'; readonly delivery?: number }
  /** Record texts (CR-ended), one per message, to be sent in one session. */
  | { readonly type: 'send'; readonly id: string; readonly messages: readonly Uint8Array[] };

export type LinkEffect =
  | LineEffect<TimerName>
  /** `raw` holds refused frames too, without those over the ceiling. */
  | (DeliverEffect & { readonly delivery: number })
  | { readonly type: 'sent'; readonly id: string }
  | {
      readonly type: 'sendFailed';
      readonly id: string;
      readonly reason: Extract<SendFailure, 'LINK_TIMEOUT' | 'LINK_REFUSED' | 'LINK_DISCONNECTED'>;
    }
  /** The other side ended its session: the host may bid. `empty`: it asked for the line and sent no frame. */
  | { readonly type: 'sessionEnded'; readonly empty: boolean };

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
  /** Ceiling of a received frame, characters of text. */
  readonly maxFrame: number;
  /** Ceiling of a received message, characters of text. */
  readonly maxMessage: number;
  /** Characters of text in a frame we send (E1381: 240). */
  readonly sendFrame: number;
  /** `simplified`: no frame digit, no checksum (Snibe Maglumi). `none`: bare records. */
  readonly framing: 'e1381' | 'simplified' | 'none';
  /** `free`: frame numbers of this analyzer do not count on; only a repeat of the last frame is known by them. */
  readonly frameNumbers: 'counted' | 'free';
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
  frameNumbers: 'counted',
};

/**
 * `yielding`: ENQ met ENQ. `busy`: our ENQ was answered NAK. `resting`: we sent, and leave the line to the other side
 * for a while.
 */
export type LinkPhase = 'idle' | 'receiving' | 'committing' | 'bidding' | 'busy' | 'yielding' | 'sending' | 'resting';

/** The last frame that was accepted, or that there is none yet in this session. */
export interface Accepted {
  readonly number: number;
  readonly text: Uint8Array;
}

/**
 * A good frame under a wrong number. `taken`: its text is part of the message after all (sent again rightly, or a frame
 * that was here already), so that the message is whole without it. One that is not leaves a hole for a person to see.
 */
export interface Stray {
  readonly start: number;
  readonly end: number;
  readonly text: Uint8Array;
  readonly taken: boolean;
}

/** Plain values only; a step never changes the state it was given. */
export interface LinkState {
  readonly settings: LinkSettings;
  readonly phase: LinkPhase;
  /** Bytes not yet taken: a frame in the making, or what came while a message is committed. */
  readonly inbox: Uint8Array;
  /** How far the frame at the head of the inbox is read. */
  readonly progress: FrameProgress;
  /** The timer `frameTail` runs. */
  readonly tailOpen: boolean;
  /** Wire bytes since the last message ended. */
  readonly raw: Uint8Array;
  /** Bytes among them that are no accepted frame. */
  readonly refusedLength: number;
  /** Good frames that were refused for their number, and where they stand in `raw`. */
  readonly strays: readonly Stray[];
  /** A frame, or the beginning of one, came since the last message ended. */
  readonly anyFrame: boolean;
  /** Text of the accepted frames of the message in the making. */
  readonly text: Uint8Array;
  readonly faults: readonly Fault[];
  readonly accepted: Accepted | null;
  /** What `accepted` was before the last frame, for when the store refuses it. */
  readonly before: Accepted | null;
  /** The latest accepted frames, one for each number at most, oldest first: an older one may come again. */
  readonly recent: readonly Accepted[];
  /** Noise was told already and has not ended. */
  readonly noisy: boolean;
  /** Number of the latest delivery. */
  readonly delivery: number;
  /** The answer to the message being committed would come too late. */
  readonly late: boolean;
  readonly outbox: readonly { readonly id: string; readonly messages: readonly Uint8Array[] }[];
  /** Frames of the session that is being sent, and where it stands. */
  readonly frames: readonly Uint8Array[];
  readonly frameIndex: number;
  readonly tries: number;
  readonly interrupted: boolean;
  /** The timer `busy` runs: no ENQ of ours before it ends. */
  readonly heldOff: boolean;
}

export interface LinkStep {
  readonly state: LinkState;
  readonly effects: readonly LinkEffect[];
}

const nothing = new Uint8Array(0);

/** A link at rest. */
export function createLink(options: Partial<LinkSettings> = {}): LinkState {
  return {
    settings: { ...defaultLinkSettings, ...options },
    phase: 'idle',
    inbox: nothing,
    progress: untouched,
    tailOpen: false,
    raw: nothing,
    refusedLength: 0,
    strays: [],
    anyFrame: false,
    text: nothing,
    faults: [],
    accepted: null,
    before: null,
    recent: [],
    noisy: false,
    delivery: 0,
    late: false,
    outbox: [],
    frames: [],
    frameIndex: 0,
    tries: 0,
    interrupted: false,
    heldOff: false,
  };
}

/** One input, the next state and what is to be done. The same state and input always give the same answer. */
export function step(state: LinkState, input: LinkInput): LinkStep {
  const draft = openDraft(state);
  switch (input.type) {
    case 'bytes':
      draft.inbox = append(draft.inbox, input.bytes);
      run(draft);
      break;
    case 'timer':
      timer(draft, input.name);
      run(draft);
      break;
    case 'committed':
    case 'refused':
      if (draft.phase === 'committing' && (input.delivery ?? draft.delivery) === draft.delivery) {
        decided(draft, input.type === 'committed');
        run(draft);
      }
      break;
    case 'send':
      draft.outbox = [...draft.outbox, { id: input.id, messages: input.messages }];
      if (draft.phase === 'idle') bid(draft);
      break;
    case 'disconnected':
      disconnected(draft);
      break;
    default:
      input satisfies never;
  }
  const { effects, told: _, ...next } = draft;
  return { state: next, effects };
}

/** Work through the inbox until it is empty, or its next bytes must wait. */
function run(draft: Draft): void {
  while (draft.inbox.length > 0) {
    switch (draft.phase) {
      case 'committing':
        guardInbox(draft);
        return;
      case 'receiving':
        if (!(draft.settings.framing === 'none' ? nextLine(draft) : nextInSession(draft))) return;
        break;
      case 'idle':
      case 'resting':
        if (draft.settings.framing !== 'none') nextIdle(draft);
        else if (!nextLine(draft)) return;
        break;
      case 'bidding':
      case 'sending':
      case 'busy':
      case 'yielding':
        answered(draft);
        break;
      default:
        draft.phase satisfies never;
    }
  }
}

/** What comes while a message is committed is kept, but not without end. A one-way line does not wait for answers. */
function guardInbox(draft: Draft): void {
  const { maxFrame, maxMessage, framing } = draft.settings;
  if (draft.inbox.length <= (framing === 'none' ? maxMessage : 2 * maxFrame)) return;
  tell(draft, 'LINK_OVERSIZE', `${draft.inbox.length} bytes sent without waiting for the answer`);
  draft.inbox = nothing;
}

function timer(draft: Draft, name: TimerName): void {
  switch (name) {
    case 'receiver':
      receiverTimedOut(draft);
      break;
    case 'frameTail':
      tailTimedOut(draft);
      break;
    case 'reply':
      replyTimedOut(draft);
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

/**
 * The connection is gone: what came is shown, what waits to be sent goes back, and the count of deliveries goes on. What
 * waits behind a message being committed comes again after a handshake; on a one-way line it would not.
 */
function disconnected(draft: Draft): void {
  while (draft.settings.framing === 'none' && draft.phase === 'committing') {
    decided(draft, true);
    run(draft);
  }
  cutOff(draft);
  for (const name of ['ack', 'receiver', 'busy', 'contention', 'frameTail', 'reply'] as const) {
    draft.effects.push({ type: 'stopTimer', name });
  }
  for (const { id } of draft.outbox) draft.effects.push({ type: 'sendFailed', id, reason: 'LINK_DISCONNECTED' });
  Object.assign(draft, { ...createLink(draft.settings), delivery: draft.delivery });
}
