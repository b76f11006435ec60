import type { DayDoc } from '../store/documents.ts';

/** What figures are kept by. */
export const dimensions = ['section', 'analyte', 'analyzer', 'ward', 'requester', 'priority', 'accession'] as const;
export type Dimension = (typeof dimensions)[number];

/** The stamps of a result's way. */
export const stamps = ['ordered', 'collected', 'received', 'analysed', 'resulted', 'verified', 'released'] as const;
export type Stamp = (typeof stamps)[number];

/** One released observation. */
export type FigureRow = Readonly<Record<Dimension, string>> & Readonly<Record<Stamp, number>>;

/** Rows of one day in columns. */
export interface Columns {
  readonly rows: number;
  readonly values: Readonly<Record<Dimension, readonly string[]>>;
  readonly positions: Readonly<Record<Dimension, Uint32Array>>;
  readonly instants: Readonly<Record<Stamp, Float64Array>>;
}

function record<K extends string, T>(keys: readonly K[], make: (key: K) => T): Record<K, T> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, T>;
}

export function columnsOf(rows: readonly FigureRow[]): Columns {
  const values = record(dimensions, () => new Map<string, number>());
  const positions = record(dimensions, () => new Uint32Array(rows.length));
  const instants = record(stamps, () => new Float64Array(rows.length));
  for (const [at, row] of rows.entries()) {
    for (const dimension of dimensions) {
      const known = values[dimension];
      const position = known.get(row[dimension]) ?? known.size;
      if (position === known.size) known.set(row[dimension], position);
      positions[dimension][at] = position;
    }
    for (const stamp of stamps) instants[stamp][at] = row[stamp];
  }
  return { rows: rows.length, values: record(dimensions, (each) => [...values[each].keys()]), positions, instants };
}

/** As the store keeps it. */
export function dayDoc(day: string, columns: Columns): DayDoc {
  const bytes = (array: Uint32Array | Float64Array): Uint8Array => new Uint8Array(array.buffer.slice(0));
  return {
    _id: day,
    rows: columns.rows,
    values: columns.values,
    positions: record(dimensions, (each) => bytes(columns.positions[each])),
    instants: record(stamps, (each) => bytes(columns.instants[each])),
  };
}

/** Columns of a kept day; null where it was kept in another shape. */
export function columnsOfDay(day: DayDoc): Columns | null {
  const whole =
    dimensions.every((each) => day.values[each] !== undefined && day.positions[each]?.length === day.rows * 4) &&
    stamps.every((each) => day.instants[each]?.length === day.rows * 8);
  if (!whole) return null;
  const copy = (bytes: Uint8Array | undefined): ArrayBuffer => new Uint8Array(bytes ?? []).buffer;
  return {
    rows: day.rows,
    values: record(dimensions, (each) => day.values[each] ?? []),
    positions: record(dimensions, (each) => new Uint32Array(copy(day.positions[each]))),
    instants: record(stamps, (each) => new Float64Array(copy(day.instants[each]))),
  };
}
