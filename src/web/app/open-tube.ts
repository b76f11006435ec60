import type { WorkRow } from '../api/types.ts';
import { goTo, pathOf } from './routes.ts';
import { findTube, fold } from './search.ts';

/** What an accession looks like: letters and digits with at least three digits, no blanks. */
const looksLikeAccession = (text: string): boolean =>
  /^[\p{L}\p{N}][\p{L}\p{N}._/-]{3,49}$/u.test(text) && /\d.*\d.*\d/.test(text);

/**
 * Opens what was searched for: a known tube, the only patient that fits, or an accession that is not on the list (it
 * may be verified already, or not registered). False when it is neither and the list should show what fits.
 */
export function openTube(typed: string, rows: readonly WorkRow[]): boolean {
  const text = typed.trim();
  const tube = findTube(
    text,
    rows.map((row) => row.accession),
  );
  if (tube !== undefined) {
    goTo(pathOf('results', tube));
    return true;
  }
  const words = fold(text);
  const fits = rows.filter((row) => fold(row.patient.name).includes(words) || fold(row.patient.id) === words);
  const only = fits.length === 1 ? fits[0] : undefined;
  if (only !== undefined) {
    goTo(pathOf('results', only.accession));
    return true;
  }
  if (fits.length === 0 && looksLikeAccession(text)) {
    goTo(pathOf('results', text));
    return true;
  }
  return false;
}
