import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startingVariations } from './catalogue/variations.ts';
import { adjustedSpread, fewestCompared, mixUpIndex, mixUpLimit, zScore } from './mix-up.ts';

/** A generator with a seed: Lehmer's, good enough to draw patients with. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
const gaussian = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());

const panel = startingVariations.filter((each) =>
  ['WBC', 'RBC', 'HGB', 'HCT', 'MCV', 'MCH', 'MCHC', 'PLT', 'RDW-CV'].includes(each.analyte),
);

/** A value at a z score of the reference interval. */
function valueAt(z: number, { low, high }: { low: string; high: string }): string {
  const [from, to] = [Math.log(Number(low)), Math.log(Number(high))];
  return Math.exp((from + to) / 2 + (z / 1.96) * ((to - from) / 2)).toFixed(4);
}

describe('mix-up index', () => {
  it('puts the limits of the reference interval at 1.96', () => {
    for (const each of startingVariations) {
      expect(zScore(each.low, each)).toBeCloseTo(-1.96, 6);
      expect(zScore(each.high, each)).toBeCloseTo(1.96, 6);
    }
  });

  it('finds most exchanged blood counts and takes few of the same person for one', () => {
    const random = seeded(20_130_206);
    const people = Array.from({ length: 2000 }, () => panel.map(() => gaussian(random)));
    const draw = (person: readonly number[]) =>
      person.map((z, at) =>
        valueAt(z + (gaussian(random) * Number(panel[at]?.spread)) / Math.SQRT2, panel[at] ?? { low: '1', high: '2' }),
      );
    const indexOf = (one: readonly string[], other: readonly string[]): boolean =>
      mixUpIndex(
        panel.map((each, at) => ({ analyte: each.analyte, now: one[at] ?? '', before: other[at] ?? '' })),
        panel,
      )?.suspected === true;
    let found = 0;
    let mistaken = 0;
    for (const [at, person] of people.entries()) {
      const stranger = people[(at + 1) % people.length] ?? person;
      if (indexOf(draw(stranger), draw(person))) found += 1;
      if (indexOf(draw(person), draw(person))) mistaken += 1;
    }
    expect(mistaken / people.length).toBeLessThan(0.005);
    expect(found / people.length).toBeGreaterThan(0.7);
  });

  it('says nothing of too few analytes', () => {
    const pairs = panel
      .slice(0, fewestCompared - 1)
      .map((each) => ({ analyte: each.analyte, now: each.low, before: each.high }));
    expect(mixUpIndex(pairs, panel)).toBeNull();
  });

  it('property: never negative, zero for the same values, and the same whichever way the draws are compared', () => {
    const values = fc.array(fc.double({ min: 0.5, max: 500, noNaN: true }), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(values, values, (one, other) => {
        const pairs = (a: number[], b: number[]) =>
          panel.map((each, at) => ({
            analyte: each.analyte,
            now: (a[at] ?? 1).toFixed(6),
            before: (b[at] ?? 1).toFixed(6),
          }));
        const forward = mixUpIndex(pairs(one, other), panel);
        const backward = mixUpIndex(pairs(other, one), panel);
        expect(forward?.index).toBeCloseTo(backward?.index ?? -1, 9);
        expect(forward?.index).toBeGreaterThanOrEqual(0);
        expect(mixUpIndex(pairs(one, one), panel)?.index).toBe(0);
        expect(forward?.suspected).toBe((forward?.index ?? 0) > mixUpLimit);
      }),
    );
  });

  it('the adjusted spread is that of the centre, whatever the tails', () => {
    const random = seeded(7);
    const centre = Array.from({ length: 5000 }, () => 0.4 * gaussian(random));
    const tails = Array.from({ length: 400 }, () => 6 * gaussian(random));
    expect(adjustedSpread([...centre, ...tails])).toBeGreaterThan(0.36);
    expect(adjustedSpread([...centre, ...tails])).toBeLessThan(0.46);
    expect(adjustedSpread(centre.slice(0, 50))).toBeNull();
    expect(adjustedSpread(Array.from({ length: 200 }, () => 0))).toBeNull();
  });
});
