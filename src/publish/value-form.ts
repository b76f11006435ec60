import { isDecimal } from '../domain/decimal.ts';
import type { Comparator } from '../domain/ids.ts';
import type { ReportedObservation } from '../store/documents.ts';

/** A coded finding: SNOMED CT where a code exists. */
export interface FindingCode {
  readonly code: string;
  readonly display: string;
}

/**
 * What a reported value is, told once for FHIR and HL7 (interfaces.md 1.4): digits stay as reported in every form, and
 * nothing that can't be read for certain is read as more than words.
 */
export type ValueForm =
  | { readonly kind: 'quantity'; readonly comparator?: Comparator; readonly value: string }
  /** `1:128`, `>1:640`: the comparator stands with the second number. */
  | {
      readonly kind: 'ratio';
      readonly comparator?: Comparator;
      readonly numerator: string;
      readonly denominator: string;
    }
  | { readonly kind: 'range'; readonly low: string; readonly high: string }
  | { readonly kind: 'coded'; readonly text: string; readonly finding?: FindingCode }
  | { readonly kind: 'text'; readonly text: string }
  /** Nothing to show, and why (http://terminology.hl7.org/CodeSystem/data-absent-reason). */
  | { readonly kind: 'absent'; readonly reason: 'not-performed' | 'error' | 'unknown' };

const ratio = /^(<=|>=|<|>)?\s*(\d+(?:\.\d+)?)\s*:\s*(\d+(?:\.\d+)?)$/;
const range = /^(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)$/;
/** Words beyond this are a text, not a finding. */
const longestFinding = 100;

const findings: readonly (readonly [FindingCode, readonly string[]])[] = [
  [{ code: '10828004', display: 'Positive' }, ['positive', 'pos', 'dương tính', '(+)', 'dương']],
  [{ code: '260385009', display: 'Negative' }, ['negative', 'neg', 'âm tính', '(-)', 'âm']],
  [{ code: '260373001', display: 'Detected' }, ['detected', 'phát hiện', 'có phát hiện']],
  [{ code: '260415000', display: 'Not detected' }, ['not detected', 'không phát hiện']],
  [{ code: '11214006', display: 'Reactive' }, ['reactive', 'có phản ứng', 'phản ứng']],
  [{ code: '131194007', display: 'Non-reactive' }, ['nonreactive', 'non-reactive', 'không phản ứng']],
];

/** The form of one reported value. */
export function formOf(observed: Pick<ReportedObservation, 'value' | 'comparator' | 'kind' | 'status'>): ValueForm {
  const { value, comparator, status } = observed;
  if (status === 'cancelled') return { kind: 'absent', reason: 'not-performed' };
  if (value === '') return { kind: 'absent', reason: status === 'entered-in-error' ? 'error' : 'unknown' };
  if (isDecimal(value) && (observed.kind === 'numeric' || comparator !== undefined)) {
    return { kind: 'quantity', value, ...(comparator === undefined ? {} : { comparator }) };
  }
  return formOfWords(`${comparator ?? ''}${value}`);
}

function formOfWords(text: string): ValueForm {
  const parts = ratio.exec(text);
  if (parts?.[2] !== undefined && parts[3] !== undefined) {
    const [, sign, numerator, denominator] = parts;
    const comparator = comparators.find((each) => each === sign);
    return { kind: 'ratio', numerator, denominator, ...(comparator === undefined ? {} : { comparator }) };
  }
  const ends = range.exec(text);
  if (ends?.[1] !== undefined && ends[2] !== undefined && Number(ends[1]) < Number(ends[2])) {
    return { kind: 'range', low: ends[1], high: ends[2] };
  }
  if (text.length > longestFinding || text.includes('\n')) return { kind: 'text', text };
  const form = text.normalize('NFC').trim().toLowerCase();
  const finding = findings.find(([, words]) => words.includes(form))?.[0];
  return { kind: 'coded', text, ...(finding === undefined ? {} : { finding }) };
}

const comparators: readonly Comparator[] = ['<', '<=', '>', '>='];
