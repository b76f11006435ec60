import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { type StepView, useConfirmStep } from '../../api/guide.ts';
import { Link } from '../../app/link.tsx';
import { pathOf } from '../../app/routes.ts';
import { showWhen } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { examples, placeOf } from './places.ts';

const AccountDialog = lazy(() => import('../account/account-dialog.tsx').then((m) => ({ default: m.AccountDialog })));

interface Props {
  readonly step: StepView;
  readonly number: number;
  /** The first one that is open. */
  readonly next: boolean;
}

/** One step: what it is for, what was found, and the way to where it is done. */
export function GuideStepRow({ step, number, next }: Props) {
  const { t } = useWords();
  const example = examples[step.step];
  const state = step.done ? 'done' : next ? 'next' : 'open';
  return (
    <li className={`guide-step ${state}`} aria-current={next ? 'step' : undefined}>
      <span className="guide-mark" aria-hidden="true">
        {step.done ? '✓' : number}
      </span>
      <div className="grow">
        <h2>
          {t(`guide.steps.${step.step}.title`)}{' '}
          <span className={step.done ? 'badge ok' : next ? 'badge here' : 'badge quiet'}>
            {t(`guide.state.${state}`)}
          </span>
        </h2>
        <p className="soft">{t(`guide.steps.${step.step}.text`)}</p>
        <Findings step={step} />
        {example !== undefined && !step.done && (
          <details>
            <summary>{t(`guide.steps.${step.step}.how`)}</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
            <pre className="mono" tabIndex={0}>
              {example}
            </pre>
            <p className="faint">{t('guide.restart')}</p>
          </details>
        )}
      </div>
      <Acts step={step} next={next} />
    </li>
  );
}

function Findings({ step }: { readonly step: StepView }) {
  const { t, locale, known } = useWords();
  const { confirmed, facts } = step;
  const found = Object.entries(facts)
    .map(([fact, value]) => known(`guide.facts.${fact}`, '') !== '' && t(`guide.facts.${fact}`, { value: say(value) }))
    .filter((each) => each !== false);
  function say(value: string | number): string | number {
    return known(`guide.values.${value}`, String(value));
  }
  return (
    <>
      {found.length > 0 && <p className="guide-facts">{found.join(' · ')}</p>}
      {confirmed !== null && (
        <p className="guide-facts">
          {t('guide.confirmedBy', { who: confirmed.by, at: showWhen(confirmed.at, locale) })}
        </p>
      )}
    </>
  );
}

function Acts({ step, next }: { readonly step: StepView; readonly next: boolean }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const confirm = useConfirmStep(step.step);
  const [account, setAccount] = useState(false);
  const place = placeOf[step.step];
  const title = t(`guide.steps.${step.step}.title`);
  return (
    <div className="guide-acts">
      {step.step === 'account' && (
        <Button {...(next ? { tone: 'primary' as const } : {})} onClick={() => setAccount(true)}>
          {t('guide.steps.account.go')}
        </Button>
      )}
      {place !== undefined && (
        <Link to={pathOf(place)} className={next ? 'button primary' : 'button'}>
          {t(`guide.steps.${step.step}.go`)}
        </Link>
      )}
      {step.confirmable && (!step.done || step.confirmed !== null) && (
        <Button
          disabled={confirm.isPending}
          aria-label={`${t(step.done ? 'guide.reopen' : 'guide.confirm')}: ${title}`}
          onClick={() => confirm.mutate(!step.done)}
        >
          {t(step.done ? 'guide.reopen' : 'guide.confirm')}
        </Button>
      )}
      <Trouble error={confirm.error} />
      {account && (
        <Suspense fallback={null}>
          <AccountDialog
            onClose={() => {
              setAccount(false);
              void queries.invalidateQueries({ queryKey: ['guide'] });
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
