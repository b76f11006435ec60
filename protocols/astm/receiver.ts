import { concat } from '../bytes.ts';
import { control } from '../control.ts';
import type { Fault } from '../wire.ts';
import { endsWithTerminator, type Frame, following, scanFrame } from './frame.ts';
import type { Draft } from './link.ts';
import { bid } from './sender.ts';

const { STX, ETX, EOT, ENQ, ACK, NAK, CR, LF, NUL } = control;
/** A device that leaves out CR LF after the checksum is answered all the same, after this. */
const frameTailMs = 300;
const empty = new Uint8Array(0);

/**
 * Take the next thing in the inbox. False when its end is not there yet. Every byte lands in exactly one event: part of
 * a frame, control, or noise.
 */
function next(draft: Draft): boolean {
  const { framing } = draft.state.settings;
  if (framing === 'none') return nextBare(draft);
  return draft.state.phase === 'receiving' ? nextInSession(draft) : nextIdle(draft);
}

function nextIdle(draft: Draft): boolean {
  const { inbox } = draft.state;
  const at = inbox.indexOf(ENQ);
  if (at === 0) {
    take(draft, 1);
    if (draft.state.phase === 'resting') draft.effects.push({ type: 'stopTimer', name: 'contention' });
    draft.state = { ...draft.state, phase: 'receiving', lastNumber: 0, anyAccepted: false };
    answer(draft, ACK);
    return true;
  }
  const noise = take(draft, at < 0 ? inbox.length : at);
  forget(draft, noise.length);
  if (noise.some((byte) => !quiet(byte))) fault(draft, 'LINK_NOISE', `${noise.length} bytes outside a session`);
  return true;
}

/** Stray acknowledgements, line ends and fill bytes between sessions are no trouble worth telling. */
function quiet(byte: number): boolean {
  return byte === ACK || byte === NAK || byte === EOT || byte === CR || byte === LF || byte === NUL;
}

function nextInSession(draft: Draft): boolean {
  const { inbox, settings } = draft.state;
  if (draft.state.discarding) return discard(draft);
  switch (inbox[0]) {
    case STX:
      return settings.framing === 'simplified' ? nextSimplified(draft) : nextFrame(draft);
    case EOT:
      take(draft, 1);
      if (settings.framing === 'simplified') answer(draft, ACK);
      endSession(draft);
      return true;
    case ENQ:
      // The analyzer began anew: what it had sent of the last message is not going to be finished.
      leaveUnfinished(draft);
      take(draft, 1);
      draft.state = { ...draft.state, lastNumber: 0, anyAccepted: false };
      answer(draft, ACK);
      return true;
    default:
      return skipBetweenFrames(draft);
  }
}

function skipBetweenFrames(draft: Draft): boolean {
  const { inbox } = draft.state;
  let end = 0;
  while (end < inbox.length && inbox[end] !== STX && inbox[end] !== EOT && inbox[end] !== ENQ) end += 1;
  const skipped = take(draft, end);
  if (skipped.some((byte) => !quiet(byte))) {
    forget(draft, end);
    fault(draft, 'LINK_NOISE', `${end} bytes between frames`);
  }
  return true;
}

function nextFrame(draft: Draft): boolean {
  const { inbox, settings } = draft.state;
  const scan = scanFrame(inbox, 0, settings.maxFrame);
  switch (scan.kind) {
    case 'partial':
      return false;
    case 'oversize':
      fault(draft, 'LINK_OVERSIZE', `frame over ${settings.maxFrame} characters`);
      draft.state = { ...draft.state, discarding: true };
      return true;
    case 'broken':
      take(draft, scan.end);
      fault(draft, 'LINK_BROKEN_FRAME');
      // ENQ and EOT speak for themselves; an STX is a frame begun anew, answered when it is whole.
      return true;
    case 'frame':
      return wholeFrame(draft, scan);
    default:
      return scan satisfies never;
  }
}

/** The answer waits for CR LF: a sender that still sends does not hear (LIS01-A2 6.3: the frame ends with LF). */
function wholeFrame(draft: Draft, frame: Frame): boolean {
  const { inbox } = draft.state;
  let end = frame.end;
  if (inbox[end] === CR) end += 1;
  if (inbox[end] === LF) end += 1;
  const tailOpen = end === inbox.length && inbox[end - 1] !== LF;
  if (tailOpen) {
    draft.effects.push({ type: 'startTimer', name: 'frameTail', ms: frameTailMs });
    return false;
  }
  acceptOrRefuse(draft, frame, end);
  return true;
}

/** CR LF did not come: the frame in the inbox is whole without. */
function tailTimedOut(draft: Draft): void {
  const { inbox, phase, settings } = draft.state;
  if (phase !== 'receiving' || inbox[0] !== STX) return;
  const scan = scanFrame(inbox, 0, settings.maxFrame);
  if (scan.kind === 'frame') acceptOrRefuse(draft, scan, inbox.length);
}

function acceptOrRefuse(draft: Draft, frame: Frame, end: number): void {
  draft.effects.push({ type: 'stopTimer', name: 'frameTail' });
  const text = draft.state.inbox.slice(frame.textStart, frame.textEnd);
  take(draft, end);
  const { lastNumber, anyAccepted, textLength, settings } = draft.state;
  if (!frame.checksumGood || frame.number === null) {
    refuse(draft, 'LINK_CHECKSUM_MISMATCH');
  } else if (anyAccepted && frame.number === lastNumber) {
    // Our ACK was lost: the text is here already (6.5.1.1).
    answer(draft, ACK);
  } else if (frame.number !== following(lastNumber)) {
    refuse(draft, 'LINK_FRAME_OUT_OF_SEQUENCE');
  } else if (textLength + text.length > settings.maxMessage) {
    refuse(draft, 'LINK_OVERSIZE');
  } else {
    accept(draft, frame, text);
  }
}

function accept(draft: Draft, frame: Frame, text: Uint8Array): void {
  const { texts, textLength } = draft.state;
  draft.state = {
    ...draft.state,
    texts: [...texts, text],
    textLength: textLength + text.length,
    lastNumber: frame.number ?? 0,
    anyAccepted: true,
  };
  if (frame.last && endsWithTerminator(tail(draft.state.texts))) commit(draft);
  else answer(draft, ACK);
}

/** The end of the text is enough to see its last record. */
function tail(texts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  let first = texts.length;
  while (first > 0 && length < 1_000) {
    first -= 1;
    length += texts[first]?.length ?? 0;
  }
  return concat(texts.slice(first));
}

/** The message is whole: it goes to disk, and only then is its last frame answered. */
function commit(draft: Draft): void {
  const { raw, texts, faults } = draft.state;
  draft.effects.push({ type: 'stopTimer', name: 'receiver' });
  draft.effects.push({ type: 'deliver', raw: concat(raw), text: concat(texts), complete: true, faults });
  draft.state = { ...draft.state, phase: 'committing' };
}

/** The store has spoken on the delivered message. */
function decided(draft: Draft, committed: boolean): void {
  if (draft.state.phase !== 'committing') return;
  if (committed) {
    clearMessage(draft);
    draft.state = { ...draft.state, phase: 'receiving' };
    if (draft.state.settings.framing !== 'none') answer(draft, ACK);
    return;
  }
  // The last frame is taken back, so that its resend is not thought to be here already.
  const { texts, lastNumber } = draft.state;
  const last = texts.at(-1);
  draft.state = {
    ...draft.state,
    phase: 'receiving',
    texts: texts.slice(0, -1),
    textLength: draft.state.textLength - (last?.length ?? 0),
    lastNumber: (lastNumber + 7) % 8,
    anyAccepted: texts.length > 1,
  };
  if (draft.state.settings.framing === 'none') clearMessage(draft);
  else answer(draft, NAK);
}

function nextSimplified(draft: Draft): boolean {
  const { inbox, settings } = draft.state;
  let end = 1;
  while (end < inbox.length && inbox[end] !== ETX && inbox[end] !== ENQ && inbox[end] !== EOT && inbox[end] !== STX)
    end += 1;
  if (end > settings.maxMessage) {
    take(draft, end);
    refuse(draft, 'LINK_OVERSIZE');
    return true;
  }
  if (end >= inbox.length) return false;
  if (inbox[end] !== ETX) {
    take(draft, end);
    fault(draft, 'LINK_BROKEN_FRAME');
    return true;
  }
  const text = inbox.slice(1, end);
  take(draft, end + 1);
  draft.state = {
    ...draft.state,
    texts: [...draft.state.texts, text],
    textLength: draft.state.textLength + text.length,
  };
  if (endsWithTerminator(text)) commit(draft);
  else answer(draft, ACK);
  return true;
}

/** Bare records: a message ends with the line end of its terminator record. */
function nextBare(draft: Draft): boolean {
  const { inbox, settings } = draft.state;
  if (draft.state.phase !== 'receiving') draft.state = { ...draft.state, phase: 'receiving' };
  let end = 0;
  while (end < inbox.length && inbox[end] !== CR && inbox[end] !== LF) end += 1;
  if (end >= inbox.length) {
    if (inbox.length > settings.maxFrame) {
      take(draft, inbox.length);
      fault(draft, 'LINK_OVERSIZE');
    }
    return false;
  }
  const line = inbox.slice(0, end + 1);
  take(draft, end + 1);
  const starts = line[0] === 0x48 && draft.state.texts.length > 0;
  if (starts) leaveUnfinished(draft);
  const { texts, textLength } = draft.state;
  draft.state = { ...draft.state, texts: [...texts, line], textLength: textLength + line.length };
  if (endsWithTerminator(line)) commit(draft);
  else startReceiverTimer(draft);
  return true;
}

/** Pass over a frame that is too long, up to its end or whatever interrupts it. */
function discard(draft: Draft): boolean {
  const { inbox } = draft.state;
  let end = inbox[0] === STX ? 1 : 0;
  while (
    end < inbox.length &&
    inbox[end] !== ETX &&
    inbox[end] !== control.ETB &&
    inbox[end] !== ENQ &&
    inbox[end] !== EOT &&
    inbox[end] !== STX
  ) {
    end += 1;
  }
  const found = inbox[end];
  take(draft, found === ETX || found === control.ETB ? end + 1 : end);
  if (found === undefined) {
    // Nothing of it is kept: the ceiling holds for what is passed over too.
    forget(draft, draft.state.rawLength);
    return false;
  }
  draft.state = { ...draft.state, discarding: false };
  if (found === ETX || found === control.ETB) answer(draft, NAK);
  return true;
}

function endSession(draft: Draft): void {
  leaveUnfinished(draft);
  clearMessage(draft);
  draft.effects.push({ type: 'stopTimer', name: 'receiver' }, { type: 'sessionEnded' });
  draft.state = { ...draft.state, phase: 'idle' };
  if (draft.state.outbox.length > 0) bid(draft);
}

/** A message that will not be finished is shown to a person; it is not acknowledged and gives no observation. */
function leaveUnfinished(draft: Draft): void {
  const { texts, raw, faults } = draft.state;
  if (texts.length > 0) {
    const ended: Fault = { code: 'LINK_UNFINISHED', at: draft.state.rawLength };
    draft.effects.push({
      type: 'deliver',
      raw: concat(raw),
      text: concat(texts),
      complete: false,
      faults: [...faults, ended],
    });
  }
  clearMessage(draft);
}

/** 30 s without a frame: the unfinished message is dropped, the line is free (6.5.2.4). */
function timedOut(draft: Draft): void {
  if (draft.state.phase !== 'receiving') return;
  fault(draft, 'LINK_TIMEOUT');
  draft.state = { ...draft.state, inbox: empty, discarding: false };
  endSession(draft);
}

/** The connection is gone. */
function cutOff(draft: Draft): void {
  if (draft.state.phase === 'committing') return;
  leaveUnfinished(draft);
}

export const receive = { next, decided, timedOut, tailTimedOut, cutOff };

/** Move bytes from the inbox to the raw bytes of the message in the making. */
function take(draft: Draft, count: number): Uint8Array {
  const { inbox, raw, rawLength } = draft.state;
  const taken = inbox.subarray(0, count);
  if (count === 0) return taken;
  draft.state = { ...draft.state, inbox: inbox.subarray(count), raw: [...raw, taken], rawLength: rawLength + count };
  return taken;
}

/** The last `count` bytes taken belong to no message. */
function forget(draft: Draft, count: number): void {
  if (count === 0) return;
  const joined = concat(draft.state.raw);
  const kept = joined.subarray(0, Math.max(0, joined.length - count));
  draft.state = { ...draft.state, raw: kept.length === 0 ? [] : [kept], rawLength: kept.length };
}

function clearMessage(draft: Draft): void {
  draft.state = { ...draft.state, raw: [], rawLength: 0, texts: [], textLength: 0, faults: [] };
}

function answer(draft: Draft, byte: number): void {
  draft.effects.push({ type: 'write', bytes: Uint8Array.of(byte) });
  startReceiverTimer(draft);
}

function startReceiverTimer(draft: Draft): void {
  draft.effects.push({ type: 'startTimer', name: 'receiver', ms: draft.state.settings.receiverTimeoutMs });
}

function refuse(draft: Draft, code: Fault['code']): void {
  fault(draft, code);
  // A sender that is refused without end must not fill the memory with what was refused.
  const { rawLength, settings } = draft.state;
  if (rawLength > settings.maxMessage * 2) leaveUnfinished(draft);
  answer(draft, NAK);
}

/** Tell it now, and keep it with the message it happened in. */
function fault(draft: Draft, code: Fault['code'], detail?: string): void {
  const happened: Fault = { code, at: draft.state.rawLength, ...(detail === undefined ? {} : { detail }) };
  draft.effects.push({ type: 'fault', fault: happened });
  if (draft.state.phase === 'receiving' && draft.state.faults.length < 100) {
    draft.state = { ...draft.state, faults: [...draft.state.faults, happened] };
  }
}
