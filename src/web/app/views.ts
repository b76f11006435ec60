import { type ComponentType, useEffect, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { ResultsPage } from '../pages/results/results-page.tsx';
import type { PageName } from './routes.ts';

/** Pages that come as files of their own, so that the first one does not wait for all of them. */
const files: Readonly<Partial<Record<PageName, () => Promise<ComponentType>>>> = {
  register: () => import('../pages/register/register-page.tsx').then((m) => m.RegisterPage),
  specimens: () => import('../pages/specimens/specimens-page.tsx').then((m) => m.SpecimensPage),
  analyzers: () => import('../pages/analyzers/analyzers-page.tsx').then((m) => m.AnalyzersPage),
  held: () => import('../pages/held/held-page.tsx').then((m) => m.HeldPage),
  deliveries: () => import('../pages/deliveries/deliveries-page.tsx').then((m) => m.DeliveriesPage),
  referrals: () => import('../pages/referrals/referrals-page.tsx').then((m) => m.ReferralsPage),
  statistics: () => import('../pages/statistics/statistics-page.tsx').then((m) => m.StatisticsPage),
  catalogue: () => import('../pages/catalogue/catalogue-page.tsx').then((m) => m.CataloguePage),
  users: () => import('../pages/users/users-page.tsx').then((m) => m.UsersPage),
  audit: () => import('../pages/audit/audit-page.tsx').then((m) => m.AuditPage),
  guide: () => import('../pages/guide/guide-page.tsx').then((m) => m.GuidePage),
};

const loaded = new Map<PageName, ComponentType>([['results', ResultsPage]]);
const loading = new Map<PageName, Promise<void>>();

/** Have a page's file read. Rejects when the server does not give it (a new version was installed meanwhile). */
export function loadView(page: PageName): Promise<void> {
  const begun = loading.get(page);
  if (begun !== undefined) return begun;
  const reading = (files[page]?.() ?? Promise.resolve(ResultsPage)).then(
    (view) => void loaded.set(page, view),
    () => {
      loading.delete(page);
      throw new ApiError(0, 'CONNECTION_LOST', 'The server does not answer');
    },
  );
  loading.set(page, reading);
  return reading;
}

/**
 * The page's component; undefined while its file is read, `error` when it was not to be had. React's own lazy components
 * hold what has come back for 300 ms so as not to flicker: too long for who waits for it.
 */
export function useView(page: PageName | undefined): {
  readonly View: ComponentType | undefined;
  readonly error: unknown;
} {
  const [, setRead] = useState(0);
  const [failed, setFailed] = useState<{ readonly page: PageName; readonly thrown: unknown }>();
  const View = page === undefined ? undefined : loaded.get(page);
  useEffect(() => {
    if (page === undefined || View !== undefined) return;
    loadView(page).then(
      () => setRead((before) => before + 1),
      (thrown: unknown) => setFailed({ page, thrown }),
    );
  }, [page, View]);
  return { View, error: failed?.page === page ? failed?.thrown : undefined };
}

/** Once the first page stands there, the others are read while nobody waits for them. */
export function useOtherViews(pages: readonly PageName[]): void {
  const wanted = pages.join(' ');
  useEffect(() => {
    const timer = setTimeout(async () => {
      for (const page of wanted.split(' ') as PageName[]) await loadView(page).catch(() => undefined);
    }, 1000);
    return () => clearTimeout(timer);
  }, [wanted]);
}
