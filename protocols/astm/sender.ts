import { append } from '../bytes.ts';
import { control } from '../control.ts';
import { following, isQuiet } from './frame.ts';
import type { LinkEffect, LinkSettings } from './link.ts';
import { openSession } from './session.ts';
import { type Draft, start, stop, take, tell, write } from './state.ts';
import { frameMessage } from './write.ts';

const { ENQ, ACK, NAK, EOT, STX, ETX } = control;

/** How long the ACK of our EOT is waited for where the link has one (simplified framing). */
const eotAckMs = 1_000;

/** From rest: ask for the line when something waits to be sent and we may (LIS01-A2 6.2.2). */
export function bid(draft: Draft): void {
  const head = draft.outbox[0];
  draft.phase = 'idle';
  if (head === undefined) return;
  if (draft.settings.framing === 'none') {
    sendBare(draft);
  } else if (draft.heldOff) {
    draft.phase = 'busy';
  } else if (draft.inbox.includes(ENQ)) {
    // The other side asked already, and goes first; we ask when its session has ended.
    return;
  } else {
    draft.phase = 'bidding';
    draft.frames = framesOf(head.messages, draft.settings);
    draft.frameIndex = 0;
    draft.tries = 0;
    draft.interrupted = false;
    write(draft, Uint8Array.of(ENQ));
    start(draft, 'ack', draft.settings.ackTimeoutMs);
  }
}

function sendBare(draft: Draft): void {
  for (const { id, messages } of draft.outbox) {
    for (const message of messages) write(draft, message);
    draft.effects.push({ type: 'sent', id });
  }
  draft.outbox = [];
}

/** Frame numbers go on across the messages of a session. */
function framesOf(messages: readonly Uint8Array[], settings: LinkSettings): Uint8Array[] {
  if (settings.framing === 'simplified') {
    return messages.map((text) => append(append(Uint8Array.of(STX), text), Uint8Array.of(ETX)).slice());
  }
  const frames: Uint8Array[] = [];
  let first = 1;
  for (const message of messages) {
    const made = frameMessage(message, { first, size: settings.sendFrame });
    frames.push(...made);
    for (let count = 0; count < made.length; count += 1) first = following(first);
  }
  return frames;
}

/** Take one byte that came while we ask, send or wait for our turn. */
export function answered(draft: Draft): void {
  const byte = draft.inbox[0] ?? 0;
  switch (draft.phase) {
    case 'busy':
    case 'yielding':
      // The other side has the right to the line: its ENQ is a session like any other.
      if (byte === ENQ) openSession(draft);
      else take(draft, 1);
      return;
    case 'bidding':
      take(draft, 1);
      bidAnswered(draft, byte);
      return;
    default:
      take(draft, 1);
      frameAnswered(draft, byte);
  }
}

function bidAnswered(draft: Draft, byte: number): void {
  switch (byte) {
    case ACK:
      draft.phase = 'sending';
      sendFrame(draft);
      return;
    case NAK:
      stop(draft, 'ack');
      draft.phase = 'busy';
      draft.heldOff = true;
      start(draft, 'busy', draft.settings.busyRetryMs);
      return;
    case ENQ:
      // The instrument has priority: no answer to this ENQ, wait for its next (6.2.7.1).
      stop(draft, 'ack');
      tell(draft, 'LINK_CONTENTION', undefined, 0);
      draft.phase = 'yielding';
      start(draft, 'contention', draft.settings.contentionMs);
      return;
    default:
    // Other bytes are ignored while the answer to ENQ is awaited (6.5.2.1).
  }
}

/** Any answer but ACK and EOT counts as NAK (6.5.1.2); line ends and fill bytes are none. */
function frameAnswered(draft: Draft, byte: number): void {
  if (byte === ACK || byte === EOT) {
    // EOT: "received, please let me send" (6.3.5). We go on to the end of what we have, then leave the line.
    draft.interrupted ||= byte === EOT;
    draft.frameIndex += 1;
    draft.tries = 0;
    sendFrame(draft);
  } else if (byte === NAK || !isQuiet(byte)) {
    if (draft.tries >= draft.settings.maxTries) giveUp(draft, 'LINK_REFUSED');
    else sendFrame(draft);
  }
}

function sendFrame(draft: Draft): void {
  const frame = draft.frames[draft.frameIndex];
  if (frame === undefined) {
    finish(draft, (id) => ({ type: 'sent', id }));
    return;
  }
  draft.tries += 1;
  write(draft, frame);
  start(draft, 'ack', draft.settings.ackTimeoutMs);
}

/** End the session and keep the message for another try (6.5.1.2, 6.5.2.3). */
function giveUp(draft: Draft, reason: 'LINK_TIMEOUT' | 'LINK_REFUSED'): void {
  finish(draft, (id) => ({ type: 'sendFailed', id, reason }));
}

/** End the session; what is still to be sent is bid for at once, unless the other side asked for the line. */
function finish(draft: Draft, effect: (id: string) => LinkEffect): void {
  const [head, ...rest] = draft.outbox;
  const { interrupted, settings } = draft;
  stop(draft, 'ack');
  write(draft, Uint8Array.of(EOT));
  if (head !== undefined) draft.effects.push(effect(head.id));
  draft.outbox = rest;
  draft.frames = [];
  draft.frameIndex = 0;
  draft.tries = 0;
  draft.interrupted = false;
  if (interrupted || settings.framing === 'simplified') {
    draft.phase = 'resting';
    start(draft, 'contention', interrupted ? settings.ackTimeoutMs : eotAckMs);
  } else {
    bid(draft);
  }
}

/** A sender's timer ran out. */
export function senderTimer(draft: Draft, name: 'ack' | 'busy' | 'contention'): void {
  const { phase } = draft;
  if (name === 'ack') {
    if (phase === 'bidding' || phase === 'sending') giveUp(draft, 'LINK_TIMEOUT');
  } else if (name === 'busy') {
    draft.heldOff = false;
    if (phase === 'busy') bid(draft);
  } else if (phase === 'yielding' || phase === 'resting') {
    bid(draft);
  }
}
