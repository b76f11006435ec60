import { type Columns, type Dimension, dimensions, type Stamp } from './columns.ts';

/** What is counted: released in [from, to), ms since 1970; only rows whose dimensions have these values. */
export interface Selection {
  readonly from: number;
  readonly to: number;
  readonly where: { readonly [dimension in Dimension]?: string | undefined };
}

export type FigureTask =
  | { readonly kind: 'counts'; readonly selection: Selection; readonly by: Dimension | 'day'; readonly shift: number }
  | {
      readonly kind: 'tat';
      readonly selection: Selection;
      readonly by: Dimension;
      readonly start: Stamp;
      readonly end: Stamp;
      /** Seconds by priority beyond which a result is late. */
      readonly targets: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'breaches';
      readonly selection: Selection;
      readonly start: Stamp;
      readonly end: Stamp;
      readonly targets: Readonly<Record<string, number>>;
      readonly limit: number;
    };

export interface CountRow {
  readonly key: string;
  readonly observations: number;
}
export interface TatRow {
  readonly key: string;
  readonly n: number;
  readonly median: number;
  readonly p90: number;
  readonly breaches: number;
}
export interface BreachRow {
  readonly accession: string;
  readonly analyte: string;
  readonly section: string;
  readonly ward: string;
  readonly priority: string;
  readonly seconds: number;
}

/** Call `visit` with each selected row of the days. */
function eachRow(days: readonly Columns[], selection: Selection, visit: (day: Columns, row: number) => void): void {
  for (const day of days) {
    const wanted = dimensions.flatMap((each): [Dimension, number][] => {
      const value = selection.where[each];
      return value === undefined ? [] : [[each, day.values[each].indexOf(value)]];
    });
    if (wanted.some(([, position]) => position < 0)) continue;
    const { released } = day.instants;
    for (let row = 0; row < day.rows; row += 1) {
      const at = released[row] ?? Number.NaN;
      if (!(at >= selection.from && at < selection.to)) continue;
      if (wanted.every(([each, position]) => day.positions[each][row] === position)) visit(day, row);
    }
  }
}

const valueAt = (day: Columns, dimension: Dimension, row: number): string =>
  day.values[dimension][day.positions[dimension][row] ?? 0] ?? '';

/** Released observations by a dimension, or by day of the laboratory (`shift` is its zone's offset in ms). */
function countBy(days: readonly Columns[], selection: Selection, by: Dimension | 'day', shift: number): CountRow[] {
  const counts = new Map<string, number>();
  eachRow(days, selection, (day, row) => {
    const key =
      by === 'day'
        ? new Date((day.instants.released[row] ?? 0) + shift).toISOString().slice(0, 10)
        : valueAt(day, by, row);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  return [...counts].map(([key, observations]) => ({ key, observations })).sort(byKey);
}

/** Seconds from one stamp to another, by a dimension. Rows without one of the stamps are not counted. */
function turnaround(
  days: readonly Columns[],
  selection: Selection,
  by: Dimension,
  span: { readonly start: Stamp; readonly end: Stamp; readonly targets: Readonly<Record<string, number>> },
): TatRow[] {
  const groups = new Map<string, { seconds: number[]; breaches: number }>();
  eachRow(days, selection, (day, row) => {
    const seconds = secondsAt(day, row, span);
    if (seconds === null) return;
    const key = valueAt(day, by, row);
    let group = groups.get(key);
    if (group === undefined) {
      group = { seconds: [], breaches: 0 };
      groups.set(key, group);
    }
    group.seconds.push(seconds);
    if (isLate(day, row, seconds, span.targets)) group.breaches += 1;
  });
  return [...groups]
    .map(([key, { seconds, breaches }]) => {
      const sorted = Float64Array.from(seconds).sort();
      return { key, n: sorted.length, median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9), breaches };
    })
    .sort(byKey);
}

/** The latest of the late ones, for a closer look. */
function breachesOf(
  days: readonly Columns[],
  selection: Selection,
  span: {
    readonly start: Stamp;
    readonly end: Stamp;
    readonly targets: Readonly<Record<string, number>>;
    readonly limit: number;
  },
): BreachRow[] {
  const late: BreachRow[] = [];
  eachRow(days, selection, (day, row) => {
    const seconds = secondsAt(day, row, span);
    if (seconds === null || !isLate(day, row, seconds, span.targets)) return;
    late.push({
      accession: valueAt(day, 'accession', row),
      analyte: valueAt(day, 'analyte', row),
      section: valueAt(day, 'section', row),
      ward: valueAt(day, 'ward', row),
      priority: valueAt(day, 'priority', row),
      seconds,
    });
  });
  return late.sort((one, other) => other.seconds - one.seconds).slice(0, span.limit);
}

function secondsAt(
  day: Columns,
  row: number,
  { start, end }: { readonly start: Stamp; readonly end: Stamp },
): number | null {
  const seconds = ((day.instants[end][row] ?? Number.NaN) - (day.instants[start][row] ?? Number.NaN)) / 1000;
  return seconds >= 0 ? seconds : null;
}

function isLate(day: Columns, row: number, seconds: number, targets: Readonly<Record<string, number>>): boolean {
  return seconds > (targets[valueAt(day, 'priority', row)] ?? Number.POSITIVE_INFINITY);
}

/** Linear between the nearest ranks (Hyndman and Fan 1996, type 7), to a tenth of a second. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? 0;
  const high = sorted[Math.ceil(place)] ?? low;
  return Math.round((low + (high - low) * (place - Math.floor(place))) * 10) / 10;
}

const byKey = (one: { key: string }, other: { key: string }): number => (one.key < other.key ? -1 : 1);

/** One task, wherever it runs. */
export function figuresOf(days: readonly Columns[], task: FigureTask): (CountRow | TatRow | BreachRow)[] {
  switch (task.kind) {
    case 'counts':
      return countBy(days, task.selection, task.by, task.shift);
    case 'tat':
      return turnaround(days, task.selection, task.by, task);
    case 'breaches':
      return breachesOf(days, task.selection, task);
    default:
      return task satisfies never;
  }
}
