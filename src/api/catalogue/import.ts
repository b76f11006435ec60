import { ZodError } from 'zod';
import { saveEntry } from '../../acts/catalogue-changes.ts';
import type { Actor } from '../../domain/ids.ts';
import { isLisError, LisError } from '../../errors.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import type { CatalogueDoc } from '../../store/documents.ts';
import type { CatalogueKind, Entry } from './kinds.ts';
import { columnsOf, entryOf } from './rows.ts';
import { saveNew } from './save-new.ts';

interface Change {
  readonly entry: Entry;
  readonly known: CatalogueDoc | undefined;
  readonly seen: number;
}

/** What is wrong with one row of a table; the header is row 1. */
interface RowProblem {
  readonly row: number;
  readonly problem: string;
}

/** So many rows are named when a table is refused. */
const mostNamed = 100;

/**
 * Take a table in: each row is an entry; one that is there gets a new version where something differs. All rows are checked
 * before the first is written. Throws CATALOGUE_INVALID naming every row that is wrong, VERSION_CONFLICT where `version` is
 * not the last.
 */
export async function importRows(
  lab: Laboratory,
  actor: Actor,
  kind: CatalogueKind,
  rows: readonly (readonly string[])[],
): Promise<{ created: number; changed: number; unchanged: number }> {
  const [columns, ...body] = rows;
  if (columns === undefined) throw new LisError('CATALOGUE_INVALID', { detail: 'the table is empty' });
  const problems: RowProblem[] = unknownColumns(kind, columns).map((column) => ({
    row: 1,
    problem: `${column}: is not a column that is known here`,
  }));
  const changes: Change[] = [];
  const firstRows = new Map<string, number>();
  for (const [position, cells] of body.entries()) {
    const row = position + 2;
    const read = readRow(lab, kind, entryOf(cells, columns));
    if ('problem' in read) {
      problems.push({ row, problem: read.problem });
      continue;
    }
    const key = read.entry.key ?? read.known?._id;
    const first = key === undefined ? undefined : firstRows.get(key);
    if (first !== undefined) problems.push({ row, problem: `stands in row ${first} already` });
    if (key !== undefined) firstRows.set(key, first ?? row);
    changes.push(read);
  }
  refuseWith(problems);
  const counts = { created: 0, changed: 0, unchanged: 0 };
  for (const { entry, known, seen } of changes) {
    if (known === undefined) {
      await saveNew(lab, kind, entry, (doc) => saveEntry(lab, actor, doc, 0));
      counts.created += 1;
    } else if (same(known, entry.doc(known._id, known.version))) counts.unchanged += 1;
    else {
      await saveEntry(lab, actor, entry.doc(known._id, seen), seen);
      counts.changed += 1;
    }
  }
  return counts;
}

function refuseWith(problems: readonly RowProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : '';
  throw new LisError('CATALOGUE_INVALID', {
    detail: `row ${first.row}: ${first.problem}${more}`,
    row: first.row,
    rows: problems.slice(0, mostNamed),
    count: problems.length,
  });
}

/** A misspelt column that is passed over would be a value that is missing. */
function unknownColumns(kind: CatalogueKind, columns: readonly string[]): string[] {
  const known = new Set([...columnsOf(kind.fields), 'calculated']);
  return columns.map((column) => column.trim()).filter((column) => !known.has(column));
}

function readRow(
  lab: Laboratory,
  kind: CatalogueKind,
  row: Record<string, unknown>,
): Change | { readonly problem: string } {
  const { id, version, calculated: _calculated, ...fields } = row;
  try {
    const entry = kind.read(fields, lab);
    const key = entry.key ?? id;
    const known = lab.catalogue.ofKind(kind.kind).find((each) => each._id === `${kind.kind}/${String(key)}`);
    const seen = typeof version === 'number' ? version : (known?.version ?? 0);
    if (known !== undefined && known.version !== seen) throw new LisError('VERSION_CONFLICT', { what: known._id });
    return { entry, known, seen };
  } catch (thrown) {
    if (isLisError(thrown, 'VERSION_CONFLICT')) throw thrown;
    return { problem: wordsOf(thrown) };
  }
}

function wordsOf(thrown: unknown): string {
  if (thrown instanceof ZodError) {
    return thrown.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      .join('; ');
  }
  if (isLisError(thrown, 'CATALOGUE_INVALID')) return String(thrown.context.detail);
  return thrown instanceof Error ? thrown.message : 'it can not be read';
}

function same(one: CatalogueDoc, other: CatalogueDoc): boolean {
  const sorted = (value: unknown): string =>
    JSON.stringify(value, (_key, member: unknown) =>
      typeof member === 'object' && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    );
  return sorted(one) === sorted(other);
}
