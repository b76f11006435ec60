import { useGuide } from '../../api/guide.ts';
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
  const { data: lines } = useAnalyzers();
  const { data: guide, isPending } = useGuide();
  if (filtered) {
    return (
      <Empty title={t('results.empty.filtered')}>
        <Button onClick={onUnfilter}>{t('results.empty.unfilter')}</Button>
      </Empty>
    );
  }
  const open = lines?.length === 0 && guide?.hidden === false ? guide.items.filter((each) => !each.done) : [];
  if (lines === undefined || (lines.length === 0 && isPending)) return null;
  if (open.length === 0) return <Empty title={t('results.empty.title')} text={t('results.empty.text')} />;
  return (
    <Empty title={t('guide.title')}>
      <ol className="first-steps">
        {open.slice(0, shownSteps).map(({ step }) => (
          <li key={step}>{t(`guide.steps.${step}.title`)}</li>
        ))}
      </ol>
      <p>{t('guide.progress', { done: (guide?.items.length ?? 0) - open.length, all: guide?.items.length ?? 0 })}</p>
      <Link to={pathOf('guide')} className="button primary">
        {t('guide.open')}
      </Link>
    </Empty>
  );
}

const shownSteps = 4;

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
