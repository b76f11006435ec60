import { append } from '../bytes.ts';
import { control } from '../control.ts';
import { scanBlock, tailText } from './block.ts';
import { answerPoll, fail, heard, send, wantSend, worded, yieldLine } from './sender.ts';
import {
  type BlockInput,
  type BlockState,
  type BlockStep,
  type BlockTimer,
  type Draft,
  start,
  stop,
  take,
  tell,
} from './state.ts';

export { type BlockInput, type BlockState, createBlocks } from './state.ts';

const { STX, ETX, ETB, ENQ, ACK, NAK, EOT } = control;

/** Silence behind the proof of a block after which its last byte is not waited for. */
const tailMs = 300;

const latin1 = new TextDecoder('latin1');

/**
 * The host's end of a line on which each block (STX text ETX) is answered by ACK or NAK, as older analyzers do. Pure: a
 * record is acknowledged once it is committed, what waits behind it is not looked at before.
 */
export function step(state: BlockState, input: BlockInput): BlockStep {
  const draft: Draft = { ...state, effects: [] };
  act(draft, input);
  const { effects, ...next } = draft;
  return { state: next, effects };
}

function act(draft: Draft, input: BlockInput): void {
  switch (input.type) {
    case 'bytes':
      draft.inbox = append(draft.inbox, input.bytes);
      advance(draft);
      return;
    case 'committed':
      committed(draft);
      advance(draft);
      return;
    case 'refused':
      draft.committing = 'no';
      draft.owed = null;
      answer(draft, NAK);
      advance(draft);
      return;
    case 'send':
      wantSend(draft, { id: input.id, texts: input.messages });
      return;
    case 'timer':
      ranOut(draft, input.name);
      return;
    case 'disconnected':
      disconnected(draft);
      return;
    default:
      input satisfies never;
  }
}

function answer(draft: Draft, byte: number): void {
  draft.effects.push({ type: 'write', bytes: Uint8Array.of(byte) });
}

function committed(draft: Draft): void {
  const { committing, settings } = draft;
  if (committing === 'no') return;
  draft.committing = 'no';
  answer(draft, ACK);
  if (committing === 'record' && settings.thanks !== undefined) send(draft, null, [settings.thanks]);
  if (committing === 'query') start(draft, 'reply', settings.replyTimeoutMs);
}

/** Takes what stands at the head of the inbox, as long as nothing is being committed. */
function advance(draft: Draft): void {
  while (draft.committing === 'no' && draft.inbox.length > 0) {
    if (draft.inbox[0] === STX && !draft.skipping) {
      if (!takeBlock(draft)) return;
    } else takeByte(draft);
  }
  if (draft.inbox.length > draft.settings.maxBlock * 4) {
    // More than a few blocks behind one that is being committed: the analyzer does not wait for answers.
    tell(draft, 'LINK_OVERSIZE', `${draft.inbox.length} bytes waiting`);
    take(draft, draft.inbox.length);
  }
}

function takeByte(draft: Draft): void {
  const [byte = 0] = take(draft, 1);
  if (draft.skipping) {
    if (byte !== ETX && byte !== ETB && byte !== EOT && byte !== ENQ) return;
    draft.skipping = false;
    if (byte === ETX || byte === ETB) answer(draft, NAK);
  }
  if (byte === ACK || byte === NAK) heard(draft, byte);
  else if (byte === ENQ) answer(draft, ACK);
  else if (byte > 0x20 && !draft.noisy) {
    draft.noisy = true;
    tell(draft, 'LINK_NOISE');
  }
}

/** False while its end is waited for. */
function takeBlock(draft: Draft): boolean {
  draft.noisy = false;
  const { check, maxBlock, receiverTimeoutMs } = draft.settings;
  const found = scanBlock(draft.inbox, 0, check, draft.scanned);
  switch (found.type) {
    case 'open':
      if (draft.inbox.length <= maxBlock + 8) {
        draft.scanned = found.scanned;
        start(draft, 'receiver', receiverTimeoutMs);
        return false;
      }
      oversize(draft, draft.inbox.length);
      draft.skipping = true;
      return true;
    case 'tail':
      stop(draft, 'receiver');
      start(draft, 'tail', tailMs);
      return false;
    case 'broken':
      stop(draft, 'receiver');
      tell(draft, 'LINK_BROKEN_FRAME');
      take(draft, found.end);
      return true;
    case 'block':
      stop(draft, 'receiver');
      stop(draft, 'tail');
      if (!found.good) {
        tell(draft, 'LINK_CHECKSUM_MISMATCH');
        take(draft, found.end);
        answer(draft, NAK);
      } else if (found.text[1] - found.text[0] > maxBlock) {
        oversize(draft, found.end);
        answer(draft, NAK);
      } else received(draft, found.text, found.end);
      return true;
    default:
      return found satisfies never;
  }
}

function oversize(draft: Draft, count: number): void {
  stop(draft, 'receiver');
  tell(draft, 'LINK_OVERSIZE', `block over ${draft.settings.maxBlock} bytes`);
  take(draft, count);
}

/** A block is here whole. */
function received(draft: Draft, [from, to]: readonly [number, number], end: number): void {
  const raw = take(draft, end);
  const text = raw.subarray(from, to);
  const words = latin1.decode(text);
  const role = draft.settings.role(words);
  if (role !== 'accepted' && role !== 'rejected') yieldLine(draft);
  switch (role) {
    case 'record':
    case 'query':
      draft.committing = role;
      draft.owed = role === 'query' ? words : draft.owed;
      draft.effects.push({ type: 'deliver', raw, text, complete: true, faults: [] });
      return;
    case 'poll':
    case 'idlePoll':
      answer(draft, ACK);
      if (draft.outgoing === null) answerPoll(draft, role === 'poll');
      return;
    case 'accepted':
    case 'rejected':
      // the word may overtake the ACK of the order
      if (draft.outgoing?.waiting === 'ack') heard(draft, ACK);
      answer(draft, ACK);
      worded(draft, role === 'accepted');
      return;
    case 'mark':
      answer(draft, ACK);
      return;
    default:
      role satisfies never;
  }
}

function ranOut(draft: Draft, name: BlockTimer): void {
  switch (name) {
    case 'receiver':
      tell(draft, 'LINK_TIMEOUT');
      cutOff(draft);
      return;
    case 'tail': {
      const found = scanBlock(draft.inbox, 0, draft.settings.check);
      if (found.type === 'tail' && draft.committing === 'no') received(draft, tailText(draft.inbox, 0), found.end);
      advance(draft);
      return;
    }
    case 'ack':
      tell(draft, 'LINK_TIMEOUT');
      fail(draft, 'LINK_TIMEOUT');
      return;
    case 'reply':
      draft.owed = null;
      if (draft.outgoing?.waiting === 'word') fail(draft, 'LINK_TIMEOUT');
      return;
    default:
      name satisfies never;
  }
}

/** A block that stopped short is shown, and nothing of it joins what follows. */
function cutOff(draft: Draft): void {
  draft.skipping = false;
  if (draft.committing !== 'no' || draft.inbox[0] !== STX) return;
  const raw = take(draft, draft.inbox.length);
  if (raw.length < 3) return;
  const faults = [{ code: 'LINK_UNFINISHED', at: raw.length }] as const;
  draft.effects.push({ type: 'deliver', raw, text: raw.subarray(1), complete: false, faults });
}

function disconnected(draft: Draft): void {
  for (const name of ['receiver', 'tail', 'ack', 'reply'] as const) stop(draft, name);
  draft.committing = 'no';
  draft.owed = null;
  fail(draft, 'LINK_DISCONNECTED');
  for (const { id } of draft.queue) draft.effects.push({ type: 'sendFailed', id, reason: 'LINK_DISCONNECTED' });
  draft.queue = [];
  cutOff(draft);
  take(draft, draft.inbox.length);
}
