import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, seg } from '../../../api/client.ts';
import type { MessageView } from '../../../api/types.ts';
import { say } from '../../../app/toasts.tsx';
import { useWords } from '../../../i18n/i18n.ts';
import { Dialog } from '../../../parts/dialog.tsx';
import { ReplayPreview } from '../../../parts/replay-preview.tsx';
import { Trouble } from '../../../parts/trouble.tsx';

interface Replayed {
  readonly added: number;
  readonly repeated: number;
  readonly held: number;
}

/** What a replay would change, and then doing it. */
export function ReplayDialog({ message, onClose }: { readonly message: MessageView; readonly onClose: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const replay = useMutation({
    mutationFn: () => api.post<Replayed>(`/api/messages/${seg(message.id)}/replay`),
    onSuccess: ({ added, repeated, held }) => {
      say(t('analyzers.message.replayed', { added, repeated, held }));
      for (const key of ['message', 'messages', 'held', 'specimen'])
        void queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
  });
  return (
    <Dialog title={t('analyzers.message.replay')} onClose={onClose} wide>
      <ReplayPreview messages={[message.id]} />
      <Trouble error={replay.error} />
      <div className="dialog-foot">
        <button type="button" className="button" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button type="button" className="button primary" disabled={replay.isPending} onClick={() => replay.mutate()}>
          {t('analyzers.message.replay')}
        </button>
      </div>
    </Dialog>
  );
}
