import { useState } from 'react';
import { useSpecimen, useWordsOf } from '../../api/queries.ts';
import type { Specimen } from '../../api/types.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useStep } from './custody.ts';

interface Props {
  readonly accession: string;
  readonly onClose: () => void;
  readonly onDone: (specimen: Specimen) => void;
}

/** A specimen that is not fit: why, who was told, and whether it is drawn again. */
export function RejectDialog({ accession, onClose, onDone }: Props) {
  const { t, nameOf } = useWords();
  const { data: specimen, error } = useSpecimen(accession);
  const { data: reasons = [] } = useWordsOf('rejection-reasons');
  const [reason, setReason] = useState('');
  const [told, setTold] = useState('');
  const [comment, setComment] = useState('');
  const [recollect, setRecollect] = useState(true);
  const step = useStep();
  return (
    <Dialog title={t('specimens.reject', { accession })} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          step.mutate(
            {
              action: 'reject',
              accession,
              reason,
              recollect,
              ...(told.trim() === '' ? {} : { told: told.trim() }),
              ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
            },
            { onSuccess: onDone },
          );
        }}
      >
        {specimen !== undefined && (
          <p>
            <b>{specimen.patient.name}</b> · {specimen.orders.map((order) => order.code).join(' ')}
          </p>
        )}
        <Trouble error={error} />
        <Field label={t('common.reason')}>
          {(control) => (
            <select
              {...control}
              className="select"
              required
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            >
              <option value="">{t('specimens.chooseReason')}</option>
              {reasons.map((each) => (
                <option key={each.code} value={each.code}>
                  {nameOf(each.name, each.code)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('specimens.told')} hint={t('specimens.toldHint')}>
          {(control) => (
            <input
              {...control}
              className="input"
              maxLength={200}
              value={told}
              onChange={(event) => setTold(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('specimens.comment')}>
          {(control) => (
            <input
              {...control}
              className="input"
              maxLength={1000}
              value={comment}
              onChange={(event) => setComment(event.target.value)}
            />
          )}
        </Field>
        <label className="check">
          <input type="checkbox" checked={recollect} onChange={(event) => setRecollect(event.target.checked)} />
          {t('specimens.recollect')}
        </label>
        <Trouble error={step.error} />
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="button danger" disabled={reason === '' || step.isPending}>
            {t('specimens.mode.reject')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
