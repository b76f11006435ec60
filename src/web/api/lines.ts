import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, seg } from './client.ts';
import { readWhole } from './queries.ts';
import type { LineActivity, Mapping, MessageRow, MessageView, Page } from './types.ts';

/** How busy each line was lately; read anew each minute. */
export function useActivity() {
  return useQuery({
    queryKey: ['activity'],
    queryFn: () => api.get<{ intervalSeconds: number; items: readonly LineActivity[] }>('/api/analyzers/activity'),
    select: (answer) => new Map(answer.items.map((item) => [item.id, item])),
    refetchInterval: 30_000,
  });
}

/** One page of a line's journal, newest first, live while shown. */
export function useJournal(line: string, search: { readonly q: string; readonly cursor: string | undefined }) {
  const { q, cursor } = search;
  return useQuery({
    queryKey: ['messages', line, q, cursor],
    queryFn: () => api.get<Page<MessageRow>>(`/api/analyzers/${seg(line)}/messages`, { limit: 100, q, cursor }),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function useMessage(id: string | undefined) {
  return useQuery({
    queryKey: ['message', id],
    queryFn: () => api.get<MessageView>(`/api/messages/${seg(id ?? '')}`),
    enabled: id !== undefined,
    retry: false,
  });
}

/** What the codes of a line mean. */
export function useMappings(analyzer: string | undefined) {
  return useQuery({
    queryKey: ['catalogue', 'mappings', analyzer],
    queryFn: () => readWhole<Mapping>('/api/catalogue/mappings', 1000, { analyzer }),
    enabled: analyzer !== undefined,
    staleTime: 60_000,
  });
}
