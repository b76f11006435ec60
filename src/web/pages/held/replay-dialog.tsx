import type { Held } from '../../api/types.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { ReplayPreview } from '../../parts/replay-preview.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { messagesOf } from './causes.ts';
import { useResolveMany } from './resolve-many.ts';

/** Run the messages of these items again, after seeing what would change. */
export function ReplayHeldDialog({
  items,
  onClose,
}: {
  readonly items: readonly Held[];
  readonly onClose: () => void;
}) {
  const { t } = useWords();
  const resolve = useResolveMany(onClose);
  return (
    <Dialog title={t('held.replay')} onClose={onClose} wide>
      <ReplayPreview messages={messagesOf(items)} />
      <Trouble error={resolve.error} />
      <div className="dialog-foot">
        <button type="button" className="button" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button
          type="button"
          className="button primary"
          disabled={resolve.isPending}
          onClick={() => resolve.mutate({ items, decision: { action: 'replay' } })}
        >
          {t('held.replay')}
        </button>
      </div>
    </Dialog>
  );
}
