import { control } from '../control.ts';
import { clearMessage, type Draft, keep, start, stop, take, write } from './state.ts';

/** The ENQ at the head of the inbox opens a session: the line is theirs. */
export function openSession(draft: Draft): void {
  if (draft.phase === 'resting' || draft.phase === 'yielding') stop(draft, 'contention');
  clearMessage(draft);
  keep(draft, take(draft, 1));
  draft.phase = 'receiving';
  draft.accepted = null;
  draft.recent = [];
  draft.noisy = false;
  answer(draft, control.ACK);
}

/** Answer what came; the other side has its 30 s for the next frame (LIS01-A2 6.5.2.4). */
export function answer(draft: Draft, byte: number): void {
  write(draft, Uint8Array.of(byte));
  start(draft, 'receiver', draft.settings.receiverTimeoutMs);
}
