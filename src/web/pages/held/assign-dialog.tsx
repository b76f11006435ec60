import { useState } from 'react';
import { useSpecimen } from '../../api/queries.ts';
import type { Held, Specimen } from '../../api/types.ts';
import { showBirthDate } from '../../format/times.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { ReplayPreview } from '../../parts/replay-preview.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { messagesOf } from './causes.ts';
import { useResolveMany } from './resolve-many.ts';

/** Give these values to a specimen: whose it is must be seen before it is done. */
export function AssignDialog({ items, onClose }: { readonly items: readonly Held[]; readonly onClose: () => void }) {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const [sought, setSought] = useState<string>();
  const [reason, setReason] = useState('');
  const { data: specimen, error, isFetching } = useSpecimen(sought);
  const found = specimen !== undefined && specimen.accession === typed.trim() ? specimen : undefined;
  const resolve = useResolveMany(onClose);
  const from = items[0]?.accession;
  return (
    <Dialog title={t('held.assign')} onClose={onClose} wide>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (found === undefined) setSought(typed.trim() === '' ? undefined : typed.trim());
          else {
            const why = reason.trim();
            resolve.mutate({
              items,
              decision: { action: 'assign', accession: found.accession, ...(why === '' ? {} : { reason: why }) },
            });
          }
        }}
      >
        <p>{from === undefined ? t('held.assignNone') : t('held.assignFrom', { accession: from })}</p>
        <Field label={t('held.assignTo')} hint={t('held.assignHint')}>
          {(control) => (
            <input
              {...control}
              className="input mono"
              data-scan=""
              required
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              onBlur={() => setSought(typed.trim() === '' ? undefined : typed.trim())}
            />
          )}
        </Field>
        {sought !== undefined && found === undefined && !isFetching && <Trouble error={error} />}
        {found !== undefined && (
          <>
            <Owner specimen={found} />
            <ReplayPreview
              messages={messagesOf(items)}
              intention={{ assign: { ...(from === undefined ? {} : { from }), to: found.accession } }}
            />
            <Field label={t('common.reason')} hint={t('held.assignReason')}>
              {(control) => (
                <input
                  {...control}
                  className="input"
                  maxLength={500}
                  value={reason}
                  onChange={(event) => setReason(event.target.value)}
                />
              )}
            </Field>
          </>
        )}
        <Trouble error={resolve.error} />
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="button primary" disabled={typed.trim() === '' || resolve.isPending}>
            {found === undefined ? t('held.assignLook') : t('held.assignDo', { name: found.patient.name })}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Owner({ specimen }: { readonly specimen: Specimen }) {
  const { t } = useWords();
  const { patient } = specimen;
  return (
    <p className="owner">
      <b>{patient.name}</b>
      <br />
      {[
        t(`sex.${patient.sex}`),
        showBirthDate(patient.birthDate),
        patient.id,
        specimen.ward,
        specimen.orders.map((order) => order.code).join(' '),
      ]
        .filter(Boolean)
        .join(' · ')}
    </p>
  );
}
