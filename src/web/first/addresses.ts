import type { Right } from '../../api/rights.ts';

/** The pages, in the order of the navigation, with the right each needs; guide and check are reached from the person's menu. */
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
  { page: 'check', right: 'events.read' },
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

/** The pages a person may open. */
export const openPages = (rights: readonly string[]): readonly PageName[] =>
  pages.filter(({ right }) => rights.includes(right)).map(({ page }) => page);

/** The page that is shown where one is asked for: the first open one instead of one that is not. */
export function shownPage(asked: PageName, rights: readonly string[]): PageName | undefined {
  const open = openPages(rights);
  return open.includes(asked) ? asked : open[0];
}
