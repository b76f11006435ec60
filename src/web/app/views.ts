import { type ComponentType, useEffect, useState } from 'react';
import type { PageName } from '../first/addresses.ts';
import { loadView, viewOf } from '../first/views.ts';

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
  const View = page === undefined ? undefined : viewOf(page);
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
