import { control } from '../control.ts';
import { following } from './frame.ts';
import type { Draft, LinkEffect } from './link.ts';
import { frameMessage } from './write.ts';

const { ENQ, ACK, NAK, EOT } = control;

/** Ask for the line when something waits to be sent (LIS01-A2 6.2.2). */
export function bid(draft: Draft): void {
  const { outbox, settings } = draft.state;
  const head = outbox[0];
  if (head === undefined) {
    draft.state = { ...draft.state, phase: 'idle' };
    return;
  }
  draft.state = {
    ...draft.state,
    phase: 'bidding',
    frames: framesOf(head.messages, settings.sendFrame),
    frameIndex: 0,
    tries: 0,
    interrupted: false,
  };
  write(draft, Uint8Array.of(ENQ));
  start(draft, 'ack', settings.ackTimeoutMs);
}

/** Frame numbers go on across the messages of a session. */
function framesOf(messages: readonly Uint8Array[], size: number): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let first = 1;
  for (const message of messages) {
    const made = frameMessage(message, { first, size });
    frames.push(...made);
    for (let count = 0; count < made.length; count += 1) first = following(first);
  }
  return frames;
}

/** Take one byte that came while we ask or send. */
export function answered(draft: Draft): void {
  const byte = draft.state.inbox[0] ?? 0;
  const { phase } = draft.state;
  if (phase === 'busy' || phase === 'yielding') {
    // The other side has the right to the line: its ENQ is a session like any other.
    if (byte === ENQ) {
      stop(draft, phase === 'busy' ? 'busy' : 'contention');
      draft.state = { ...draft.state, phase: 'idle' };
      return;
    }
    drop(draft);
    return;
  }
  drop(draft);
  if (phase === 'bidding') bidAnswered(draft, byte);
  else frameAnswered(draft, byte);
}

function bidAnswered(draft: Draft, byte: number): void {
  const { settings } = draft.state;
  switch (byte) {
    case ACK:
      draft.state = { ...draft.state, phase: 'sending', frameIndex: 0, tries: 0 };
      sendFrame(draft);
      return;
    case NAK:
      stop(draft, 'ack');
      draft.state = { ...draft.state, phase: 'busy' };
      start(draft, 'busy', settings.busyRetryMs);
      return;
    case ENQ:
      // The instrument has priority: no answer to this ENQ, wait for its next (6.2.7.1).
      stop(draft, 'ack');
      draft.effects.push({ type: 'fault', fault: { code: 'LINK_CONTENTION', at: 0 } });
      draft.state = { ...draft.state, phase: 'yielding' };
      start(draft, 'contention', settings.contentionMs);
      return;
    default:
    // Other bytes are ignored while the answer to ENQ is awaited (6.5.2.1).
  }
}

function frameAnswered(draft: Draft, byte: number): void {
  if (byte === ACK) {
    draft.state = { ...draft.state, frameIndex: draft.state.frameIndex + 1, tries: 0 };
    sendFrame(draft);
  } else if (byte === EOT) {
    // "Received, please let me send" (6.3.5): go on to the end of what we have, then leave the line to the other.
    draft.state = { ...draft.state, frameIndex: draft.state.frameIndex + 1, tries: 0, interrupted: true };
    sendFrame(draft);
  } else if (draft.state.tries >= draft.state.settings.maxTries) {
    giveUp(draft, 'LINK_REFUSED');
  } else {
    sendFrame(draft);
  }
}

function sendFrame(draft: Draft): void {
  const { frames, frameIndex, settings } = draft.state;
  const frame = frames[frameIndex];
  if (frame === undefined) {
    finish(draft, (id) => ({ type: 'sent', id }));
    return;
  }
  draft.state = { ...draft.state, tries: draft.state.tries + 1 };
  write(draft, frame);
  start(draft, 'ack', settings.ackTimeoutMs);
}

function giveUp(draft: Draft, reason: 'LINK_TIMEOUT' | 'LINK_REFUSED'): void {
  finish(draft, (id) => ({ type: 'sendFailed', id, reason }));
}

/** End the session; what is still to be sent is bid for at once, unless the other side asked for the line. */
function finish(draft: Draft, effect: (id: string) => LinkEffect): void {
  const [head, ...rest] = draft.state.outbox;
  const { interrupted, settings } = draft.state;
  stop(draft, 'ack');
  write(draft, Uint8Array.of(EOT));
  if (head !== undefined) draft.effects.push(effect(head.id));
  draft.state = {
    ...draft.state,
    phase: 'idle',
    outbox: rest,
    frames: [],
    frameIndex: 0,
    tries: 0,
    interrupted: false,
  };
  if (interrupted) {
    draft.state = { ...draft.state, phase: 'resting' };
    start(draft, 'contention', settings.ackTimeoutMs);
  } else if (rest.length > 0) {
    bid(draft);
  }
}

/** A sender's timer ran out. */
export function senderTimer(draft: Draft, name: 'ack' | 'busy' | 'contention'): void {
  const { phase } = draft.state;
  if (name === 'ack' && (phase === 'bidding' || phase === 'sending')) giveUp(draft, 'LINK_TIMEOUT');
  else if (name === 'busy' && phase === 'busy') bid(draft);
  else if (name === 'contention' && (phase === 'yielding' || phase === 'resting')) bid(draft);
}

function drop(draft: Draft): void {
  draft.state = { ...draft.state, inbox: draft.state.inbox.subarray(1) };
}

function write(draft: Draft, bytes: Uint8Array): void {
  draft.effects.push({ type: 'write', bytes });
}

function start(draft: Draft, name: 'ack' | 'busy' | 'contention', ms: number): void {
  draft.effects.push({ type: 'startTimer', name, ms });
}

function stop(draft: Draft, name: 'ack' | 'busy' | 'contention'): void {
  draft.effects.push({ type: 'stopTimer', name });
}
