import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useMay } from '../app/session.ts';
import { inPart } from '../first/asked.ts';
import { api } from './client.ts';
import type { Page, Priority, WorkRow } from './types.ts';
import { takeChanged, watchChanged } from './work-changes.ts';

const key = ['worklist'] as const;
const pageSize = 1000;
/** What is asked for first: more than one screen shows, little enough to be there at once. */
const firstSize = 100;
/** More rows than a laboratory has open in a day: reading on would only cost. */
const mostPages = 10;
/** With more changes than this at once, the whole list is cheaper than its rows. */
const mostSingle = 100;

const rank: Readonly<Record<Priority, string>> = { stat: '0', urgent: '1', routine: '2' };
const rankOf = (row: WorkRow): string => `${rank[row.priority]}${row.receivedAt ?? row.registeredAt}/${row.accession}`;

/** Most urgent first, as the server sorts. */
export const byRank = (a: WorkRow, b: WorkRow): number => {
  const [left, right] = [rankOf(a), rankOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};

/** Everything that waits for verification. Live: rows that change are read singly and come in at their place. */
export function useWorklist(wanted = true) {
  const queries = useQueryClient();
  const may = useMay();
  return useQuery({
    queryKey: key,
    queryFn: () => readAll(queries),
    enabled: wanted && may('worklist.read'),
    staleTime: 60_000,
  });
}

async function readAll(queries: QueryClient): Promise<readonly WorkRow[]> {
  const before = queries.getQueryState(key);
  const first = before?.data === undefined;
  // The first rows came with the page: they are drawn before the whole list is read.
  if (before?.dataUpdatedAt === inPart) await drawn();
  const rows: WorkRow[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const limit = first && page === 0 ? firstSize : pageSize;
    const answer = await api.get<Page<WorkRow>>('/api/worklist', { limit, cursor, brief: 'true' });
    rows.push(...answer.items);
    if (answer.next === null) break;
    cursor = answer.next;
    // The first ones are shown while the rest is read.
    if (first) {
      queries.setQueryData(key, [...rows]);
      await drawn();
    }
  }
  return rows;
}

/** Resolves when the browser has drawn a frame, or soon: a page in the background is not drawn. */
function drawn(): Promise<void> {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done, 0));
    setTimeout(done, 250);
  });
}

/** Keeps the list in step with the server's events while somebody is signed in. */
export function useWorklistChanges(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wholeAt = 0;
    const flush = async (): Promise<void> => {
      timer = undefined;
      const accessions = takeChanged();
      if (queries.getQueryData(key) === undefined) return;
      if (accessions.length > mostSingle) {
        const wait = wholeAt + 3000 - Date.now();
        if (wait > 0) await new Promise((done) => setTimeout(done, wait));
        wholeAt = Date.now();
        await queries.invalidateQueries({ queryKey: key });
        return;
      }
      await refreshRows(queries, accessions).catch(() => queries.invalidateQueries({ queryKey: key }));
    };
    const stop = watchChanged(() => {
      timer ??= setTimeout(() => void flush(), 300);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [queries]);
}

/** Read these rows anew and put them in their place, or take them out when nothing waits any more. */
export async function refreshRows(queries: QueryClient, accessions: readonly string[]): Promise<void> {
  if (accessions.length === 0) return;
  const query = { accession: accessions.join(','), limit: accessions.length, brief: 'true' };
  const { items } = await api.get<Page<WorkRow>>('/api/worklist', query);
  const found = accessions.map((accession) => items.find((row) => row.accession === accession));
  queries.setQueryData<readonly WorkRow[]>(key, (rows) =>
    rows === undefined ? rows : placeRows(rows, accessions, found),
  );
}

export function placeRows(
  rows: readonly WorkRow[],
  accessions: readonly string[],
  found: readonly (WorkRow | undefined)[],
): readonly WorkRow[] {
  const touched = new Set(accessions);
  const kept = rows.filter((row) => !touched.has(row.accession));
  for (const row of found) {
    if (row === undefined) continue;
    let low = 0;
    let high = kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = kept[middle];
      if (other !== undefined && byRank(other, row) < 0) low = middle + 1;
      else high = middle;
    }
    kept.splice(low, 0, row);
  }
  return kept;
}

/** The rows that are loaded, without asking the server. */
export const loadedRows = (queries: QueryClient): readonly WorkRow[] => queries.getQueryData(key) ?? [];
