import { describe, expect, test } from 'vitest';
import { conversion, sameUnit } from './units.ts';

describe('units that mean the same', () => {
  test.each([
    ['10^9/L', '10*9/L'],
    ['x10^3/uL', '10*9/L'],
    ['10*3/\u00b5L', '10*9/L'],
    ['IU/L', 'U/L'],
    ['mEq/L', 'mmol/L'],
    ['', '[pH]'],
    ['pH', '[pH]'],
    ['', '{INR}'],
    ['INR', '{INR}'],
    ['', '{ratio}'],
  ])('%s and %s', (sent, target) => expect(sameUnit(sent, target)).toBe(true));

  test.each([
    ['', '10*9/L'],
    ['', 'mmol/L'],
    ['', '%'],
    ['mg/dL', 'mmol/L'],
    ['g/L', 'g/dL'],
  ])('not %s and %s', (sent, target) => expect(sameUnit(sent, target)).toBe(false));

  test('mass turns into amount with the molar mass only', () => {
    expect(conversion('mg/dL', 'mmol/L', { molarMass: '180.156' })?.factor).toBe('0.0555074490997');
    expect(conversion('mg/dL', 'mmol/L', {})).toBeNull();
  });
});
