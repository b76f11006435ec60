/** What a line is doing (contract.md, analyzer). */
export type LineState = 'down' | 'up' | 'talking' | 'silent' | 'failing';

/** What is known of a line's traffic; instants in epoch milliseconds. */
export interface Traffic {
  readonly channels: number;
  readonly connectedAt: number | null;
  readonly lastBytesAt: number | null;
  /** Last arrival that was taken in. */
  readonly lastReceivedAt: number | null;
  /** Last arrival, frame or sending that was refused or broken. */
  readonly lastFailureAt: number | null;
  /** Longest silence between the latest arrivals; null until there were some. */
  readonly rhythmMs: number | null;
}

const talkingMs = 5_000;
/** A failure is shown until something good comes, and not longer than this. */
const failingMs = 10 * 60_000;
/** A line is silent when it missed its rhythm by this factor, and not before this time. */
const rhythmFactor = 3;
const shortestRhythmMs = 15 * 60_000;

/** State at an instant. */
export function lineState(traffic: Traffic, now: number): LineState {
  if (traffic.channels === 0) return 'down';
  const failed = traffic.lastFailureAt !== null && now - traffic.lastFailureAt < failingMs;
  if (failed && (traffic.lastReceivedAt === null || traffic.lastReceivedAt < (traffic.lastFailureAt ?? 0)))
    return 'failing';
  if (traffic.lastBytesAt !== null && now - traffic.lastBytesAt < talkingMs) return 'talking';
  return isSilent(traffic, now) ? 'silent' : 'up';
}

function isSilent(traffic: Traffic, now: number): boolean {
  const { rhythmMs, lastReceivedAt, connectedAt } = traffic;
  if (rhythmMs === null || lastReceivedAt === null) return false;
  const since = now - Math.max(lastReceivedAt, connectedAt ?? 0);
  return since > Math.max(rhythmMs * rhythmFactor, shortestRhythmMs);
}

/** How many gaps between arrivals make up the rhythm. */
const gapsKept = 20;
const gapsNeeded = 5;

/**
 * The line's own rhythm, from its latest arrivals.
 * @param earlier instants before this start, oldest first
 */
export function createRhythm(earlier: readonly number[] = []): {
  arrived(at: number): void;
  longestMs(): number | null;
} {
  const gaps: number[] = [];
  let last: number | null = null;
  const arrived = (at: number): void => {
    if (last !== null) gaps.push(at - last);
    if (gaps.length > gapsKept) gaps.shift();
    last = at;
  };
  for (const at of earlier) arrived(at);
  return {
    arrived,
    longestMs: () => (gaps.length < gapsNeeded ? null : Math.max(...gaps)),
  };
}
