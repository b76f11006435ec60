import { formulas } from '../../domain/formulas.ts';
import type { CatalogueDoc } from '../../store/documents.ts';
import { entryId } from './entry-id.ts';

/** An entry as the API shows it. */
export function entryView(
  entry: CatalogueDoc,
): { readonly id: string; readonly version: number } & Readonly<Record<string, unknown>> {
  const { kind: _kind, _id, ...rest } = entry;
  const id = entryId(_id);
  if (!('valueKind' in rest)) return { id, ...rest };
  const { valueKind, ...analyte } = rest;
  const formula = formulas[analyte.formula ?? ''];
  return { id, ...analyte, kind: valueKind, calculated: formula !== undefined && formula.standsIn !== true };
}
