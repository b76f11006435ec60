import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, seg } from '../../api/client.ts';
import type { Page, Specimen } from '../../api/types.ts';

/** What is done to the tubes that are scanned. */
export const modes = ['look', 'receive', 'store', 'dispose', 'reject'] as const;
export type Mode = (typeof modes)[number];

export interface Step {
  readonly action: Exclude<Mode, 'look'> | 'collect';
  readonly accession: string;
  readonly reason?: string;
  readonly comment?: string;
  readonly told?: string;
  readonly recollect?: boolean;
  readonly container?: string;
  readonly rack?: string;
  readonly position?: string;
}

/** One step of a tube's custody; answers with the specimen as it is now. */
export function useStep() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ action, accession, ...body }: Step) =>
      api.post<Specimen>(`/api/specimens/${seg(accession)}/${action}`, body),
    onSettled: (_specimen, _error, { accession }) => {
      void queries.invalidateQueries({ queryKey: ['specimen', accession] });
      void queries.invalidateQueries({ queryKey: ['timeline', accession] });
      void queries.invalidateQueries({ queryKey: ['storage'] });
    },
  });
}

export interface TimelineEvent {
  readonly at: string;
  readonly kind: string;
  readonly by: string;
  readonly detail?: string;
  readonly container?: string;
}

/** Everything that happened to a specimen, in order. */
export function useTimeline(accession: string) {
  return useQuery({
    queryKey: ['timeline', accession],
    queryFn: () => api.get<Page<TimelineEvent>>(`/api/specimens/${seg(accession)}/timeline`),
    retry: false,
  });
}

export interface StoredTube {
  readonly rack: string;
  readonly position: string;
  readonly accession: string;
  readonly container?: string;
  readonly at: string;
  readonly by: string;
}

export function useRacks() {
  return useQuery({
    queryKey: ['storage', 'racks'],
    queryFn: () =>
      api.get<Page<{ readonly rack: string; readonly tubes: number }>>('/api/storage/racks', { limit: 500 }),
  });
}

export function useRack(rack: string | undefined) {
  return useQuery({
    queryKey: ['storage', 'rack', rack],
    queryFn: () => api.get<Page<StoredTube>>('/api/storage', { rack, limit: 1000 }),
    enabled: rack !== undefined,
  });
}

/** The next place of a rack: `9` is followed by `10`, `A09` by `A10`; a place without a number stays. */
export function nextPosition(position: string): string {
  const parts = /^(?<head>.*?)(?<number>\d+)(?<tail>\D*)$/.exec(position.trim())?.groups;
  if (parts === undefined) return position;
  const { head = '', number = '', tail = '' } = parts;
  return `${head}${String(Number(number) + 1).padStart(number.length, '0')}${tail}`;
}
