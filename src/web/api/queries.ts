import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useMay } from '../app/session.ts';
import { api, type Query, seg } from './client.ts';
import type { Analyte, Analyzer, Critical, Delivery, Held, Page, Panel, Specimen, Word } from './types.ts';

/** All items of a list that is not long by nature (catalogue, analyzers). */
export async function readWhole<T>(path: string, limit = 1000, query: Query = {}): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 20; page += 1) {
    const answer = await api.get<Page<T>>(path, { ...query, limit, cursor });
    items.push(...answer.items);
    if (answer.next === null || answer.next === undefined) break;
    cursor = answer.next;
  }
  return items;
}

export function useCatalogue<T>(kind: string) {
  return useQuery({
    queryKey: ['catalogue', kind],
    queryFn: () => readWhole<T>(`/api/catalogue/${kind}`),
    staleTime: 300_000,
  });
}

export const useAnalytes = () => useCatalogue<Analyte>('analytes');
export const usePanels = () => useCatalogue<Panel>('panels');
export const useWordsOf = (kind: string) => useCatalogue<Word>(kind);

/** Analytes by code. */
export function useAnalyteMap(): ReadonlyMap<string, Analyte> {
  const { data } = useAnalytes();
  return useMemo(() => new Map((data ?? []).map((analyte) => [analyte.code, analyte])), [data]);
}

/** How a specimen is read and kept, for whoever shows it or reads it ahead. */
export const specimenQuery = (accession: string | undefined) =>
  queryOptions({
    queryKey: ['specimen', accession],
    queryFn: () => api.get<Specimen>(`/api/specimens/${seg(accession ?? '')}`),
    staleTime: 30_000,
  });

export const useSpecimen = (accession: string | undefined) =>
  useQuery({ ...specimenQuery(accession), enabled: accession !== undefined, retry: false });

/** `wanted` false: not asked for now; what another part of the page read is shown. */
export function useAnalyzers(wanted = true) {
  const may = useMay();
  return useQuery({
    queryKey: ['analyzers'],
    queryFn: () => readWhole<Analyzer>('/api/analyzers'),
    staleTime: 1000,
    enabled: wanted && may('analyzers.read'),
    // A line that falls silent sends no event of its own.
    refetchInterval: 5000,
  });
}

export function useHeld(wanted = true) {
  const may = useMay();
  return useQuery({
    queryKey: ['held'],
    queryFn: () => api.get<Page<Held>>('/api/held', { limit: 1000 }),
    enabled: wanted && may('held.read'),
    select: (page) => page.items,
    staleTime: 30_000,
  });
}

export function useDeliveries(wanted = true) {
  const may = useMay();
  return useQuery({
    queryKey: ['deliveries'],
    queryFn: () => api.get<Page<Delivery>>('/api/deliveries', { limit: 500 }),
    enabled: wanted && may('deliveries.read'),
    select: (page) => page.items,
    staleTime: 30_000,
  });
}

export function useCriticals() {
  const may = useMay();
  return useQuery({
    queryKey: ['criticals'],
    queryFn: () => api.get<Page<Critical>>('/api/criticals', { state: 'open', limit: 200 }),
    enabled: may('criticals.read'),
    select: (page) => page.items.filter((critical) => (critical.calls ?? []).length === 0),
    refetchInterval: 30_000,
    staleTime: 1000,
    retry: false,
  });
}
