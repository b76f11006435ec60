import type { Laboratory } from '../laboratory/context.ts';
import type { Pipeline } from './pipeline.ts';
import { durationMs } from './times.ts';

/**
 * A specimen was registered: what came for it before is filed by itself, as long as it came within the line's window.
 * Older results are a person's decision: an accession may have been used before.
 */
export async function fileRegistered(
  lab: Laboratory,
  pipeline: Pick<Pipeline, 'replay'>,
  accession: string,
): Promise<void> {
  const waiting = await lab.collections.held.find({ accession, state: 'open' }).toArray();
  const messages = new Set<string>();
  for (const item of waiting) {
    if (item.reason !== 'SPECIMEN_ACCESSION_UNKNOWN') continue;
    const line = lab.config.analyzers.find((each) => each.id === item.analyzer);
    if (line === undefined || line.specimenId === 'dayNumber') continue;
    if (Date.parse(item.at) + durationMs(line.heldWindow) < lab.now()) continue;
    messages.add(item.message);
  }
  for (const message of messages) await pipeline.replay(message);
}
