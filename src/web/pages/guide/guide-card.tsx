import './guide.css';
import { useGuide, useHideGuide } from '../../api/guide.ts';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';

/** Under the worklist while steps are open: what is next, until it is done or put away. */
export function GuideCard() {
  const { t } = useWords();
  const { data: guide } = useGuide();
  const hide = useHideGuide();
  const next = guide?.items.find((each) => !each.done);
  if (guide === undefined || guide.hidden || next === undefined) return null;
  const done = guide.items.filter((each) => each.done).length;
  return (
    <section className="guide-card" aria-label={t('guide.title')}>
      <p className="grow">
        <b>{t('guide.card', { done, all: guide.items.length })}</b>
        <br />
        <span className="soft">{t('guide.next', { step: t(`guide.steps.${next.step}.title`) })}</span>
      </p>
      <Link to={pathOf('guide')} className="button">
        {t('guide.open')}
      </Link>
      <Button tone="plain" aria-label={t('guide.hide')} disabled={hide.isPending} onClick={() => hide.mutate(true)}>
        ✕
      </Button>
    </section>
  );
}
