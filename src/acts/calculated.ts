import type { Decimal } from 'decimal.js';
import { yearsOfAge } from '../domain/age.ts';
import { decimal, isDecimal } from '../domain/decimal.ts';
import { type Formula, formulas, roundResult } from '../domain/formulas.ts';
import { identityKey } from '../domain/identity.ts';
import { conversion, sameUnit } from '../domain/units.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { AnalyteDoc, ObservationDoc, PatientDoc, SpecimenDoc } from '../store/documents.ts';
import { observationKey } from './hash.ts';

/** What stands for the analyzer of calculated values. */
const calculator = 'calculated';
/** Digits kept where nobody said how many. */
const usualDecimals = 2;

/** A calculated value before the laboratory's rules have seen it, and how it was made. */
export type CalculatedDraft = Pick<
  ObservationDoc,
  | '_id'
  | 'accession'
  | 'origin'
  | 'analyzer'
  | 'hostCode'
  | 'analyte'
  | 'loinc'
  | 'section'
  | 'value'
  | 'unit'
  | 'sent'
  | 'observedAt'
  | 'receivedAt'
  | 'conversion'
  | 'comments'
> & { readonly calculatedFrom: readonly string[]; readonly made: string; readonly refused: boolean };

/** States in which a run is a source. */
const standing: readonly ObservationDoc['state'][] = ['pending', 'verified', 'released'];

/**
 * The calculated values that the ordered analytes and the current runs of a specimen come to: one for each whose sources
 * are all there and that nobody measured. The same sources give the same id.
 */
export function calculatedDrafts(
  lab: Laboratory,
  specimen: SpecimenDoc,
  patient: PatientDoc | null,
  ordered: ReadonlySet<string>,
  observations: readonly ObservationDoc[],
): CalculatedDraft[] {
  const sources = new Map(
    observations.filter((each) => each.current && standing.includes(each.state)).map((each) => [each.analyte, each]),
  );
  const drafts: CalculatedDraft[] = [];
  for (const analyte of orderOf(lab, ordered)) {
    const formula = formulas[analyte.formula ?? ''];
    if (formula === undefined || isMeasured(observations, analyte.code)) continue;
    const inputs = formula.inputs.flatMap((each) => sources.get(each.analyte) ?? []);
    if (inputs.length < formula.inputs.length) continue;
    drafts.push(draftOf(lab, specimen, patient, analyte, formula, inputs));
  }
  return drafts;
}

/** Calculated analytes among the ordered ones. */
function orderOf(lab: Laboratory, ordered: ReadonlySet<string>): AnalyteDoc[] {
  return [...ordered].flatMap((code) => {
    const analyte = lab.catalogue.analyte(code);
    return analyte?.formula === undefined ? [] : [analyte];
  });
}

/** What an analyzer or a person gave goes before what we calculate. */
function isMeasured(observations: readonly ObservationDoc[], analyte: string): boolean {
  return observations.some(
    (each) => each.analyte === analyte && each.origin !== 'calculated' && standing.includes(each.state),
  );
}

function draftOf(
  lab: Laboratory,
  specimen: SpecimenDoc,
  patient: PatientDoc | null,
  analyte: AnalyteDoc,
  formula: Formula,
  inputs: readonly ObservationDoc[],
): CalculatedDraft {
  const result = calculate(lab, specimen, patient, analyte, formula, inputs);
  const value = 'value' in result ? result.value : '';
  const calculatedFrom = inputs.map((each) => each._id);
  const identity = identityKey({
    origin: 'calculated',
    accession: specimen._id,
    analyzer: calculator,
    hostCode: analyte.code,
    observedAt: '',
    runMark: calculatedFrom.join(' '),
    value,
  });
  const from = inputs.map((each) => `${each.analyte} ${each.comparator ?? ''}${each.value} ${each.unit}`).join(', ');
  return {
    _id: observationKey(specimen._id, identity),
    accession: specimen._id,
    origin: 'calculated',
    analyzer: calculator,
    hostCode: analyte.code,
    analyte: analyte.code,
    ...(analyte.loinc === undefined ? {} : { loinc: analyte.loinc }),
    section: analyte.section,
    value,
    unit: analyte.unit ?? '',
    sent: { value, unit: analyte.unit ?? '', flags: [] },
    observedAt: latest(inputs.map((each) => each.observedAt)),
    receivedAt: latest(inputs.map((each) => each.receivedAt)),
    conversion: null,
    comments: [],
    calculatedFrom,
    made: `${analyte.formula ?? ''} from ${from}${'refused' in result ? `: not calculated, ${result.refused}` : ''}`,
    refused: 'refused' in result,
  };
}

function calculate(
  lab: Laboratory,
  specimen: SpecimenDoc,
  patient: PatientDoc | null,
  analyte: AnalyteDoc,
  formula: Formula,
  inputs: readonly ObservationDoc[],
): { readonly value: string } | { readonly refused: string } {
  const values: Decimal[] = [];
  for (const [position, input] of inputs.entries()) {
    const taken = takenIn(lab, input, formula.inputs[position]?.unit ?? '');
    if ('refused' in taken) return taken;
    values.push(taken.value);
  }
  const birthDate = patient?.birthDate ?? '';
  const years = birthDate === '' ? null : yearsOfAge(birthDate, specimen.collectedAt, lab.config.lab.timeZone);
  const result = formula.make(values, { sex: patient?.sex ?? 'unknown', years });
  if ('refused' in result) return result;
  const factor = factorBetween(formula.unit, analyte.unit ?? '', analyte);
  if (factor === null) return { refused: `${formula.unit} does not convert to ${analyte.unit ?? 'no unit'}` };
  return { value: roundResult(result.value.times(factor), analyte.decimals ?? usualDecimals) };
}

/** A source in the unit the formula takes it in. */
function takenIn(
  lab: Laboratory,
  input: ObservationDoc,
  unit: string,
): { readonly value: Decimal } | { readonly refused: string } {
  if (input.comparator !== undefined) return { refused: `${input.analyte} is only known as ${input.comparator}` };
  if (!isDecimal(input.value)) return { refused: `${input.analyte} is not a number` };
  const factor = factorBetween(input.unit, unit, lab.catalogue.analyte(input.analyte));
  if (factor === null) return { refused: `${input.analyte}: ${input.unit} does not convert to ${unit}` };
  return { value: decimal(input.value).times(factor) };
}

function factorBetween(from: string, to: string, analyte: AnalyteDoc | undefined): string | null {
  if (sameUnit(from, to)) return '1';
  return conversion(from, to, { molarMass: analyte?.molarMass })?.factor ?? null;
}

/** The last of instants in ISO 8601, which sort as text. */
const latest = (instants: readonly string[]): string => [...instants].sort().at(-1) ?? '';
