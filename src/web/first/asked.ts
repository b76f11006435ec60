/** How long an answer that was asked for before the workbench's code was there may stand in for a new one. */
const freshMs = 5000;

/** What a list is kept as that was read in part: everything of it is old, and read anew. */
export const inPart = 1;

interface Asked {
  readonly answer: Promise<string | undefined>;
  readonly at: number;
  /** Under which the page keeps it: then it is there when the page is drawn for the first time. */
  readonly key?: readonly string[] | undefined;
  text?: string | undefined;
}

const asked = new Map<string, Asked>();

/** Ask the server for what the page will want, while the browser still reads the page's code. */
export function askFirst(path: string, key?: readonly string[]): void {
  const question: Asked = { answer: read(path), at: performance.now(), key };
  asked.set(path, question);
  void question.answer.then((text) => {
    question.text = text;
  });
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

interface Kept {
  readonly key: readonly string[];
  readonly answer: unknown;
  readonly updatedAt: number;
}

/** What has come of that which the page keeps by a key; nobody else takes it any more. */
export function takeKept(): readonly Kept[] {
  const kept: Kept[] = [];
  for (const [path, { key, text, at }] of [...asked]) {
    if (key === undefined || text === undefined || performance.now() - at > freshMs) continue;
    asked.delete(path);
    const answer: unknown = JSON.parse(text);
    const list = typeof answer === 'object' && answer !== null && 'items' in answer && wholeLists.has(key[0] ?? '');
    const more = list && 'next' in answer && typeof answer.next === 'string';
    kept.push({ key, answer: list ? answer.items : answer, updatedAt: more ? inPart : Date.now() });
  }
  return kept;
}

/** Kept without the page they came in. */
const wholeLists: ReadonlySet<string> = new Set(['catalogue', 'analyzers', 'worklist']);

/** Resolves when everything that was asked first has been answered. */
export async function allAsked(): Promise<void> {
  await Promise.all([...asked.values()].map(({ answer }) => answer));
}
