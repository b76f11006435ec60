/** How long an answer that was asked for before the workbench's code was there may stand in for a new one. */
const freshMs = 5000;

const asked = new Map<string, { readonly answer: Promise<Response>; readonly at: number }>();

/** Ask the server for what the page will want, while the browser still reads the page's code. */
export function askFirst(path: string): void {
  const answer = fetch(path, { credentials: 'same-origin' });
  // Who takes it hears of the failure; nobody else has to.
  answer.catch(() => undefined);
  asked.set(path, { answer, at: performance.now() });
}

/** The answer to what was asked first, once; undefined where it was not asked, or too long ago. */
export function takeAsked(path: string): Promise<Response> | undefined {
  const found = asked.get(path);
  if (found === undefined) return undefined;
  asked.delete(path);
  return performance.now() - found.at < freshMs ? found.answer : undefined;
}

/** Resolves when everything that was asked first has been answered. */
export async function allAsked(): Promise<void> {
  await Promise.allSettled([...asked.values()].map(({ answer }) => answer));
}
