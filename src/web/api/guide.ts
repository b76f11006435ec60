import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { GuideStep } from '../../api/guide/steps.ts';
import type { guide } from '../../api/schemas/guide.ts';
import { api } from './client.ts';

type Guide = z.infer<typeof guide>;
export type StepView = Guide['items'][number] & { readonly step: GuideStep };

const key = ['guide'] as const;

/** What a new laboratory still needs of this person. Looked at again while steps are open: they are done elsewhere. */
export function useGuide() {
  return useQuery({
    queryKey: key,
    queryFn: () => api.get<Omit<Guide, 'items'> & { readonly items: readonly StepView[] }>('/api/guide'),
    staleTime: 2000,
    refetchInterval: ({ state }) => (state.data?.items.some((each) => !each.done) && !state.data.hidden ? 3000 : false),
  });
}

export function useHideGuide() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (hidden: boolean) => api.put<Guide>('/api/guide', { hidden }),
    onSuccess: (guide) => queries.setQueryData(key, guide),
  });
}

/** Say that a step is done, or that it is not. */
export function useConfirmStep(step: GuideStep) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (done: boolean) =>
      done ? api.post<Guide>(`/api/guide/${step}/confirm`) : api.delete<Guide>(`/api/guide/${step}/confirm`),
    onSuccess: (guide) => queries.setQueryData(key, guide),
  });
}
