import type { Specimen } from '../../api/types.ts';
import { useDecides, useMay, useMe } from '../../app/session.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { cleanOf, takenOf } from './waiting.ts';

export interface BarActs {
  readonly verifyClean: () => void;
  readonly verifyAll: () => void;
  readonly repeat: () => void;
  readonly hold: () => void;
  readonly comment: () => void;
  readonly why: () => void;
  readonly enter: () => void;
  readonly print: () => void;
  readonly release: () => void;
  readonly amend: () => void;
  readonly withdraw: () => void;
  readonly block: () => void;
}

interface Props {
  readonly specimen: Specimen;
  readonly held: boolean;
  readonly acts: BarActs;
}

/** What can be done now, each with its key. */
export function ActionBar({ specimen, held, acts }: Props) {
  const { t } = useWords();
  const may = useMay();
  const decides = useDecides();
  const twoLevels = useMe().laboratory.verification.length > 1;
  const clean = cleanOf(specimen, decides).length;
  const taken = takenOf(specimen, decides);
  const looked = taken.some((each) => each.alerts.length > 0);
  const released = specimen.observations.some((each) => each.state === 'released');
  const verified = twoLevels && specimen.observations.some((each) => each.state === 'verified');
  return (
    <div className="action-bar no-print" role="toolbar" aria-label={t('results.actions.label')}>
      {may('results.verify') && (
        <>
          <Button tone="primary" combo="V" onClick={acts.verifyClean} disabled={clean === 0}>
            {t('results.actions.verifyClean')} {clean > 0 && clean < taken.length && <b>{clean}</b>}
          </Button>
          <Button
            {...(looked ? { tone: 'look' as const } : {})}
            combo="Shift+V"
            onClick={acts.verifyAll}
            disabled={taken.length === 0}
          >
            {t(looked ? 'results.actions.verifyReason' : 'results.actions.verifyAll')}
          </Button>
        </>
      )}
      {verified && may('results.release') && (
        <Button tone="primary" combo="L" onClick={acts.release}>
          {t('results.actions.release')}
        </Button>
      )}
      {may('results.judge') && (
        <>
          <Button combo="R" onClick={acts.repeat} disabled={taken.length === 0}>
            {t('results.actions.repeat')}
          </Button>
          <Button combo="H" onClick={acts.hold}>
            {t(held ? 'results.actions.unhold' : 'results.actions.hold')}
          </Button>
          <Button combo="C" onClick={acts.comment}>
            {t('results.actions.comment')}
          </Button>
        </>
      )}
      <Button combo="E" onClick={acts.why}>
        {t('results.actions.why')}
      </Button>
      {may('results.enter') && (
        <Button combo="N" onClick={acts.enter}>
          {t('results.actions.enter')}
        </Button>
      )}
      {released && may('results.amend') && (
        <Button combo="A" onClick={acts.amend}>
          {t('results.actions.amend')}
        </Button>
      )}
      {released && may('results.withdraw') && (
        <Button combo="W" onClick={acts.withdraw}>
          {t('results.actions.withdraw')}
        </Button>
      )}
      {may('results.block') && (
        <Button combo="B" onClick={acts.block}>
          {t('results.actions.block')}
        </Button>
      )}
      {specimen.reports.length > 0 && (
        <Button combo="I" onClick={acts.print}>
          {t('results.actions.print')}
        </Button>
      )}
    </div>
  );
}
