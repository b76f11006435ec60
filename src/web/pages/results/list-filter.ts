import type { WorkRow } from '../../api/types.ts';
import { fold } from '../../app/search.ts';
import { turnaround } from './tat.ts';
import { isCleanRow } from './waiting.ts';

/** What of the worklist is shown: one state at a time, and within it sections and one analyzer. */
export interface ListFilter {
  readonly show: 'all' | 'stat' | 'clean' | 'flagged' | 'looked' | 'late' | 'verified' | 'mine';
  readonly section?: string;
  readonly analyzer?: string;
}

export const everything: ListFilter = { show: 'all' };

/** What a row is looked at with: the tubes a person has chosen, and the time. */
export interface Look {
  readonly chosen: ReadonlySet<string>;
  /** In ms since 1970. */
  readonly now: number;
}

const shows: Readonly<Record<ListFilter['show'], (row: WorkRow, look: Look) => boolean>> = {
  all: () => true,
  stat: (row) => row.priority === 'stat',
  clean: (row) => isCleanRow(row),
  flagged: (row) => row.flagged > 0,
  looked: (row) => row.alerts.length > 0,
  late: (row, { now }) => turnaround(row, now).tone === 'over',
  verified: (row) => row.verified > 0,
  mine: (row, { chosen }) => chosen.has(row.accession),
};

/** Rows that fit filter and search (accession, patient id or name, without regard to diacritics), in their order. */
export function filterRows(
  rows: readonly WorkRow[],
  filter: ListFilter,
  search: string,
  look: Look,
): readonly WorkRow[] {
  const words = fold(search.trim());
  if (filter.show === 'all' && filter.section === undefined && filter.analyzer === undefined && words === '')
    return rows;
  return rows.filter(
    (row) =>
      shows[filter.show](row, look) &&
      (filter.section === undefined || row.sections.includes(filter.section)) &&
      (filter.analyzer === undefined || row.analyzers.includes(filter.analyzer)) &&
      (words === '' ||
        fold(row.accession).includes(words) ||
        fold(row.patient.name).includes(words) ||
        fold(row.patient.id).includes(words)),
  );
}

export interface ListCounts {
  readonly shows: Readonly<Record<ListFilter['show'], number>>;
  /** Sections with rows, most first. */
  readonly sections: readonly { readonly code: string; readonly count: number }[];
  readonly analyzers: readonly string[];
}

/** How many rows each chip stands for. */
export function countRows(rows: readonly WorkRow[], look: Look): ListCounts {
  const counts = { all: rows.length, stat: 0, clean: 0, flagged: 0, looked: 0, late: 0, verified: 0, mine: 0 };
  const sections = new Map<string, number>();
  const analyzers = new Set<string>();
  for (const row of rows) {
    for (const show of ['stat', 'clean', 'flagged', 'looked', 'late', 'verified', 'mine'] as const) {
      if (shows[show](row, look)) counts[show] += 1;
    }
    for (const section of row.sections) sections.set(section, (sections.get(section) ?? 0) + 1);
    for (const analyzer of row.analyzers) analyzers.add(analyzer);
  }
  return {
    shows: counts,
    sections: [...sections].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count),
    analyzers: [...analyzers].sort(),
  };
}
