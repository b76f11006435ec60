import { setTimeout as pause } from 'node:timers/promises';

/** How long a condition may take on a busy machine. */
const deadlineMs = 40_000;
const everyMs = 25;

/** Ask again until there is an answer (not null, undefined or false). Rejects with what was waited for. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  withinMs = deadlineMs,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer as NonNullable<Exclude<T, false>>;
    if (Date.now() > end) throw new Error(`did not happen within ${withinMs} ms: ${what}`);
    await pause(everyMs);
  }
}
