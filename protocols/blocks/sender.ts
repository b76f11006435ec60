import { control } from '../control.ts';
import type { SendFailure } from '../wire.ts';
import { frameBlock } from './block.ts';
import { type Draft, type Queued, start, stop, tell } from './state.ts';

/** Writes the first block of what is to be sent and waits for its ACK. Something must not be on its way already. */
export function send(draft: Draft, id: string | null, texts: readonly Uint8Array[], tries = 1): void {
  const [first] = texts;
  if (first === undefined) {
    if (id !== null) draft.effects.push({ type: 'sent', id });
    return;
  }
  draft.outgoing = { id, texts, tries, waiting: 'ack' };
  draft.effects.push({ type: 'write', bytes: frameBlock(first, draft.settings.check) });
  start(draft, 'ack', draft.settings.ackTimeoutMs);
}

/** ACK or NAK came. Where nothing is on its way it means nothing. */
export function heard(draft: Draft, byte: number): void {
  const { outgoing } = draft;
  if (outgoing === null || outgoing.waiting !== 'ack') return;
  if (byte === control.NAK) {
    if (outgoing.tries >= draft.settings.maxTries) fail(draft, 'LINK_REFUSED');
    else send(draft, outgoing.id, outgoing.texts, outgoing.tries + 1);
    return;
  }
  stop(draft, 'ack');
  if (outgoing.id !== null && draft.settings.confirmsOrders && !isNothing(draft, outgoing.texts[0])) {
    draft.outgoing = { ...outgoing, waiting: 'word' };
    start(draft, 'reply', draft.settings.replyTimeoutMs);
  } else goOn(draft);
}

/** The analyzer's word on the order that was sent. */
export function worded(draft: Draft, accepted: boolean): void {
  if (draft.outgoing?.waiting !== 'word') return;
  stop(draft, 'reply');
  if (accepted) goOn(draft);
  else fail(draft, 'LINK_ORDERS_REFUSED');
}

/** The first block is taken: the next, or the end. */
function goOn(draft: Draft): void {
  const { outgoing } = draft;
  if (outgoing === null) return;
  draft.outgoing = null;
  const [, ...rest] = outgoing.texts;
  if (rest.length > 0) send(draft, outgoing.id, rest);
  else if (outgoing.id !== null) draft.effects.push({ type: 'sent', id: outgoing.id });
}

/** What is on its way is given up; nothing of it is sent again by itself. */
export function fail(draft: Draft, reason: SendFailure): void {
  const { outgoing } = draft;
  if (outgoing === null) return;
  draft.outgoing = null;
  stop(draft, 'ack');
  stop(draft, 'reply');
  if (outgoing.id !== null) draft.effects.push({ type: 'sendFailed', id: outgoing.id, reason });
}

/** The analyzer speaks where its answer was due: it did not hear us. */
export function yieldLine(draft: Draft): void {
  if (draft.outgoing?.waiting !== 'ack') return;
  tell(draft, 'LINK_CONTENTION');
  fail(draft, 'LINK_CONTENTION');
}

/** Answers the poll: the order that has waited longest, or that there is none. */
export function answerPoll(draft: Draft, takesOrders: boolean): void {
  const [next, ...rest] = takesOrders ? draft.queue : [];
  if (next !== undefined) {
    draft.queue = rest;
    send(draft, next.id, next.texts);
  } else if (draft.settings.nothing !== undefined) send(draft, null, [draft.settings.nothing]);
}

/** A message to send: the answer that is owed goes at once, an order waits for the poll. */
export function wantSend(draft: Draft, queued: Queued): void {
  const { owed, settings } = draft;
  const first = latin1.decode(queued.texts[0] ?? new Uint8Array(0));
  if (owed !== null && settings.answers(owed, first)) {
    draft.owed = null;
    stop(draft, 'reply');
    if (draft.outgoing === null) send(draft, queued.id, queued.texts);
    else draft.effects.push({ type: 'sendFailed', id: queued.id, reason: 'LINK_CONTENTION' });
  } else if (settings.nothing !== undefined) draft.queue = [...draft.queue, queued];
  else draft.effects.push({ type: 'sendFailed', id: queued.id, reason: 'LINK_ONE_WAY' });
}

const latin1 = new TextDecoder('latin1');

/** To "no order" the analyzer has no word. */
function isNothing(draft: Draft, text: Uint8Array | undefined): boolean {
  const { nothing } = draft.settings;
  return nothing !== undefined && text !== undefined && latin1.decode(text) === latin1.decode(nothing);
}
