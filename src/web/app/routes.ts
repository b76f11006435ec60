import { useSyncExternalStore } from 'react';
import type { Right } from '../../api/rights.ts';

/** The pages, in the order of the navigation, with the right each needs; the guide is reached from elsewhere. */
export const pages = [
  { page: 'results', right: 'worklist.read' },
  { page: 'register', right: 'specimens.register' },
  { page: 'specimens', right: 'specimens.receive' },
  { page: 'analyzers', right: 'analyzers.read' },
  { page: 'held', right: 'held.read' },
  { page: 'deliveries', right: 'deliveries.read' },
  { page: 'referrals', right: 'referrals.read' },
  { page: 'statistics', right: 'statistics.read' },
  { page: 'catalogue', right: 'catalogue.read' },
  { page: 'users', right: 'users.manage' },
  { page: 'audit', right: 'audit.read' },
  { page: 'guide', right: 'events.read' },
] as const satisfies readonly { readonly page: string; readonly right: Right }[];

export type PageName = (typeof pages)[number]['page'];

export interface Route {
  readonly page: PageName;
  /** What of the page: an accession, an analyzer, a kind of catalogue entry. */
  readonly of: string | undefined;
  /** What within that: a message. */
  readonly and: string | undefined;
  readonly query: URLSearchParams;
}

const isPage = (name: string): name is PageName => pages.some((each) => each.page === name);

/** `/analyzers/xn-1/xn-1-0000000042` and the like; what is not a page is the worklist. */
export function readRoute(path: string, search: string): Route {
  const [name = '', of, and] = path
    .split('/')
    .filter((piece) => piece !== '')
    .map(decode);
  return { page: isPage(name) ? name : 'results', of, and, query: new URLSearchParams(search) };
}

function decode(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}

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
