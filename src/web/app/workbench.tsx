import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useState } from 'react';
import { useLiveEvents } from '../api/events.ts';
import { loadedRows, useWorklistChanges } from '../api/worklist.ts';
import { openPages, shownPage } from '../first/addresses.ts';
import { useWords } from '../i18n/i18n.ts';
import { listenToKeyboard } from '../keys/keyboard.ts';
import { offerScan } from '../keys/scan-target.ts';
import { useCommands } from '../keys/use-commands.ts';
import { isDialogOpen } from '../parts/dialog.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { useCalm } from './calm.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { CriticalBar } from './critical-bar.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { openTube } from './open-tube.ts';
import { goTo, pathOf, useRoute } from './routes.ts';
import { findTube, setSearch } from './search.ts';
import { useMe } from './session.ts';
import { lastUndo, Toasts } from './toasts.tsx';
import { useOtherViews, useView } from './views.ts';

/** The frame around every page: navigation above, the laboratory's state below, keys and scanner everywhere. */
export function Workbench() {
  const { t } = useWords();
  const { page } = useRoute();
  const [help, setHelp] = useState(false);
  useLiveEvents();
  useWorklistChanges();
  useScanner();
  useCommands([
    { combo: '?', label: 'help', run: () => setHelp(true) },
    { combo: 'U', label: 'undo', run: () => lastUndo()?.undo?.() },
  ]);
  const { rights } = useMe();
  const allowed = shownPage(page, rights);
  useEffect(() => {
    document.title = `${t(`nav.${allowed ?? 'results'}`)} · Cuvette`;
  }, [allowed, t]);
  const { View, error } = useView(allowed);
  const calm = useCalm(View !== undefined);
  useOtherViews(openPages(rights));
  return (
    <div className="workbench">
      <Header calm={calm} />
      <ConnectionBanner />
      <CriticalBar />
      <main className="page">
        <Trouble error={error} />
        {View === undefined ? error === undefined && <p className="loading">{t('common.loading')}</p> : <View />}
      </main>
      <Footer calm={calm} onHelp={() => setHelp(true)} />
      <Toasts />
      {help && <KeysDialog onClose={() => setHelp(false)} />}
    </div>
  );
}

function useScanner(): void {
  const queries = useQueryClient();
  useLayoutEffect(
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
