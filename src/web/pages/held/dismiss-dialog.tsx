import { useState } from 'react';
import type { Held } from '../../api/types.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useResolveMany } from './resolve-many.ts';

/** These items will never be results: said with a reason, kept in the journal. */
export function DismissDialog({ items, onClose }: { readonly items: readonly Held[]; readonly onClose: () => void }) {
  const { t } = useWords();
  const [reason, setReason] = useState('');
  const resolve = useResolveMany(onClose);
  return (
    <Dialog title={t('held.dismissMany', { n: items.length })} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          resolve.mutate({ items, decision: { action: 'dismiss', reason: reason.trim() } });
        }}
      >
        <p>{t('held.dismissWarning')}</p>
        <Field label={t('held.dismissReason')} hint={t('held.dismissHint')}>
          {(control) => (
            <input
              {...control}
              className="input"
              required
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <Trouble error={resolve.error} />
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="button danger" disabled={reason.trim() === '' || resolve.isPending}>
            {t('held.dismissMany', { n: items.length })}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
