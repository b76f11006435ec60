import './results.css';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { api, asApiError } from '../../api/client.ts';
import { specimenQuery, useAnalyzers } from '../../api/queries.ts';
import type { Observation, Page, Specimen, WorkRow } from '../../api/types.ts';
import { useWorklist } from '../../api/worklist.ts';
import { goTo, pathOf, useRoute } from '../../app/routes.ts';
import { setSearch, useSearch } from '../../app/search.ts';
import { useDecides, useMe } from '../../app/session.ts';
import { say } from '../../app/toasts.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { useCommands } from '../../keys/use-commands.ts';
import { Empty } from '../../parts/empty.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useNow } from '../../parts/use-now.ts';
import { GuideCard } from '../guide/guide-card.tsx';
import { useActs } from './acts.ts';
import { ChosenBar } from './chosen-bar.tsx';
import { FilterChips } from './filter-chips.tsx';
import { countRows, everything, filterRows, type ListFilter } from './list-filter.ts';
import { EmptyList } from './list-states.tsx';
import { SpecimenList } from './specimen-list.tsx';
import { type Refused, SpecimenPane } from './specimen-pane.tsx';
import { cleanAmong, isClean, isCleanRow, isPending } from './waiting.ts';

/** How often is looked for what has become late. */
const lateEveryMs = 60_000;

/** The page a technician lives on: what waits on the left, the open specimen on the right. */
export function ResultsPage() {
  const { t, why } = useWords();
  const { of: accession } = useRoute();
  const search = useSearch();
  const queries = useQueryClient();
  const acts = useActs();
  const { data: all, error, isPending: loading } = useWorklist();
  const { data: lines } = useAnalyzers();
  const decides = useDecides();
  const { sections: ownSections = [] } = useMe();
  const [filter, setFilter] = useState<ListFilter>(() => startOf(ownSections));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<ReadonlyMap<string, Refused>>(new Map());
  const now = useNow(lateEveryMs);
  const look = useMemo(() => ({ chosen, now }), [chosen, now]);
  const rows = useMemo(() => filterRows(all ?? [], filter, search, look), [all, filter, search, look]);
  const counts = useMemo(() => countRows(all ?? [], look), [all, look]);
  const at = rows.findIndex((row) => row.accession === accession);
  usePrefetch(rows, at);

  const open = useCallback((next: string | undefined): void => goTo(pathOf('results', next), true), []);
  const first = rows[0]?.accession;
  useEffect(() => {
    if (accession === undefined && first !== undefined) open(first);
  }, [accession, first, open]);
  const after = rows[at + 1] ?? rows[at - 1];
  const step = (by: 1 | -1): void => {
    const next = at < 0 ? rows[0] : rows[at + by];
    if (next !== undefined) open(next.accession);
  };
  const choose = (): void => {
    if (accession === undefined || at < 0) return;
    setChosen((before) =>
      before.has(accession)
        ? new Set([...before].filter((each) => each !== accession))
        : new Set([...before, accession]),
    );
  };
  useCommands([
    { combo: 'ArrowDown', label: 'next', run: () => step(1), repeats: true },
    { combo: 'ArrowUp', label: 'previous', run: () => step(-1), repeats: true },
    { combo: 'Space', label: 'select', run: choose },
  ]);

  const verifyClean = (seen: Specimen, observations: readonly Observation[]): void => {
    open(after?.accession);
    setRefused((before) => new Map([...before].filter(([key]) => key !== seen.accession)));
    acts.verify(seen.accession, observations).catch(async (thrown: unknown) => {
      const refusal = asApiError(thrown);
      // Read before it is shown again: the page says what changed from what is there, not from what it kept.
      await queries.fetchQuery({ ...specimenQuery(seen.accession), staleTime: 0 }).catch(() => undefined);
      setRefused((before) => new Map([...before, [seen.accession, { seen, error: refusal }]]));
      say(`${seen.accession}: ${why(refusal)}`, { tone: 'trouble', seconds: 8 });
      open(seen.accession);
    });
  };
  const verifyMany = async (accessions: readonly string[]): Promise<void> => {
    const specimens = await readClean(accessions, decides);
    setChosen(new Set());
    if (specimens.length === 0) say(t('results.chosenNoneClean'));
    else await acts.verifyMany(specimens);
  };
  const runMany = (accessions: readonly string[]): void => {
    verifyMany(accessions).catch((thrown: unknown) => say(why(asApiError(thrown)), { tone: 'trouble', seconds: 8 }));
  };
  const cleanRows = rows.filter((row) => isCleanRow(row) && row.sections.some((section) => decides({ section })));
  const filtered = filter !== everything || search.trim() !== '';
  return (
    <div className="results-page">
      <div className="list-side no-print">
        <FilterChips filter={filter} counts={counts} onChange={setFilter} />
        <Trouble error={error} />
        <SpecimenList rows={rows} selected={accession} chosen={chosen} onOpen={open}>
          {!loading && (
            <EmptyList
              filtered={filtered && (all ?? []).length > 0}
              onUnfilter={() => {
                setFilter(everything);
                setSearch('');
              }}
            />
          )}
        </SpecimenList>
        <ChosenBar
          chosen={[...chosen]}
          clean={filter.show === 'clean' ? cleanRows.map((row) => row.accession) : []}
          onVerify={runMany}
          onDrop={() => setChosen(new Set())}
        />
        {!loading && ((all ?? []).length > 0 || (lines ?? []).length > 0) && <GuideCard />}
      </div>
      {accession === undefined ? (
        <Empty title={t('results.empty.choose')} />
      ) : (
        <SpecimenPane
          key={accession}
          accession={accession}
          refused={refused.get(accession)}
          onVerifyChosen={chosen.size > 0 ? () => runMany([...chosen]) : undefined}
          onVerifyClean={verifyClean}
          onNext={() => open(after?.accession)}
        />
      )}
    </div>
  );
}

/** The neighbours of the open specimen are read before anyone asks: the next one stands there at once. */
function usePrefetch(rows: readonly WorkRow[], at: number): void {
  const queries = useQueryClient();
  const near = [rows[at + 1], rows[at + 2], rows[at - 1]]
    .map((row) => row?.accession)
    .filter((each) => each !== undefined);
  const key = near.join('\n');
  useEffect(() => {
    for (const accession of key === '' ? [] : key.split('\n')) {
      void queries.prefetchQuery(specimenQuery(accession));
    }
  }, [queries, key]);
}

/** Who decides for one section begins with what waits there. */
function startOf([section, ...others]: readonly string[]): ListFilter {
  return section === undefined || others.length > 0 ? everything : { ...everything, section };
}

/**
 * Of these specimens, those of which all that waits for the person is clean, with the versions that are there now. What is
 * of other sections is left.
 */
async function readClean(
  accessions: readonly string[],
  decides: (observation: Observation) => boolean,
): Promise<readonly { accession: string; observations: readonly Observation[] }[]> {
  const found: { accession: string; observations: readonly Observation[] }[] = [];
  for (let from = 0; from < accessions.length; from += 100) {
    const some = accessions.slice(from, from + 100);
    const { items } = await api.get<Page<WorkRow>>('/api/worklist', { accession: some.join(','), limit: some.length });
    for (const row of items) {
      const waiting = (row.observations ?? []).filter(isPending);
      const own = waiting.filter(decides);
      const whole = own.length < waiting.length || isCleanRow(row);
      if (!whole || own.length === 0 || !own.every(isClean)) continue;
      const taken = cleanAmong(waiting, decides);
      if (taken.length > 0) found.push({ accession: row.accession, observations: taken });
    }
  }
  return found;
}
