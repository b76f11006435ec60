import { append } from '../bytes.ts';
import type { Fault } from '../wire.ts';
import { untouched } from './frame.ts';
import type { LinkEffect, LinkState, TimerName } from './link.ts';

/** The state while one step works on it, and what the step has to say. Internal to the machine. */
export type Draft = { -readonly [Key in keyof LinkState]: LinkState[Key] } & {
  effects: LinkEffect[];
  /** Faults told in this step. */
  told: number;
};

/** Garbage must not become a flood of events. */
const mostToldInOneStep = 50;
const mostKeptWithMessage = 100;
const nothing = new Uint8Array(0);

export function openDraft(state: LinkState): Draft {
  return { ...state, effects: [], told: 0 };
}

export function write(draft: Draft, bytes: Uint8Array): void {
  draft.effects.push({ type: 'write', bytes });
}

export function start(draft: Draft, name: TimerName, ms: number): void {
  draft.effects.push({ type: 'startTimer', name, ms });
}

export function stop(draft: Draft, name: TimerName): void {
  draft.effects.push({ type: 'stopTimer', name });
}

/** Tell a fault now, and keep it with the message in whose making it happened. */
export function tell(draft: Draft, code: Fault['code'], detail?: string, at = draft.raw.length): void {
  const fault: Fault = { code, at, ...(detail === undefined ? {} : { detail }) };
  if (draft.told < mostToldInOneStep) draft.effects.push({ type: 'fault', fault });
  draft.told += 1;
  if (draft.phase === 'receiving' && draft.faults.length < mostKeptWithMessage) draft.faults = [...draft.faults, fault];
}

/** Take bytes off the inbox. */
export function take(draft: Draft, count: number): Uint8Array {
  const taken = draft.inbox.subarray(0, count);
  draft.inbox = draft.inbox.subarray(count);
  draft.progress = untouched;
  closeTail(draft);
  return taken;
}

/** Keep bytes with the message in the making. */
export function keep(draft: Draft, bytes: Uint8Array): void {
  draft.raw = append(draft.raw, bytes);
}

/** Keep bytes that are no accepted frame, so that a person can see them; not without end. */
export function keepRefused(draft: Draft, bytes: Uint8Array): boolean {
  if (draft.refusedLength + bytes.length > draft.settings.maxMessage) return false;
  draft.refusedLength += bytes.length;
  keep(draft, bytes);
  return true;
}

/** Silence is waited for to tell what the bytes so far mean. */
export function openTail(draft: Draft, ms: number): void {
  draft.tailOpen = true;
  start(draft, 'frameTail', ms);
}

export function closeTail(draft: Draft): void {
  if (!draft.tailOpen) return;
  draft.tailOpen = false;
  stop(draft, 'frameTail');
}

/** Hand over the message in the making. */
export function deliver(draft: Draft, complete: boolean): void {
  draft.delivery += 1;
  draft.effects.push({
    type: 'deliver',
    delivery: draft.delivery,
    raw: complete ? without(draft.raw, draft.strays) : draft.raw.slice(),
    text: draft.text.slice(),
    complete,
    faults: draft.faults,
  });
}

/** Without the frames that are there twice. What was refused and never came again stays, and the decoder sees the hole. */
function without(bytes: Uint8Array, strays: LinkState['strays']): Uint8Array {
  let kept: Uint8Array = nothing;
  let from = 0;
  for (const { start, end, taken } of strays) {
    if (!taken) continue;
    kept = append(kept, bytes.subarray(from, start));
    from = end;
  }
  return append(kept, bytes.subarray(from)).slice();
}

export function clearMessage(draft: Draft): void {
  draft.raw = nothing;
  draft.refusedLength = 0;
  draft.strays = [];
  draft.anyFrame = false;
  draft.text = nothing;
  draft.faults = [];
}

/** A message that will not be finished is shown to a person; it is not acknowledged and gives no observation. */
export function leaveUnfinished(draft: Draft): void {
  if (draft.anyFrame) {
    const ended: Fault = { code: 'LINK_UNFINISHED', at: draft.raw.length };
    draft.faults = [...draft.faults, ended];
    deliver(draft, false);
  }
  clearMessage(draft);
}
