import { useHeld } from '../api/queries.ts';
import { pages } from '../first/addresses.ts';
import { useWords } from '../i18n/i18n.ts';
import { LanguageControl } from './language-control.tsx';
import { Link } from './link.tsx';
import { pathOf, useRoute } from './routes.ts';
import { SearchField } from './search-field.tsx';
import { useMay } from './session.ts';
import { UserMenu } from './user-menu.tsx';

/** `calm`: the page stands there, and what only stands around it may ask the server. */
export function Header({ calm }: { readonly calm: boolean }) {
  const { t } = useWords();
  const { page: here } = useRoute();
  const may = useMay();
  const held = useHeld(calm).data?.length ?? 0;
  return (
    <header className="bar no-print">
      <Link to={pathOf('results')} className="mark">
        <Logo />
        Cuvette
      </Link>
      <nav aria-label={t('nav.label')}>
        {pages
          .filter(({ page, right }) => page !== 'guide' && page !== 'check' && may(right))
          .map(({ page }) => (
            <Link key={page} to={pathOf(page)} current={page === here}>
              {t(`nav.${page}`)}
              {page === 'held' && held > 0 && <span className="badge look">{held}</span>}
            </Link>
          ))}
      </nav>
      <span className="grow" />
      <SearchField />
      <LanguageControl />
      <UserMenu />
    </header>
  );
}

export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d="M3 1v9a5 5 0 0 0 10 0V1h-3v9a2 2 0 0 1-4 0V1z" fill="currentColor" />
    </svg>
  );
}
