import type { SerumIndexKind } from '../interference.ts';
import type { StartingAnalyte, StartingRange } from './entries.ts';
import { startingSource } from './entries.ts';

/** The serum indices: no results of the patient but of the specimen. Words, so that an analyzer's own scale stays as sent. */
export const serumIndices: readonly StartingAnalyte[] = [
  index('HIL-H', 'Chỉ số tan huyết', 'Hemolysis index', 'hemolysis'),
  index('HIL-I', 'Chỉ số vàng huyết thanh', 'Icterus index', 'icterus'),
  index('HIL-L', 'Chỉ số đục mỡ', 'Lipemia index', 'lipemia'),
];

function index(code: string, vi: string, en: string, serumIndex: SerumIndexKind): StartingAnalyte {
  return { code, vi, en, unit: '', decimals: 0, loinc: '', qualitative: true, serumIndex };
}

/**
 * From where on a specimen is called haemolysed, icteric or lipaemic on a scale of about mg/dL (haemoglobin, bilirubin,
 * fat), and strongly so. Haemolysis: moderate up to 300 in doi 10.1177/00045632251356827, visible from about 50; the others
 * are customary. Each laboratory confirms them for its analyzers.
 */
export const serumIndexRanges: readonly StartingRange[] = [
  { analyte: 'HIL-H', high: '50', criticalHigh: '300' },
  { analyte: 'HIL-I', high: '2', criticalHigh: '20' },
  { analyte: 'HIL-L', high: '50', criticalHigh: '300' },
];

export interface StartingInterference {
  readonly analyte: string;
  readonly index: SerumIndexKind;
  readonly above: string;
  readonly source: string;
}

const cited = (analyte: string, above: string, from: string): StartingInterference => ({
  analyte,
  index: 'hemolysis',
  above,
  source: `${startingSource}; ${from}`,
});

/** Limits that the literature gives for one make of analyzer (Roche cobas, index about mg/dL of haemoglobin). */
export const startingInterferences: readonly StartingInterference[] = [
  cited('K', '20', 'limit of the maker for cobas pro, as in J Lab Med 2025 (18 assays; 5 % deviation from 57)'),
  cited('AST', '20', 'limit of the maker for Roche AST, as in a study of tiered H-index limits'),
  cited('LDH', '20', '51 % per 100 of the index on cobas 8000 (doi 10.1177/00045632251356827): 10 % at 20'),
];
