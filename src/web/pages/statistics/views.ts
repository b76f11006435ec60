/** What a view of the figures shows, in the order of its columns. `by` says what a row may be of. */
export interface StatisticsView {
  readonly name: 'counts' | 'tat' | 'workload' | 'rejections' | 'criticals';
  readonly by: readonly string[];
  readonly columns: readonly StatisticsColumn[];
  /** Column drawn as a bar. */
  readonly bar: string;
}

export interface StatisticsColumn {
  readonly name: string;
  readonly kind: 'count' | 'duration';
}

const count = (name: string): StatisticsColumn => ({ name, kind: 'count' });
const duration = (name: string): StatisticsColumn => ({ name, kind: 'duration' });

export const statisticsViews: readonly StatisticsView[] = [
  {
    name: 'counts',
    by: ['section', 'analyte', 'analyzer', 'ward', 'requester', 'day'],
    columns: [count('observations')],
    bar: 'observations',
  },
  {
    name: 'tat',
    by: ['section', 'priority', 'ward', 'analyzer', 'analyte'],
    columns: [count('n'), duration('median'), duration('p90'), count('breaches')],
    bar: 'median',
  },
  { name: 'workload', by: ['person', 'hour'], columns: [count('observations')], bar: 'observations' },
  { name: 'rejections', by: ['reason', 'ward', 'person'], columns: [count('count')], bar: 'count' },
  {
    name: 'criticals',
    by: ['analyte', 'section', 'person'],
    columns: [count('n'), count('called'), duration('median'), duration('p90')],
    bar: 'n',
  },
];

/** Time stamps of a specimen between which the turn-around is measured, in their order. */
export const stamps = ['ordered', 'collected', 'received', 'analysed', 'resulted', 'verified', 'released'] as const;

export type StatisticsRow = Readonly<Record<string, unknown>> & { readonly key: string };

export const numberIn = (row: StatisticsRow, column: string): number | null => {
  const value = row[column];
  return typeof value === 'number' ? value : null;
};
