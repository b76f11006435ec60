import type { z } from 'zod';
import type { Cell } from '../tables/csv.ts';

/**
 * Entries as rows and back: a nested member is a column of its own (`name.vi`), a list is joined with `|`. Cells are text;
 * an empty one is absent.
 */

const nested: Readonly<Record<string, readonly string[]>> = {
  name: ['vi', 'en'],
  absurd: ['low', 'high'],
  performer: ['code', 'name'],
};
const lists: readonly string[] = ['choices', 'analytes'];
const numbers: readonly string[] = ['decimals', 'order', 'withinDays'];

/** Columns of a kind: `id` and `version` of what is there, then its fields. */
export function columnsOf(fields: z.ZodObject): string[] {
  const own = Object.keys(fields.shape).flatMap((name) => nested[name]?.map((part) => `${name}.${part}`) ?? [name]);
  return ['id', 'version', ...own];
}

/** One entry as the cells of its columns. */
export function rowOf(entry: Readonly<Record<string, unknown>>, columns: readonly string[]): Cell[] {
  return columns.map((column) => {
    const [name = '', part] = column.split('.');
    const value = part === undefined ? entry[name] : memberOf(entry[name], part);
    if (Array.isArray(value)) return value.join('|');
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  });
}

function memberOf(value: unknown, part: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === part)?.[1]
    : undefined;
}

/** A row as an entry to be checked; columns nobody knows stay, and are refused by the schema. */
export function entryOf(cells: readonly string[], columns: readonly string[]): Record<string, unknown> {
  const entry: Record<string, unknown> = {};
  for (const [position, column] of columns.entries()) {
    const text = (cells[position] ?? '').trim();
    if (text === '') continue;
    const [name = '', part] = column.trim().split('.');
    if (part === undefined) entry[name] = cellValue(name, text);
    else {
      const before = entry[name];
      entry[name] = { ...(typeof before === 'object' && before !== null ? before : {}), [part]: text };
    }
  }
  return entry;
}

function cellValue(name: string, text: string): unknown {
  if (lists.includes(name)) return text.split('|').map((each) => each.trim());
  if (numbers.includes(name) || name === 'version') return Number(text);
  return text;
}
