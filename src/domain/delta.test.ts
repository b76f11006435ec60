import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDelta, rulesInForce } from './delta.ts';

const rule = (more: object) => ({ _id: 'delta/K-1', withinDays: 3, ...more });
const now = (value: string, more: object = {}) => ({ value, unit: 'mmol/L', at: '2026-11-03T00:00:00.000Z', ...more });
const earlier = (value: string, more: object = {}) => ({
  value,
  unit: 'mmol/L',
  at: '2026-11-01T00:00:00.000Z',
  ...more,
});

describe('delta check', () => {
  it('equal to the limit is within, one digit more is beyond', () => {
    expect(checkDelta(rule({ absolute: '1.0' }), now('5.0'), earlier('4.0'))?.beyond).toBe(false);
    expect(checkDelta(rule({ absolute: '1.0' }), now('5.1'), earlier('4.0'))?.beyond).toBe(true);
    expect(checkDelta(rule({ percent: '25' }), now('5.0'), earlier('4.0'))?.beyond).toBe(false);
    expect(checkDelta(rule({ percent: '25' }), now('2.9'), earlier('4.0'))?.beyond).toBe(true);
    expect(checkDelta(rule({ ratePerDay: '0.5' }), now('5.0'), earlier('4.0'))?.beyond).toBe(false);
    expect(checkDelta(rule({ ratePerDay: '0.5' }), now('5.01'), earlier('4.0'))?.beyond).toBe(true);
  });

  it('looks back as far as the rule says, and not at what was collected later', () => {
    const old = earlier('4.0', { at: '2026-10-30T23:59:59.999Z' });
    expect(checkDelta(rule({ absolute: '1' }), now('9.0'), old)).toBeNull();
    expect(
      checkDelta(rule({ absolute: '1' }), now('9.0'), earlier('4.0', { at: '2026-10-31T00:00:00.000Z' }))?.beyond,
    ).toBe(true);
    expect(checkDelta(rule({ absolute: '1' }), now('9.0'), earlier('4.0', { at: now('1').at }))).toBeNull();
  });

  it('a comparator counts only where the difference is certain', () => {
    expect(checkDelta(rule({ absolute: '1' }), now('9.0'), earlier('4.0', { comparator: '<' }))?.beyond).toBe(true);
    expect(checkDelta(rule({ absolute: '1' }), now('9.0'), earlier('4.0', { comparator: '>' }))?.beyond).toBe(false);
    // Certainly more than 5 apart, though 5 itself would be within.
    expect(checkDelta(rule({ absolute: '5' }), now('9.0'), earlier('4.0', { comparator: '<' }))?.beyond).toBe(true);
    expect(checkDelta(rule({ absolute: '5' }), now('9.0'), earlier('4.0', { comparator: '<=' }))?.beyond).toBe(false);
  });

  it('compares nothing in other units or words', () => {
    expect(checkDelta(rule({ absolute: '1' }), now('9.0'), earlier('4.0', { unit: 'mg/dL' }))).toBeNull();
    expect(checkDelta(rule({ absolute: '1' }), now('negative'), earlier('4.0'))).toBeNull();
  });

  it('property: the absolute and the percent check do not depend on which side the change goes, nor on trailing zeros', () => {
    const cents = fc.integer({ min: 1, max: 100_000 });
    const text = (value: number) => (value / 100).toFixed(2);
    fc.assert(
      fc.property(cents, cents, cents, (one, other, limit) => {
        const check = (a: string, b: string) => checkDelta(rule({ absolute: text(limit) }), now(a), earlier(b))?.beyond;
        expect(check(text(one), text(other))).toBe(Math.abs(one - other) > limit);
        expect(check(text(other), text(one))).toBe(check(`${text(one)}00`, text(other)));
      }),
    );
  });

  it("a laboratory's own rules set the starting ones aside", () => {
    const starting = { starting: true, name: 'shipped' };
    expect(rulesInForce([starting])).toEqual([starting]);
    expect(rulesInForce([starting, { starting: false, name: 'own' }])).toEqual([{ starting: false, name: 'own' }]);
  });
});
