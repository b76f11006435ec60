import { readLine } from './prefix.ts';

/**
 * The lines of a log by who spoke, without what the log put before them. A line that says nothing of its speaker goes
 * on with the one before; blank lines are the log's own.
 */
export function streamsOf(lines: readonly string[]): readonly (readonly string[])[] {
  const streams = { analyzer: [] as string[], host: [] as string[], nobody: [] as string[] };
  let current: keyof typeof streams = 'nobody';
  for (const line of lines) {
    const { payload, speaker } = readLine(line);
    if (speaker !== null) current = speaker;
    if (payload.trim() !== '') streams[current].push(payload);
  }
  return Object.values(streams).filter((stream) => stream.length > 0);
}
