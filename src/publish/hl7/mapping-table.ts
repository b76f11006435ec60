import type { z } from 'zod';
import { type Hl7Destination, mappingParts } from '../../laboratory/recipient-config.ts';

/** What a receiver wants otherwise than we say it, as rows: units, status letters, longest fields. */
export const mappingKinds = ['unit', 'status', 'length'] as const;
export type MappingKind = (typeof mappingKinds)[number];

export interface MappingRow {
  readonly kind: string;
  /** Our unit, our status, a field such as OBX-17. */
  readonly ours: string;
  /** Theirs; of a field the most characters. */
  readonly theirs: string;
}

/** A row as it was read: what is wrong with it, or what taking it would do. */
export interface CheckedRow extends MappingRow {
  /** Of the file, the header is 1. */
  readonly line: number;
  readonly fault?: 'kind' | 'columns' | 'ours' | 'unit' | 'status' | 'field' | 'length' | 'twice';
  readonly effect?: 'new' | 'changed' | 'same';
}

export const mappingColumns = ['kind', 'ours', 'theirs'] as const;

/** The mapping of a destination as rows, in order. */
export function mappingRows({ units = {}, statuses = {}, lengths = {} }: Partial<Hl7Destination>): MappingRow[] {
  const rowsOf = (kind: MappingKind, table: Readonly<Record<string, string | number>>): MappingRow[] =>
    Object.keys(table)
      .sort()
      .map((ours) => ({ kind, ours, theirs: String(table[ours]) }));
  return [...rowsOf('unit', units), ...rowsOf('status', statuses), ...rowsOf('length', lengths)];
}

/** Look at the rows of a table one by one (the header first) against what is there. Null: its header is not ours. */
export function checkMapping(
  table: readonly (readonly string[])[],
  present: readonly MappingRow[],
): CheckedRow[] | null {
  const [header, ...rows] = table;
  const places = mappingColumns.map((name) => (header ?? []).findIndex((cell) => cell.trim().toLowerCase() === name));
  if (places.includes(-1)) return null;
  const seen = new Set<string>();
  return rows.map((cells, at): CheckedRow => {
    const [kind = '', ours = '', theirs = ''] = places.map((place) => (cells[place] ?? '').trim());
    const row = { line: at + 2, kind: kind.toLowerCase(), ours, theirs };
    const key = `${row.kind}\u001f${ours}`;
    const fault =
      cells.length > (header ?? []).length ? 'columns' : (faultOf(row) ?? (seen.has(key) ? 'twice' : undefined));
    if (fault !== undefined) return { ...row, fault };
    seen.add(key);
    const before = present.find((each) => each.kind === row.kind && each.ours === ours);
    return { ...row, effect: before === undefined ? 'new' : before.theirs === theirs ? 'same' : 'changed' };
  });
}

/** What the configuration's schema would refuse, row by row. */
function faultOf({ kind, ours, theirs }: MappingRow): CheckedRow['fault'] {
  const { letter, unit, field, length } = mappingParts;
  switch (kind) {
    case 'unit':
      if (ours === '') return 'ours';
      return holds(unit, theirs) ? undefined : 'unit';
    case 'status':
      return holds(letter, ours) && holds(letter, theirs) ? undefined : 'status';
    case 'length':
      if (!holds(field, ours)) return 'field';
      return /^[1-9]\d*$/.test(theirs) && holds(length, Number(theirs)) ? undefined : 'length';
    default:
      return 'kind';
  }
}

const holds = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;
