import { useState } from 'react';
import { useMay } from '../../app/session.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';

interface Props {
  readonly chosen: readonly string[];
  /** All clean specimens of the filter `clean`. */
  readonly clean: readonly string[];
  readonly onVerify: (accessions: readonly string[]) => void;
  readonly onDrop: () => void;
}

/** Verify many at once: those chosen, or all clean ones after a second press. */
export function ChosenBar({ chosen, clean, onVerify, onDrop }: Props) {
  const { t } = useWords();
  const may = useMay();
  const [asked, setAsked] = useState(false);
  if (!may('results.verify') || (chosen.length === 0 && clean.length === 0)) return null;
  if (chosen.length > 0) {
    return (
      <div className="chosen-bar">
        <b>{t('results.selected', { n: chosen.length })}</b>
        <span className="grow" />
        <Button tone="primary" combo="V" onClick={() => onVerify(chosen)}>
          {t('results.selectedVerify')}
        </Button>
        <Button onClick={onDrop}>{t('results.selectedDrop')}</Button>
      </div>
    );
  }
  if (!asked) {
    return (
      <div className="chosen-bar">
        <span className="grow" />
        <Button onClick={() => setAsked(true)}>{t('results.allClean', { n: clean.length })}</Button>
      </div>
    );
  }
  return (
    <div className="chosen-bar">
      <b>{t('results.allCleanAsk', { n: clean.length })}</b>
      <span className="grow" />
      <Button
        tone="primary"
        onClick={() => {
          setAsked(false);
          onVerify(clean);
        }}
      >
        {t('results.actions.verifyClean')}
      </Button>
      <Button onClick={() => setAsked(false)}>{t('common.cancel')}</Button>
    </div>
  );
}
