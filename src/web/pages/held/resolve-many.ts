import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, asApiError, seg } from '../../api/client.ts';
import type { Held } from '../../api/types.ts';
import { say } from '../../app/toasts.tsx';
import { useWords } from '../../i18n/i18n.ts';

interface Decision {
  readonly action: 'replay' | 'assign' | 'dismiss';
  readonly accession?: string;
  readonly reason?: string;
}

interface Outcome {
  readonly settled: number;
  readonly stillHeld: number;
}

/** One decision for many held items. What a colleague settled meanwhile counts as settled; another refusal stops it. */
export function useResolveMany(onDone: () => void) {
  const { t } = useWords();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ items, decision }: { items: readonly Held[]; decision: Decision }): Promise<Outcome> => {
      let settled = 0;
      for (const item of items) {
        try {
          const after = await api.post<{ state: 'open' | 'resolved' }>(`/api/held/${seg(item.id)}/resolve`, decision);
          if (after.state === 'resolved') settled += 1;
        } catch (thrown) {
          if (asApiError(thrown).code !== 'HELD_RESOLVED') throw thrown;
          settled += 1;
        }
      }
      return { settled, stillHeld: items.length - settled };
    },
    onSuccess: ({ settled, stillHeld }) => {
      const words = [
        ...(settled > 0 ? [t('held.settled', { n: settled })] : []),
        ...(stillHeld > 0 ? [t('held.stillHeldMany', { n: stillHeld })] : []),
      ];
      say(words.join(' '), { tone: stillHeld > 0 && settled === 0 ? 'trouble' : 'calm' });
      onDone();
    },
    onSettled: () => {
      for (const key of ['held', 'message', 'messages', 'specimen'])
        void queries.invalidateQueries({ queryKey: [key] });
    },
  });
}
