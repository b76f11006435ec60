import { isLisError } from '../../errors.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import type { CatalogueDoc } from '../../store/documents.ts';
import type { CatalogueKind, Entry } from './kinds.ts';

/** Write under the entry's own key, or under the next free number of its analyte. */
export async function saveNew(
  lab: Laboratory,
  kind: CatalogueKind,
  entry: Entry,
  save: (doc: CatalogueDoc) => Promise<CatalogueDoc>,
): Promise<CatalogueDoc> {
  if (entry.key !== null) return save(entry.doc(`${kind.kind}/${entry.key}`, 1));
  const analyte = entry.analyte ?? '';
  const mine = `${kind.kind}/${analyte}-`;
  const numbers = lab.catalogue
    .ofKind(kind.kind)
    .flatMap((each) => (each._id.startsWith(mine) ? [Number(each._id.slice(mine.length))] : []));
  for (let next = Math.max(0, ...numbers.filter(Number.isInteger)) + 1; ; next += 1) {
    try {
      return await save(entry.doc(`${mine}${next}`, 1));
    } catch (thrown) {
      // A colleague took this number at the same time.
      if (!isLisError(thrown, 'VERSION_CONFLICT')) throw thrown;
    }
  }
}
