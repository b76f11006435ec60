import './guide.css';
import { useGuide, useHideGuide } from '../../api/guide.ts';
import { useMay } from '../../app/session.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { GuideStepRow } from './guide-step.tsx';

/** From an empty store to the first report: what is done, what is next, and where it is done. */
export function GuidePage() {
  const { t } = useWords();
  const may = useMay();
  const { data: guide, error } = useGuide();
  const hide = useHideGuide();
  const steps = guide?.items ?? [];
  const done = steps.filter((each) => each.done).length;
  const next = steps.find((each) => !each.done);
  return (
    <div className="guide">
      <header className="guide-head">
        <div className="grow">
          <h1>{t('guide.title')}</h1>
          <p className="soft">{t(may('laboratory.setUp') ? 'guide.text' : 'guide.textOthers')}</p>
        </div>
        {guide !== undefined && (
          <Button disabled={hide.isPending} onClick={() => hide.mutate(!guide.hidden)}>
            {t(guide.hidden ? 'guide.show' : 'guide.hide')}
          </Button>
        )}
      </header>
      <Trouble error={error ?? hide.error} />
      {guide !== undefined && (
        <>
          <p className="guide-progress">
            <progress max={steps.length} value={done} aria-label={t('guide.title')} />
            <b>{t('guide.progress', { done, all: steps.length })}</b>
            {next === undefined && <span className="good">{t('guide.finished')}</span>}
          </p>
          <ol className="guide-steps">
            {steps.map((step, at) => (
              <GuideStepRow key={step.step} step={step} number={at + 1} next={step === next} />
            ))}
          </ol>
        </>
      )}
    </div>
  );
}
