/** How long an answer that was asked for before the workbench's code was there may stand in for a new one. */
const freshMs = 5000;

interface Asked {
  readonly answer: Promise<string | undefined>;
  readonly at: number;
}

const asked = new Map<string, Asked>();

/** Ask the server for what the page will want, while the browser still reads the page's code. */
export function askFirst(path: string): void {
  asked.set(path, { answer: read(path), at: performance.now() });
}

/** What went wrong is not this one's to tell: the page asks again, as if nothing had been asked. */
async function read(path: string): Promise<string | undefined> {
  try {
    const response = await fetch(path, { credentials: 'same-origin' });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The body of the answer to what was asked first, for one taker; undefined where it was not asked, failed, or was asked
 * too long ago.
 */
export async function takeAsked(path: string): Promise<string | undefined> {
  const found = asked.get(path);
  asked.delete(path);
  return found === undefined || performance.now() - found.at > freshMs ? undefined : found.answer;
}

/** Resolves when everything that was asked first has been answered. */
export async function allAsked(): Promise<void> {
  await Promise.all([...asked.values()].map(({ answer }) => answer));
}
