import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useLiveEvents } from '../api/events.ts';
import { loadedRows, useWorklistChanges } from '../api/worklist.ts';
import { useWords } from '../i18n/i18n.ts';
import { listenToKeyboard } from '../keys/keyboard.ts';
import { offerScan } from '../keys/scan-target.ts';
import { useCommands } from '../keys/use-commands.ts';
import { ResultsPage } from '../pages/results/results-page.tsx';
import { isDialogOpen } from '../parts/dialog.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { CriticalBar } from './critical-bar.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { openTube } from './open-tube.ts';
import { goTo, type PageName, pages, pathOf, useRoute } from './routes.ts';
import { findTube, setSearch } from './search.ts';
import { useMay } from './session.ts';
import { lastUndo, Toasts } from './toasts.tsx';

const RegisterPage = lazy(() =>
  import('../pages/register/register-page.tsx').then((m) => ({ default: m.RegisterPage })),
);
const SpecimensPage = lazy(() =>
  import('../pages/specimens/specimens-page.tsx').then((m) => ({ default: m.SpecimensPage })),
);
const AnalyzersPage = lazy(() =>
  import('../pages/analyzers/analyzers-page.tsx').then((m) => ({ default: m.AnalyzersPage })),
);
const HeldPage = lazy(() => import('../pages/held/held-page.tsx').then((m) => ({ default: m.HeldPage })));
const DeliveriesPage = lazy(() =>
  import('../pages/deliveries/deliveries-page.tsx').then((m) => ({ default: m.DeliveriesPage })),
);
const CataloguePage = lazy(() =>
  import('../pages/catalogue/catalogue-page.tsx').then((m) => ({ default: m.CataloguePage })),
);
const ReferralsPage = lazy(() =>
  import('../pages/referrals/referrals-page.tsx').then((m) => ({ default: m.ReferralsPage })),
);
const StatisticsPage = lazy(() =>
  import('../pages/statistics/statistics-page.tsx').then((m) => ({ default: m.StatisticsPage })),
);
const UsersPage = lazy(() => import('../pages/users/users-page.tsx').then((m) => ({ default: m.UsersPage })));
const AuditPage = lazy(() => import('../pages/audit/audit-page.tsx').then((m) => ({ default: m.AuditPage })));
const GuidePage = lazy(() => import('../pages/guide/guide-page.tsx').then((m) => ({ default: m.GuidePage })));

const views: Readonly<Record<PageName, React.ComponentType>> = {
  results: ResultsPage,
  register: RegisterPage,
  specimens: SpecimensPage,
  analyzers: AnalyzersPage,
  held: HeldPage,
  deliveries: DeliveriesPage,
  referrals: ReferralsPage,
  statistics: StatisticsPage,
  catalogue: CataloguePage,
  users: UsersPage,
  audit: AuditPage,
  guide: GuidePage,
};

/** The frame around every page: navigation above, the laboratory's state below, keys and scanner everywhere. */
export function Workbench() {
  const { t } = useWords();
  const { page } = useRoute();
  const may = useMay();
  const [help, setHelp] = useState(false);
  useLiveEvents();
  useWorklistChanges();
  useScanner();
  useCommands([
    { combo: '?', label: 'help', run: () => setHelp(true) },
    { combo: 'U', label: 'undo', run: () => lastUndo()?.undo?.() },
  ]);
  const open = pages.filter(({ right }) => may(right));
  const allowed = open.some((each) => each.page === page) ? page : open[0]?.page;
  useEffect(() => {
    document.title = `${t(`nav.${allowed ?? 'results'}`)} · Cuvette`;
  }, [allowed, t]);
  const View = allowed === undefined ? undefined : views[allowed];
  return (
    <div className="workbench">
      <Header />
      <ConnectionBanner />
      <CriticalBar />
      <main className="page">
        <Suspense fallback={<p className="loading">{t('common.loading')}</p>}>
          {View !== undefined && <View />}
        </Suspense>
      </main>
      <Footer onHelp={() => setHelp(true)} />
      <Toasts />
      {help && <KeysDialog onClose={() => setHelp(false)} />}
    </div>
  );
}

function useScanner(): void {
  const queries = useQueryClient();
  useEffect(
    () =>
      listenToKeyboard({
        onScan: (text) => {
          if (offerScan(text)) return;
          setSearch('');
          if (!openTube(text, loadedRows(queries))) goTo(pathOf('results', text));
        },
        onText: (text) => {
          setSearch(text);
          document.querySelector<HTMLInputElement>('.search input')?.focus();
        },
        isAccession: (text) => {
          const known = loadedRows(queries).map((row) => row.accession);
          return findTube(text, known) === text;
        },
        isModal: isDialogOpen,
      }),
    [queries],
  );
}
