import { Decimal } from 'decimal.js';
import { roundDecimal } from './decimal.ts';
import type { Sex } from './ids.ts';

/** Who the value is of, as far as a formula asks. */
export interface FormulaPerson {
  readonly sex: Sex;
  /** Whole years on the day of collection; null where it is not known. */
  readonly years: number | null;
}

/** A result in the formula's unit, or why there is none. */
export type FormulaResult = { readonly value: Decimal } | { readonly refused: string };

export interface Formula {
  /** Analytes it is made from, and the unit it takes each in. */
  readonly inputs: readonly { readonly analyte: string; readonly unit: string }[];
  readonly unit: string;
  /** Analyzers print it as well: made only where it was ordered and the analyzer did not send it. */
  readonly standsIn?: boolean;
  readonly source: string;
  readonly make: (inputs: readonly Decimal[], person: FormulaPerson) => FormulaResult;
}

/** Digits for powers and divisions: far more than any result shows. */
const Working = Decimal.clone({ precision: 30, rounding: Decimal.ROUND_HALF_UP });
const number = (text: string): Decimal => new Working(text);
const refused = (why: string): FormulaResult => ({ refused: why });

type Make = (...inputs: Decimal[]) => Decimal;

/** A formula without limits of its own. */
function plain(inputs: Formula['inputs'], unit: string, source: string, make: Make, standsIn = false): Formula {
  return {
    inputs,
    unit,
    source,
    ...(standsIn ? { standsIn } : {}),
    make: (values) => finite(make(...values.map((value) => new Working(value)))),
  };
}

function finite(value: Decimal): FormulaResult {
  if (!value.isFinite()) return refused('division by zero');
  return value.isNegative() && !value.isZero() ? refused('the result would be below zero') : { value };
}

const of = (analyte: string, unit: string): { analyte: string; unit: string } => ({ analyte, unit });

/**
 * Every formula a calculated analyte may name. Units are checked: an input is converted to the unit named here, or the
 * value is not calculated.
 */
export const formulas: Readonly<Record<string, Formula>> = {
  'egfr-ckd-epi-2021': {
    inputs: [of('CREA', 'umol/L')],
    unit: 'mL/min/{1.73_m2}',
    source: 'Inker LA et al., N Engl J Med 2021;385:1737-1749, doi 10.1056/NEJMoa2102953 (2021 creatinine equation)',
    make: ([creatinine], person) => egfr(creatinine, person),
  },
  'ldl-friedewald': {
    inputs: [of('CHOL', 'mmol/L'), of('HDL', 'mmol/L'), of('TG', 'mmol/L')],
    unit: 'mmol/L',
    source: 'Friedewald WT, Levy RI, Fredrickson DS, Clin Chem 1972;18:499-502 (limit 4.52 mmol/L, 400 mg/dL)',
    make: ([chol, hdl, tg]) => {
      if (chol === undefined || hdl === undefined || tg === undefined) return refused('a value is missing');
      if (tg.greaterThan('4.52')) return refused('triglyceride is above 4.52 mmol/L');
      return finite(chol.minus(hdl).minus(new Working(tg).dividedBy('2.2')));
    },
  },
  'ldl-sampson-2020': {
    inputs: [of('CHOL', 'mmol/L'), of('HDL', 'mmol/L'), of('TG', 'mmol/L')],
    unit: 'mmol/L',
    source:
      'Sampson M et al., JAMA Cardiol 2020;5:540-548, doi 10.1001/jamacardio.2020.0013 (limit 9.04 mmol/L, 800 mg/dL)',
    make: ([chol, hdl, tg]) => {
      if (chol === undefined || hdl === undefined || tg === undefined) return refused('a value is missing');
      if (tg.greaterThan('9.04')) return refused('triglyceride is above 9.04 mmol/L');
      return finite(sampson(new Working(chol), new Working(hdl), new Working(tg)));
    },
  },
  'anion-gap': signed(
    [of('NA', 'mmol/L'), of('CL', 'mmol/L'), of('HCO3', 'mmol/L')],
    'mmol/L',
    'Emmett M, Narins RG, Medicine 1977;56:38-54: Na - Cl - HCO3, without K',
    (na, cl, hco3) => na.minus(cl).minus(hco3),
  ),
  'calcium-corrected': plain(
    [of('CA', 'mmol/L'), of('ALB', 'g/L')],
    'mmol/L',
    'Payne RB et al., BMJ 1973;4:643-646: Ca + 0.02 (40 - albumin in g/L)',
    (ca, alb) => ca.plus(number('40').minus(alb).times('0.02')),
  ),
  globulin: plain([of('TP', 'g/L'), of('ALB', 'g/L')], 'g/L', 'total protein - albumin', (tp, alb) => tp.minus(alb)),
  'albumin-globulin-ratio': plain(
    [of('ALB', 'g/L'), of('TP', 'g/L')],
    '{ratio}',
    'albumin / (total protein - albumin)',
    (alb, tp) => alb.dividedBy(tp.minus(alb)),
  ),
  'bilirubin-indirect': plain(
    [of('TBIL', 'umol/L'), of('DBIL', 'umol/L')],
    'umol/L',
    'total - direct bilirubin',
    (total, direct) => total.minus(direct),
  ),
  mcv: plain(
    [of('HCT', '%'), of('RBC', '10*12/L')],
    'fL',
    'Wintrobe indices: 10 HCT / RBC',
    (hct, rbc) => hct.times(10).dividedBy(rbc),
    true,
  ),
  mch: plain(
    [of('HGB', 'g/dL'), of('RBC', '10*12/L')],
    'pg',
    'Wintrobe indices: 10 HGB / RBC',
    (hgb, rbc) => hgb.times(10).dividedBy(rbc),
    true,
  ),
  mchc: plain(
    [of('HGB', 'g/dL'), of('HCT', '%')],
    'g/dL',
    'Wintrobe indices: 100 HGB / HCT',
    (hgb, hct) => hgb.times(100).dividedBy(hct),
    true,
  ),
  ...Object.fromEntries(
    ['NEUT', 'LYMPH', 'MONO', 'EO', 'BASO'].map((cell) => [
      `${cell.toLowerCase()}-absolute`,
      plain(
        [of('WBC', '10*9/L'), of(`${cell}%`, '%')],
        '10*9/L',
        'WBC times the share of the cells',
        (wbc, share) => wbc.times(share).dividedBy(100),
        true,
      ),
    ]),
  ),
};

/** A formula whose result may be below zero. */
function signed(inputs: Formula['inputs'], unit: string, source: string, make: Make): Formula {
  return { inputs, unit, source, make: (values) => ({ value: make(...values) }) };
}

function egfr(creatinine: Decimal | undefined, { sex, years }: FormulaPerson): FormulaResult {
  if (creatinine === undefined) return refused('a value is missing');
  if (years === null) return refused('age is not known');
  if (years < 18) return refused('the equation is for 18 years and more');
  if (sex !== 'female' && sex !== 'male') return refused('sex is not known');
  if (!creatinine.greaterThan(0)) return refused('creatinine is zero');
  const female = sex === 'female';
  // The equation is written in mg/dL: 88.4 umol/L each.
  const ratio = new Working(creatinine).dividedBy('88.4').dividedBy(female ? '0.7' : '0.9');
  const low = Decimal.min(ratio, 1).pow(female ? '-0.241' : '-0.302');
  const high = Decimal.max(ratio, 1).pow('-1.2');
  const value = number('142').times(low).times(high).times(number('0.9938').pow(years));
  return { value: female ? value.times('1.012') : value };
}

/** The authors' equation in mmol/L: 88.57 mg/dL triglyceride and 38.67 mg/dL cholesterol are 1 mmol/L. */
function sampson(chol: Decimal, hdl: Decimal, tg: Decimal): Decimal {
  const other = chol.minus(hdl);
  const fromTriglyceride = tg
    .dividedBy('3.74')
    .plus(tg.times(other).dividedBy('24.16'))
    .minus(tg.pow(2).dividedBy('79.36'));
  return chol.dividedBy('0.948').minus(hdl.dividedBy('0.971')).minus(fromTriglyceride).minus('0.244');
}

/** A result as it is reported: rounded half up to the analyte's decimals. */
export function roundResult(value: Decimal, decimals: number): string {
  return roundDecimal(value.toFixed(), decimals);
}
