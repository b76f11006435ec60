import type { ComponentType } from 'react';
import { ApiError } from '../api/client.ts';
import type { PageName } from './addresses.ts';

/** Each page is a file of its own: who opens one does not wait for the others. */
const files: Readonly<Record<PageName, () => Promise<ComponentType>>> = {
  results: () => import('../pages/results/results-page.tsx').then((m) => m.ResultsPage),
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
  check: () => import('../pages/check/check-page.tsx').then((m) => m.CheckPage),
  guide: () => import('../pages/guide/guide-page.tsx').then((m) => m.GuidePage),
};

const loaded = new Map<PageName, ComponentType>();
const loading = new Map<PageName, Promise<void>>();

/** The page's component where its file was read. */
export const viewOf = (page: PageName): ComponentType | undefined => loaded.get(page);

/** Have a page's file read. Rejects when the server does not give it (a new version was installed meanwhile). */
export function loadView(page: PageName): Promise<void> {
  const begun = loading.get(page);
  if (begun !== undefined) return begun;
  const reading = files[page]().then(
    (view) => void loaded.set(page, view),
    () => {
      loading.delete(page);
      throw new ApiError(0, 'CONNECTION_LOST', 'The server does not answer');
    },
  );
  loading.set(page, reading);
  return reading;
}
