import { useAnalyzers } from '../../api/queries.ts';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { useMay } from '../../app/session.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';

/** No row to show: because of the filter, because all is done, or because the laboratory is new. */
export function EmptyList({ filtered, onUnfilter }: { readonly filtered: boolean; readonly onUnfilter: () => void }) {
  const { t } = useWords();
  const may = useMay();
  const { data: lines } = useAnalyzers();
  if (filtered) {
    return (
      <Empty title={t('results.empty.filtered')}>
        <Button onClick={onUnfilter}>{t('results.empty.unfilter')}</Button>
      </Empty>
    );
  }
  if (lines?.length !== 0) return <Empty title={t('results.empty.title')} text={t('results.empty.text')} />;
  return (
    <Empty title={t('results.empty.firstTitle')}>
      <ol className="first-steps">
        <li>
          <Link to={pathOf('analyzers')}>{t('results.empty.first1')}</Link>
        </li>
        <li>
          {may('specimens.register') ? (
            <Link to={pathOf('register')}>{t('results.empty.first2')}</Link>
          ) : (
            t('results.empty.first2')
          )}
        </li>
        <li>{t('results.empty.first3')}</li>
      </ol>
    </Empty>
  );
}

/** An accession nobody registered: its results, if any came, are held. */
export function NotRegistered({ accession }: { readonly accession: string }) {
  const { t } = useWords();
  const may = useMay();
  return (
    <Empty title={t('results.notFound.title', { accession })} text={t('results.notFound.text')}>
      <span className="row">
        {may('specimens.register') && (
          <Link to={pathOf('register', undefined, undefined, { accession })} className="button primary">
            {t('results.notFound.register')}
          </Link>
        )}
        <Link to={pathOf('held')} className="button">
          {t('results.notFound.held')}
        </Link>
      </span>
    </Empty>
  );
}
