import type { Session } from '../api/types.ts';

const element = 'session';

/** Who is signed in, as the server wrote it into the page; undefined where it did not (nobody, or a page of `vite dev`). */
export function sessionOfPage(): Session | undefined {
  const text = document.getElementById(element)?.textContent ?? '';
  return text === '' ? undefined : (JSON.parse(text) as Session);
}
