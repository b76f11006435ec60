import { useSyncExternalStore } from 'react';

/** What stands in the search field: the worklist filters by it while it is typed. */
let text = '';
const watchers = new Set<() => void>();

export function setSearch(next: string): void {
  if (next === text) return;
  text = next;
  for (const tell of watchers) tell();
}

export function useSearch(): string {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => text,
  );
}

/** Lower case without diacritics: `Phạm` is found by `pham`. */
export const fold = (words: string): string =>
  words.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D').toLowerCase();

/**
 * The tube a search means among those known: the accession itself, or the only one that ends in what was typed (the
 * last digits, as they are read off a tube).
 */
export function findTube(typed: string, accessions: readonly string[]): string | undefined {
  const wanted = typed.trim();
  if (wanted === '') return undefined;
  if (accessions.includes(wanted)) return wanted;
  if (!/^[\w.-]{4,}$/.test(wanted)) return undefined;
  const ending = accessions.filter((accession) => accession.endsWith(wanted));
  return ending.length === 1 ? ending[0] : undefined;
}
