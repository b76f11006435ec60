import { ZodError } from 'zod';
import { saveEntry } from '../../acts/catalogue-changes.ts';
import type { Actor } from '../../domain/ids.ts';
import { isLisError, LisError } from '../../errors.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import type { CatalogueDoc } from '../../store/documents.ts';
import type { CatalogueKind, Entry } from './kinds.ts';
import { entryOf } from './rows.ts';
import { saveNew } from './save-new.ts';

interface Change {
  readonly entry: Entry;
  readonly known: CatalogueDoc | undefined;
  readonly seen: number;
}

/**
 * Take a table in: each row is an entry; one that is there gets a new version where something differs. All rows are checked
 * before the first is written. Throws CATALOGUE_INVALID naming the row, VERSION_CONFLICT where `version` is not the last.
 */
export async function importRows(
  lab: Laboratory,
  actor: Actor,
  kind: CatalogueKind,
  rows: readonly (readonly string[])[],
): Promise<{ created: number; changed: number; unchanged: number }> {
  const [columns, ...body] = rows;
  if (columns === undefined) throw new LisError('CATALOGUE_INVALID', { detail: 'the table is empty' });
  const changes = body.map((cells, position) => readRow(lab, kind, entryOf(cells, columns), position + 2));
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

function readRow(lab: Laboratory, kind: CatalogueKind, row: Record<string, unknown>, number: number): Change {
  const { id, version, calculated: _calculated, ...fields } = row;
  try {
    const entry = kind.read(fields, lab.catalogue);
    const key = entry.key ?? id;
    const known = lab.catalogue.ofKind(kind.kind).find((each) => each._id === `${kind.kind}/${String(key)}`);
    const seen = typeof version === 'number' ? version : (known?.version ?? 0);
    if (known !== undefined && known.version !== seen) throw new LisError('VERSION_CONFLICT', { what: known._id });
    return { entry, known, seen };
  } catch (thrown) {
    if (isLisError(thrown, 'VERSION_CONFLICT')) throw thrown;
    throw new LisError('CATALOGUE_INVALID', { detail: `row ${number}: ${wordsOf(thrown)}`, row: number }, thrown);
  }
}

function wordsOf(thrown: unknown): string {
  if (thrown instanceof ZodError) {
    return thrown.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      .join('; ');
  }
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
