import { append } from '../bytes.ts';
import { control } from '../control.ts';
import {
  endsWithTerminator,
  type Frame,
  type FrameScan,
  following,
  isQuiet,
  resemblesFrame,
  sameBytes,
  scanFrame,
} from './frame.ts';
import { bid } from './sender.ts';
import { answer, openSession } from './session.ts';
import {
  clearMessage,
  closeTail,
  type Draft,
  deliver,
  keep,
  keepRefused,
  leaveUnfinished,
  openTail,
  start,
  stop,
  take,
  tell,
  write,
} from './state.ts';

const { STX, EOT, ENQ, ACK, NAK } = control;

/** Silence that settles what the last bytes meant: some tens of characters at 1200 baud, far below the sender's 15 s. */
const frameTailMs = 300;
/** Of the sender's waiting time; our answer must not cross what it does when it gives up (LIS01-A2 6.5.2.5). */
const replyShare = 0.9;
/** Frame numbers 0 to 7. */
const numbers = 8;
const nothing = new Uint8Array(0);

/** Between sessions: an ENQ opens one, anything else is passed over. */
export function nextIdle(draft: Draft): void {
  const at = draft.inbox.indexOf(ENQ);
  if (at === 0) {
    openSession(draft);
    return;
  }
  passOver(draft, take(draft, at < 0 ? draft.inbox.length : at));
}

/** Take the next thing of a session. False when its end is not there yet. */
export function nextInSession(draft: Draft): boolean {
  switch (draft.inbox[0]) {
    case STX:
      return nextFrame(draft, false);
    case EOT:
      keepRefused(draft, take(draft, 1));
      if (draft.settings.framing === 'simplified') write(draft, Uint8Array.of(ACK));
      endSession(draft);
      return true;
    case ENQ:
      // The analyzer began anew: what it had sent of the last message is not going to be finished.
      leaveUnfinished(draft);
      openSession(draft);
      return true;
    default:
      skipBetweenFrames(draft);
      return true;
  }
}

function skipBetweenFrames(draft: Draft): void {
  const { inbox } = draft;
  let end = 0;
  while (end < inbox.length && inbox[end] !== STX && inbox[end] !== EOT && inbox[end] !== ENQ) end += 1;
  const skipped = take(draft, end);
  passOver(draft, skipped);
  keepRefused(draft, skipped);
}

/** One event for a run of noise, however it was cut into pieces. */
function passOver(draft: Draft, bytes: Uint8Array): void {
  const loud = bytes.findIndex((byte) => !isQuiet(byte) && byte !== EOT);
  if (loud < 0 || draft.noisy) return;
  draft.noisy = true;
  tell(
    draft,
    'LINK_NOISE',
    draft.phase === 'receiving' ? 'between frames' : 'outside a session',
    draft.raw.length + loud,
  );
}

function nextFrame(draft: Draft, silent: boolean): boolean {
  const { maxFrame, framing } = draft.settings;
  const scan = scanFrame(draft.inbox, 0, { maxFrame, simplified: framing === 'simplified', silent }, draft.progress);
  draft.noisy = false;
  switch (scan.kind) {
    case 'partial':
      waitForMore(draft, scan);
      return false;
    case 'cut':
      draft.anyFrame ||= resemblesFrame(draft.inbox.subarray(0, scan.end));
      tell(draft, 'LINK_BROKEN_FRAME', 'cut off by a control character');
      // ENQ and EOT speak for themselves; after STX the frame begun anew is answered.
      keepRefused(draft, take(draft, scan.end));
      return true;
    case 'frame':
      takeFrame(draft, scan);
      return true;
    default:
      return scan satisfies never;
  }
}

function waitForMore(draft: Draft, scan: Extract<FrameScan, { kind: 'partial' }>): void {
  draft.progress = scan.progress;
  closeTail(draft);
  if (scan.settled) {
    openTail(draft, frameTailMs);
  } else if (scan.progress.fault === 'LINK_OVERSIZE' && scan.progress.terminator === 0) {
    // Only the fact that it is too long is kept: the ceiling holds for what is passed over too.
    draft.inbox = append(draft.inbox.subarray(0, 1), draft.inbox.subarray(scan.progress.at));
    draft.progress = { ...scan.progress, at: 1 };
  }
}

function takeFrame(draft: Draft, frame: Frame): void {
  const bytes = draft.inbox.subarray(0, frame.end);
  const text = bytes.subarray(frame.textStart, frame.textEnd);
  take(draft, frame.end);
  const { accepted, settings } = draft;
  const counted = settings.framing === 'e1381';
  if (frame.fault !== null) {
    refuse(draft, frame.fault, bytes);
  } else if (counted && accepted?.number === frame.number && sameBytes(accepted.text, text)) {
    // Our ACK was lost: the text is here already (6.5.1.1). It may be of the message before.
    if (draft.text.length > 0) keepRefused(draft, bytes);
    answer(draft, ACK);
  } else if (counted && settings.frameNumbers === 'counted' && frame.number !== following(accepted?.number ?? 0)) {
    refuseNumber(draft, frame.number, bytes, text);
  } else if (draft.text.length + text.length > settings.maxMessage) {
    refuse(draft, 'LINK_OVERSIZE', nothing);
  } else {
    accept(draft, frame, bytes, text);
  }
}

function accept(draft: Draft, frame: Frame, bytes: Uint8Array, text: Uint8Array): void {
  const strays = draft.strays.map((each) => (sameBytes(each.text, text) ? { ...each, taken: true } : each));
  // What was refused before the first frame is no part of this message, and is shown by itself.
  if (draft.text.length === 0 && strays.some((each) => !each.taken)) leaveUnfinished(draft);
  else draft.strays = strays;
  keep(draft, bytes);
  draft.anyFrame = true;
  draft.text = append(draft.text, text);
  draft.before = draft.accepted;
  draft.accepted = { number: frame.number ?? 0, text };
  draft.recent = [...draft.recent, draft.accepted].slice(-numbers);
  if (frame.last && endsWithTerminator(draft.text)) commit(draft);
  else answer(draft, ACK);
}

function refuse(draft: Draft, code: Parameters<typeof tell>[1], bytes: Uint8Array, detail?: string): boolean {
  tell(draft, code, detail);
  draft.anyFrame ||= bytes.length === 0 || resemblesFrame(bytes);
  const kept = code !== 'LINK_OVERSIZE' && keepRefused(draft, bytes);
  answer(draft, NAK);
  return kept;
}

/**
 * A good frame under a number that does not follow (6.5.1.1). The number of the frame before with another text is no
 * repeat: taken for one it would be lost, taken for the next it might be filed twice; so it is refused and told, and a
 * sender that goes on without it leaves a message with a hole.
 */
function refuseNumber(draft: Draft, number: number | null, bytes: Uint8Array, text: Uint8Array): void {
  const start = draft.raw.length;
  const taken = draft.recent.some((each) => each.number === number && sameBytes(each.text, text));
  const same = draft.accepted?.number === number;
  if (refuse(draft, 'LINK_FRAME_OUT_OF_SEQUENCE', bytes, same ? 'number of the frame before, other text' : undefined))
    draft.strays = [...draft.strays, { start, end: start + bytes.length, text, taken }];
}

/** The message is whole: it goes to disk, and only then is its last frame answered. */
export function commit(draft: Draft): void {
  stop(draft, 'receiver');
  if (draft.strays.some((each) => !each.taken)) tell(draft, 'LINK_GAP');
  deliver(draft, true);
  draft.phase = 'committing';
  draft.late = false;
  if (draft.settings.framing !== 'none') start(draft, 'reply', Math.floor(draft.settings.ackTimeoutMs * replyShare));
}

/** The sender has stopped waiting: an ACK now would be taken for the answer to whatever it does next. */
export function replyTimedOut(draft: Draft): void {
  if (draft.phase === 'committing') draft.late = true;
}

/** The store has spoken on the delivered message. */
export function decided(draft: Draft, committed: boolean): void {
  const { late, settings } = draft;
  if (settings.framing === 'none') {
    clearMessage(draft);
    endSession(draft);
    return;
  }
  stop(draft, 'reply');
  draft.phase = 'receiving';
  draft.late = false;
  if (committed) {
    clearMessage(draft);
  } else {
    // The last frame is taken back, so that its resend is not thought to be here already.
    draft.text = draft.text.subarray(0, draft.text.length - (draft.accepted?.text.length ?? 0));
    draft.accepted = draft.before;
    draft.recent = draft.recent.slice(0, -1);
  }
  if (late) start(draft, 'receiver', settings.receiverTimeoutMs);
  else answer(draft, committed ? ACK : NAK);
}

/** Nothing more came for a while: a frame without CR LF is whole, an ENQ or EOT in a frame is one. */
export function tailTimedOut(draft: Draft): void {
  if (!draft.tailOpen) return;
  draft.tailOpen = false;
  if (draft.phase === 'receiving' && draft.inbox[0] === STX) nextFrame(draft, true);
}

/** 30 s without a frame: the unfinished message is dropped, the line is free (6.5.2.4). */
export function receiverTimedOut(draft: Draft): void {
  if (draft.phase !== 'receiving') return;
  tell(draft, 'LINK_TIMEOUT');
  keepPartial(draft);
  endSession(draft);
}

/** The connection is gone. What is being committed was delivered already. */
export function cutOff(draft: Draft): void {
  if (draft.phase !== 'receiving') return;
  keepPartial(draft);
  leaveUnfinished(draft);
}

function keepPartial(draft: Draft): void {
  if (draft.inbox.length === 0) return;
  draft.anyFrame ||= resemblesFrame(draft.inbox);
  keepRefused(draft, take(draft, draft.inbox.length));
}

function endSession(draft: Draft): void {
  const empty = draft.accepted === null && !draft.anyFrame && draft.settings.framing !== 'none';
  leaveUnfinished(draft);
  stop(draft, 'receiver');
  draft.effects.push({ type: 'sessionEnded', empty });
  draft.phase = 'idle';
  draft.accepted = null;
  draft.noisy = false;
  bid(draft);
}
