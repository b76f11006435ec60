import { useQuery } from '@tanstack/react-query';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { readRecent, recentKey } from './save.ts';

/** The last registered specimens: what was just done can be seen. */
export function Recent({ newest }: { readonly newest: string | undefined }) {
  const { t, locale } = useWords();
  const { data } = useQuery({ queryKey: recentKey, queryFn: readRecent, staleTime: 30_000 });
  const rows = data?.items ?? [];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <aside className="recent" aria-label={t('register.recent')} tabIndex={0}>
      <h2>{t('register.recent')}</h2>
      {rows.length === 0 ? (
        <p className="faint">{t('register.noRecent')}</p>
      ) : (
        <ul>
          {rows.map((row) => (
            <li key={row.accession} className={row.accession === newest ? 'newest' : undefined}>
              <Link to={pathOf('results', row.accession)}>
                <span className="mono">{row.accession}</span> {row.patient.name}
              </Link>
              <span className="faint">
                {showWhen(row.registeredAt, locale)} · {row.orders.join(' ')}
                {row.priority !== 'routine' && <b className="red"> {t(`priority.${row.priority}`)}</b>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </aside>
  );
}
