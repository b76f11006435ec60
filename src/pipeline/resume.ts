import type { Laboratory } from '../laboratory/context.ts';
import type { MessageDoc } from '../store/documents.ts';

/** How far back of the newest message one without outcome may lie: far more than a line may have waiting. */
const lookBack = 256;

/**
 * Messages of a line that were journalled and have no outcome yet, oldest first. A line processes in order and never
 * has more than a bounded number waiting, so only the newest need a look.
 */
export async function* unprocessed(lab: Laboratory, analyzer: string): AsyncGenerator<MessageDoc> {
  const newest = await lab.collections.messages
    .find({ analyzer }, { sort: { sequence: -1 }, limit: lookBack, projection: { _id: 1, direction: 1 } })
    .toArray();
  for (const { _id, direction } of newest.reverse()) {
    if (direction !== 'in') continue;
    const outcome = await lab.collections.outcomes.findOne({ _id }, { projection: { _id: 1 } });
    if (outcome !== null) continue;
    const message = await lab.collections.messages.findOne({ _id });
    if (message !== null) yield message;
  }
}
