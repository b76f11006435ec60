import type { Laboratory } from '../../laboratory/context.ts';

/** Tells open event streams that a session ended, so that they end with it at once. */
export interface SessionEnds {
  emit(session: string): void;
  /** Returns how to stop listening. */
  on(session: string, ended: () => void): () => void;
}

const endsOf = new WeakMap<Laboratory, SessionEnds>();

/** The one hub of a laboratory in this process. */
export function sessionEnds(lab: Laboratory): SessionEnds {
  const known = endsOf.get(lab);
  if (known !== undefined) return known;
  const listeners = new Map<string, Set<() => void>>();
  const hub: SessionEnds = {
    emit(session) {
      for (const ended of [...(listeners.get(session) ?? [])]) ended();
    },
    on(session, ended) {
      const waiting = listeners.get(session) ?? new Set();
      listeners.set(session, waiting.add(ended));
      return () => {
        waiting.delete(ended);
        if (waiting.size === 0) listeners.delete(session);
      };
    },
  };
  endsOf.set(lab, hub);
  return hub;
}
