import { useSyncExternalStore } from 'react';
import { type PageName, type Route, readRoute } from '../first/addresses.ts';

/** A dot would make the server look for a file, so it is written as %2E. */
const piece = (text: string): string => encodeURIComponent(text).replaceAll('.', '%2E');

export function pathOf(page: PageName, of?: string, and?: string, query?: Readonly<Record<string, string>>): string {
  const path = `/${[page, of, and]
    .filter((each) => each !== undefined)
    .map(piece)
    .join('/')}`;
  const search = new URLSearchParams(query).toString();
  return search === '' ? path : `${path}?${search}`;
}

const listeners = new Set<() => void>();
let key = '';
let current: Route | undefined;

function now(): Route {
  const here = `${location.pathname}${location.search}`;
  if (current === undefined || here !== key) {
    key = here;
    current = readRoute(location.pathname, location.search);
  }
  return current;
}

/** Go to a page. `replace` for moves within one page, which Back should not step through one by one. */
export function goTo(path: string, replace = false): void {
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  for (const tell of listeners) tell();
}

export const routeNow = now;

export function useRoute(): Route {
  return useSyncExternalStore((tell) => {
    listeners.add(tell);
    window.addEventListener('popstate', tell);
    return () => {
      listeners.delete(tell);
      window.removeEventListener('popstate', tell);
    };
  }, now);
}
