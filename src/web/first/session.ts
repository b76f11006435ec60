import type { Session } from '../api/types.ts';

const element = 'session';

/** Where the server's events stood when it wrote the page, for one taker; undefined where it did not say. */
export function takeEventMark(): string | undefined {
  const written = document.getElementById(element);
  const mark = written?.dataset.events;
  if (written !== null) delete written.dataset.events;
  return mark;
}

/** Who is signed in, as the server wrote it into the page; undefined where it did not (nobody, or a page of `vite dev`). */
export function sessionOfPage(): Session | undefined {
  const text = document.getElementById(element)?.textContent ?? '';
  return text === '' ? undefined : (JSON.parse(text) as Session);
}
