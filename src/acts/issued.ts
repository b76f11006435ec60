import type { Laboratory } from '../laboratory/context.ts';
import { inTurn } from './turn.ts';

const counter = 'issued';

/**
 * Take the next instant of issue and write under it, one after the other over the whole laboratory: whoever reads what
 * was issued since an instant, and has seen one, never misses an earlier one that comes to light later. The instant is
 * the clock's, or one millisecond after the last where the clock stands or goes back.
 */
export function withNextIssued<T>(lab: Laboratory, write: (issued: string) => Promise<T>): Promise<T> {
  return inTurn(lab.collections.counters, counter, async () => write(await nextIssued(lab)));
}

async function nextIssued(lab: Laboratory): Promise<string> {
  const { counters } = lab.collections;
  await counters.updateOne({ _id: counter }, { $setOnInsert: { value: 0 } }, { upsert: true });
  for (;;) {
    const last = (await counters.findOne({ _id: counter }))?.value ?? 0;
    const next = Math.max(lab.now(), last + 1);
    const taken = await counters.updateOne({ _id: counter, value: last }, { $set: { value: next } });
    if (taken.modifiedCount === 1) return new Date(next).toISOString();
  }
}
