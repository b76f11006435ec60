import { useState } from 'react';
import { useAnalyteMap } from '../../api/queries.ts';
import type { Observation } from '../../api/types.ts';
import { readDecimal, showUnit, showValue } from '../../format/numbers.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { onEnter } from './judge-sheets.tsx';

/** Correcting a released value: the new one and why; the old one stays on the report as what it was. */
export function AmendSheet(props: {
  readonly observation: Observation;
  readonly onClose: () => void;
  readonly onAmend: (value: string, reason: string) => Promise<void>;
}) {
  const { observation, onClose, onAmend } = props;
  const { t, locale, nameOf } = useWords();
  const analyte = useAnalyteMap().get(observation.analyte);
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const ready = value.trim() !== '' && reason.trim() !== '' && !busy;
  const save = (): void => {
    if (!ready) return;
    setBusy(true);
    setError(undefined);
    onAmend(readDecimal(value), reason.trim()).catch((thrown: unknown) => {
      setError(thrown);
      setBusy(false);
    });
  };
  const name = nameOf(analyte?.name, observation.analyte);
  const before = `${showValue(observation.value, observation.comparator, locale)} ${showUnit(observation.unit)}`;
  return (
    <Sheet title={t('results.amend.title', { analyte: name, before })} tone="danger" onClose={onClose}>
      <div className="amend">
        <Field label={t('results.amend.value', { unit: showUnit(observation.unit) })}>
          {(control) => (
            <input
              {...control}
              className="input"
              data-first=""
              value={value}
              onChange={(event) => setValue(event.target.value)}
              onKeyDown={onEnter(save)}
            />
          )}
        </Field>
        <Field label={t('common.reason')} hint={t('results.amend.hint')}>
          {(control) => (
            <input
              {...control}
              className="input"
              value={reason}
              maxLength={1000}
              onChange={(event) => setReason(event.target.value)}
              onKeyDown={onEnter(save)}
            />
          )}
        </Field>
      </div>
      <div className="sheet-foot">
        <Button tone="danger" disabled={!ready} onClick={save}>
          {t('results.amend.submit')}
        </Button>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
      </div>
      <Trouble error={error} />
    </Sheet>
  );
}

/** Taking back one value, or all of the specimen (wrong patient). */
export function WithdrawSheet(props: {
  readonly observation: Observation | undefined;
  readonly onClose: () => void;
  readonly onWithdraw: (whole: boolean, reason: string) => Promise<void>;
}) {
  const { observation, onClose, onWithdraw } = props;
  const { t, nameOf } = useWords();
  const analytes = useAnalyteMap();
  const [whole, setWhole] = useState(observation === undefined);
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const ready = reason.trim() !== '' && !busy;
  const save = (): void => {
    if (!ready) return;
    setBusy(true);
    setError(undefined);
    onWithdraw(whole, reason.trim()).catch((thrown: unknown) => {
      setError(thrown);
      setBusy(false);
    });
  };
  return (
    <Sheet title={t('results.withdraw.title')} tone="danger" onClose={onClose}>
      <fieldset className="scope">
        <legend className="unseen">{t('results.withdraw.what')}</legend>
        {observation !== undefined && (
          <label className="check">
            <input type="radio" name="withdraw" checked={!whole} onChange={() => setWhole(false)} />
            {t('results.withdraw.one', {
              analyte: nameOf(analytes.get(observation.analyte)?.name, observation.analyte),
            })}
          </label>
        )}
        <label className="check">
          <input type="radio" name="withdraw" checked={whole} onChange={() => setWhole(true)} />
          {t('results.withdraw.whole')}
        </label>
      </fieldset>
      <Field label={t('common.reason')} hint={t('results.withdraw.hint')}>
        {(control) => (
          <input
            {...control}
            className="input"
            data-first=""
            value={reason}
            maxLength={1000}
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={onEnter(save)}
          />
        )}
      </Field>
      <div className="sheet-foot">
        <Button tone="danger" disabled={!ready} onClick={save}>
          {t('results.withdraw.submit')}
        </Button>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
      </div>
      <Trouble error={error} />
    </Sheet>
  );
}
