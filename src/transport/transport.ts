/** One open way to an analyzer: a TCP connection or an open serial port. */
export interface Channel {
  /** Who is at the other end, for people: `10.0.0.7:51234`, `/dev/ttyUSB0`. */
  readonly remote: string;
  write(bytes: Uint8Array): void;
  /** Stop reading until `resume`: what comes meanwhile waits at the other end. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** What a transport tells its line. */
export interface TransportListener {
  onUp(channel: Channel): void;
  onBytes(channel: Channel, bytes: Uint8Array): void;
  onDown(channel: Channel): void;
  /** It could not be opened, or someone was turned away; tried again at `retryAt` (epoch ms) where given. */
  onTrouble(trouble: { readonly code: string; readonly detail: string; readonly retryAt?: number }): void;
}

export interface Transport {
  /** Address it is bound to or dials, for people. */
  readonly address: () => string;
  close(): Promise<void>;
}

/** First wait before trying again, and the longest (contract.md: at most 5 s apart). */
const firstWaitMs = 500;
const longestWaitMs = 4_500;

/** Growing waits with jitter, so that lines that fell together do not all come back in one instant. */
export function createBackoff(random: () => number = Math.random): { next(): number; reset(): void } {
  let wait = firstWaitMs;
  return {
    next() {
      const jittered = wait * (0.8 + random() * 0.4);
      wait = Math.min(wait * 2, longestWaitMs / 1.2);
      return Math.round(Math.min(jittered, longestWaitMs));
    },
    reset() {
      wait = firstWaitMs;
    },
  };
}

/** What the system said, in one line. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
