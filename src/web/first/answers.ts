import type { Right } from '../../api/rights.ts';
import { address, seg } from '../api/client.ts';
import { type PageName, type Route, readRoute, shownPage } from './addresses.ts';
import { askFirst } from './asked.ts';
import { sessionOfPage } from './session.ts';
import { loadView } from './views.ts';

/** `key`: under which a page keeps the answer (api/queries.ts), where it need not be asked again at once. */
type Ask = readonly [right: Right, path: string, key?: readonly string[]];

const catalogue = (kind: string): Ask => [
  'catalogue.read',
  address(`/api/catalogue/${kind}`, { limit: 1000 }),
  ['catalogue', kind],
];
const specimen = (accession: string): Ask => [
  'specimens.read',
  `/api/specimens/${seg(accession)}`,
  ['specimen', accession],
];
const lines: Ask = ['analyzers.read', '/api/analyzers?limit=1000', ['analyzers']];
const activity: Ask = ['analyzers.read', '/api/analyzers/activity'];
const criticals: Ask = ['criticals.read', '/api/criticals?state=open&limit=200', ['criticals']];

/** What each page asks the server for when it is opened, word for word: what is not taken up was asked for nothing. */
const asks: Readonly<Partial<Record<PageName, (route: Route) => readonly Ask[]>>> = {
  results: ({ of }) => [
    ...(of === undefined ? [] : [specimen(of)]),
    ['worklist.read', '/api/worklist?limit=100&brief=true', ['worklist']],
    catalogue('analytes'),
    catalogue('sections'),
    lines,
    ...(of === undefined
      ? []
      : ([['results.read', '/api/verification-blocks?limit=1000', ['catalogue', 'verification-blocks']]] as const)),
  ],
  register: () => [catalogue('panels'), catalogue('analytes')],
  specimens: ({ of, query }) => {
    if (query.get('view') === 'storage') {
      const rack = query.get('rack');
      const places: Ask = ['storage.read', address('/api/storage', { rack: rack ?? '', limit: 1000 })];
      return [['storage.read', '/api/storage/racks?limit=500'], ...(rack === null ? [] : [places])];
    }
    return of === undefined
      ? []
      : [specimen(of), ['specimens.timeline', `/api/specimens/${seg(of)}/timeline`], catalogue('rejection-reasons')];
  },
  analyzers: ({ of, and, query }) => [
    lines,
    activity,
    ...(of === undefined ? [] : ([['messages.read', `/api/analyzers/${seg(of)}/messages?limit=100`]] as const)),
    ...(and === undefined ? [] : ([['messages.read', `/api/messages/${seg(and)}`]] as const)),
    ...(of !== undefined && query.get('view') === 'mapping'
      ? [
          [
            'catalogue.read',
            address('/api/catalogue/mappings', { analyzer: of, limit: 1000 }),
            ['catalogue', 'mappings', of],
          ] as const,
          catalogue('analytes'),
        ]
      : []),
  ],
  held: () => [['held.read', '/api/held?limit=1000', ['held']], lines],
  deliveries: () => [
    ['recipients.read', '/api/recipients?limit=1000'],
    ['deliveries.read', '/api/deliveries?state=parked&limit=1000'],
    ['deliveries.read', '/api/deliveries?limit=100'],
  ],
  referrals: () => [
    ['referrals.read', '/api/referrals?limit=100'],
    ['results.read', '/api/external?limit=50'],
  ],
  catalogue: ({ of = 'analytes' }) => [catalogue(of)],
  users: () => [['users.manage', '/api/users?limit=1000'], catalogue('sections')],
  audit: ({ query }) => (query.size === 0 ? [['audit.read', '/api/audit?limit=100']] : []),
  guide: () => [['events.read', '/api/guide']],
};

/**
 * Asks for the page's file and its first answers at once, as soon as the browser has these few lines: not one after the
 * other when the whole code has come. Asks nothing where nobody is signed in.
 */
export function askForPage(): void {
  const session = sessionOfPage();
  if (session === undefined) return;
  const route = readRoute(location.pathname, location.search);
  const page = shownPage(route.page, session.rights);
  if (page === undefined) return;
  // What fails here is told by the page itself.
  loadView(page).catch(() => undefined);
  const wanted = page === route.page ? (asks[page]?.(route) ?? []) : [];
  for (const [right, path, key] of [...wanted, criticals]) if (session.rights.includes(right)) askFirst(path, key);
}
