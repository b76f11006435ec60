import { useState } from 'react';
import { useAnalyteMap } from '../../api/queries.ts';
import type { AlertCode, Observation } from '../../api/types.ts';
import { useMe } from '../../app/session.ts';
import { showDecimal, showRange, showUnit, showValue } from '../../format/numbers.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useCommands } from '../../keys/use-commands.ts';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Key } from '../../parts/key.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import type { VerifyWords } from './acts.ts';
import { onEnter } from './judge-sheets.tsx';

interface Props {
  readonly taken: readonly Observation[];
  readonly onClose: () => void;
  readonly onVerify: (acknowledge: readonly AlertCode[], words: VerifyWords) => Promise<void>;
}

/** The gravest first: what harms most must be named first. */
const gravity: Readonly<Record<AlertCode, number>> = {
  'mix-up': 1,
  critical: 2,
  absurd: 3,
  interference: 4,
  delta: 5,
  qc: 6,
  range: 7,
  'not-calculated': 8,
};

/**
 * Verifying what is not clean: each kind of alert stands in a row of its own that names the values, with its own key.
 * Nothing goes before every row has been ticked.
 */
export function AcknowledgeSheet({ taken, onClose, onVerify }: Props) {
  const { t } = useWords();
  const me = useMe();
  const [ticked, setTicked] = useState<ReadonlySet<AlertCode>>(new Set());
  const [comment, setComment] = useState('');
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const alerts = [...new Set(taken.flatMap((each) => each.alerts))].sort((one, other) => gravity[one] - gravity[other]);
  const own = taken.filter((each) => each.enteredBy === me.username);
  const plain = taken.filter((each) => each.alerts.length === 0 && each.flags.length > 0);
  const ready = alerts.every((alert) => ticked.has(alert)) && (own.length === 0 || reason.trim() !== '') && !busy;
  const tick = (alert: AlertCode): void =>
    setTicked((before) =>
      before.has(alert) ? new Set([...before].filter((each) => each !== alert)) : new Set([...before, alert]),
    );
  const verify = (): void => {
    if (!ready) return;
    setBusy(true);
    setError(undefined);
    onVerify([...ticked], {
      ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
      ...(own.length === 0 ? {} : { ownEntryReason: reason.trim() }),
    }).catch((thrown: unknown) => {
      setBusy(false);
      setError(thrown);
    });
  };
  useCommands([
    ...alerts.map((alert, place) => ({ combo: String(place + 1), run: () => tick(alert) })),
    { combo: 'Shift+V', label: 'verifyAll', run: verify },
    { combo: 'Enter', run: verify },
  ]);
  return (
    <Sheet title={t('results.verify.acknowledge', { n: taken.length })} tone="look" onClose={onClose}>
      {alerts.length > 0 && (
        <>
          <p className="soft">{t('results.verify.names')}</p>
          <ul className="ticks">
            {alerts.map((alert, place) => (
              <li key={alert}>
                <label className={ticked.has(alert) ? 'tick done' : 'tick'}>
                  <Key combo={String(place + 1)} />
                  <input type="checkbox" checked={ticked.has(alert)} onChange={() => tick(alert)} />
                  <b className={alert === 'critical' ? 'red' : 'violet'}>{t(`results.alerts.${alert}`)}</b>
                  <AlertValues alert={alert} taken={taken} />
                </label>
              </li>
            ))}
          </ul>
        </>
      )}
      {plain.length > 0 && (
        <p className="soft">
          {t('results.verify.outside')} <Values observations={plain} />
        </p>
      )}
      {own.length > 0 && (
        <Field label={t('results.verify.ownEntryReason')} hint={t('results.verify.ownEntry')}>
          {(control) => (
            <input
              {...control}
              className="input"
              value={reason}
              maxLength={500}
              onChange={(event) => setReason(event.target.value)}
              onKeyDown={onEnter(verify)}
            />
          )}
        </Field>
      )}
      <div className="sheet-foot">
        <Button tone="primary" combo="Shift+V" onClick={verify} disabled={!ready}>
          {t('results.verify.confirm')}
        </Button>
        <input
          className="input grow"
          aria-label={t('results.verify.comment')}
          placeholder={t('results.verify.comment')}
          value={comment}
          maxLength={2000}
          onChange={(event) => setComment(event.target.value)}
          onKeyDown={onEnter(verify)}
        />
        <Button onClick={onClose}>{t('common.cancel')}</Button>
      </div>
      <Trouble error={error} />
    </Sheet>
  );
}

function AlertValues({ alert, taken }: { readonly alert: AlertCode; readonly taken: readonly Observation[] }) {
  const { t } = useWords();
  const concerned = taken.filter((each) => each.alerts.includes(alert));
  if (alert === 'mix-up') return <span>{t('results.verify.wholeDraw', { n: concerned.length })}</span>;
  return <Values observations={concerned} before={alert === 'delta'} />;
}

/** `Kali 6,9 mmol/L (3,5–5,1)`, one after the other. */
function Values({
  observations,
  before = false,
}: {
  readonly observations: readonly Observation[];
  readonly before?: boolean;
}) {
  const { locale, nameOf } = useWords();
  const analytes = useAnalyteMap();
  return (
    <span>
      {observations
        .map((each) => {
          const value = `${nameOf(analytes.get(each.analyte)?.name, each.analyte)} ${showValue(each.value, each.comparator, locale)} ${showUnit(each.unit)}`;
          const range = showRange(each.referenceRange, locale);
          if (before && each.previous !== undefined) return `${value} (← ${showDecimal(each.previous.value, locale)})`;
          return range === '' ? value : `${value} (${range})`;
        })
        .join(' · ')}
    </span>
  );
}
