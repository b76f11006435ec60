import { isLisError } from '../../errors.ts';
import type { Laboratory } from '../../laboratory/context.ts';

export interface SigningLoop {
  close(): Promise<void>;
}

const everyMs = 1_000;

/** Sign what was released, now and from now on, also what a crash left; what can't be signed yet is tried again. */
export function startSigning(lab: Laboratory, papers: { signDue(): Promise<number> }): SigningLoop {
  if (lab.config.signing === undefined || lab.config.signing.keys.length === 0) return { close: async () => undefined };
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let again = false;

  const sweep = async (): Promise<void> => {
    try {
      const left = await papers.signDue();
      if (left > 0) later();
    } catch (thrown) {
      if (!closed || !isLisError(thrown, 'STORE_UNAVAILABLE'))
        lab.log.error({ err: thrown }, 'reports could not be signed');
      later();
    }
  };
  function later(): void {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(wake, everyMs);
  }
  function wake(): void {
    if (closed) return;
    if (running !== null) {
      again = true;
      return;
    }
    running = sweep().finally(() => {
      running = null;
      if (again) {
        again = false;
        wake();
      }
    });
  }
  const stop = lab.events.on((event) => {
    if (event.type === 'report') wake();
  });
  wake();
  return {
    async close() {
      closed = true;
      stop();
      clearTimeout(timer);
      await running;
    },
  };
}
