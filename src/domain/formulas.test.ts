import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formulas, roundResult } from './formulas.ts';

function make(
  name: string,
  inputs: readonly string[],
  person: { sex: 'male' | 'female' | 'unknown'; years: number | null } = { sex: 'female', years: 40 },
) {
  const result = formulas[name]?.make(
    inputs.map((each) => new Decimal(each)),
    person,
  );
  if (result === undefined) throw new Error(`no formula ${name}`);
  return 'value' in result ? roundResult(result.value, 2) : null;
}

describe('formulas', () => {
  it('CKD-EPI 2021 gives what the published calculator gives', () => {
    // NKF eGFR calculator, 2021 equation: creatinine in mg/dL times 88.4.
    const at = (mg: number, sex: 'male' | 'female', years: number) =>
      Math.round(Number(make('egfr-ckd-epi-2021', [String(mg * 88.4)], { sex, years })));
    expect(at(1.0, 'male', 50)).toBe(92);
    expect(at(1.0, 'female', 50)).toBe(69);
    expect(at(0.6, 'female', 30)).toBe(124);
    expect(at(3.2, 'male', 70)).toBe(20);
  });

  it('Friedewald and Sampson agree with their mg/dL form', () => {
    const [chol, hdl, tg] = [220, 45, 250];
    const inputs = [String(chol / 38.67), String(hdl / 38.67), String(tg / 88.57)];
    const sampson = chol / 0.948 - hdl / 0.971 - (tg / 8.56 + (tg * (chol - hdl)) / 2140 - tg ** 2 / 16_100) - 9.44;
    expect(Number(make('ldl-sampson-2020', inputs))).toBeCloseTo(sampson / 38.67, 1);
    expect(Number(make('ldl-friedewald', inputs))).toBeCloseTo((chol - hdl - tg / 5) / 38.67, 1);
  });

  it('a limit itself is inside, beyond is refused', () => {
    expect(make('ldl-friedewald', ['6', '1', '4.52'])).not.toBeNull();
    expect(make('ldl-friedewald', ['6', '1', '4.521'])).toBeNull();
    expect(make('ldl-sampson-2020', ['9', '1', '9.04'])).not.toBeNull();
    expect(make('ldl-sampson-2020', ['9', '1', '9.041'])).toBeNull();
    expect(make('egfr-ckd-epi-2021', ['80'], { sex: 'male', years: 18 })).not.toBeNull();
    expect(make('egfr-ckd-epi-2021', ['80'], { sex: 'male', years: 17 })).toBeNull();
    expect(make('albumin-globulin-ratio', ['40', '40'])).toBeNull();
    expect(make('globulin', ['30', '40'])).toBeNull();
  });

  it('property: eGFR falls as creatinine rises and as years pass, and nothing throws', () => {
    const creatinine = fc.integer({ min: 10, max: 2000 });
    const years = fc.integer({ min: 18, max: 100 });
    fc.assert(
      fc.property(creatinine, years, fc.constantFrom('male' as const, 'female' as const), (umol, age, sex) => {
        const value = (more: number, later: number) =>
          Number(make('egfr-ckd-epi-2021', [String(umol + more)], { sex, years: age + later }));
        expect(value(5, 0)).toBeLessThanOrEqual(value(0, 0));
        expect(value(0, 1)).toBeLessThanOrEqual(value(0, 0));
      }),
      { numRuns: 40 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(formulas)),
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 3 }),
        (name, inputs) => {
          make(
            name,
            inputs.map((each) => String(each / 10)),
          );
        },
      ),
    );
  });
});
