import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startingSource } from './catalogue/entries.ts';
import { chooseRange, type RangeQuestion, type RangeRule } from './ranges.ts';

const woman: RangeQuestion = {
  sex: 'female',
  birthDate: '1995-01-01',
  collectedAt: '2026-11-25T01:00:00.000Z',
  zone: 'Asia/Ho_Chi_Minh',
  analyzer: 'xn-1',
  pregnant: true,
  method: 'ECLIA',
};
const rule = (_id: string, more: Partial<RangeRule> = {}): RangeRule => ({ _id, sex: 'any', high: _id, ...more });
const everyone = rule('everyone');
const ofAge = rule('age', { ageFrom: 'P18Y' });
const ofSex = rule('sex', { sex: 'female', ageFrom: undefined });
const byMethod = rule('method', { method: 'ECLIA' });
const byAnalyzer = rule('analyzer', { analyzer: 'xn-1' });
const pregnant = rule('pregnant', { pregnancy: 'pregnant', sex: 'female' });
const both = rule('both', { pregnancy: 'pregnant', analyzer: 'xn-1' });
/** The most specific last. */
const inOrder = [everyone, ofAge, ofSex, byMethod, byAnalyzer, pregnant, both];

describe('choosing a range', () => {
  it('takes the most specific whatever the order of the catalogue', () => {
    fc.assert(
      fc.property(fc.subarray(inOrder, { minLength: 1 }), fc.infiniteStream(fc.nat()), (some, numbers) => {
        const shuffled = some
          .map((each) => ({ each, at: numbers.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ each }) => each);
        expect(chooseRange(shuffled, woman).range).toBe(some.at(-1));
      }),
    );
  });

  it('a range for the analyzer does not set one for pregnancy aside, and the reason says that it stood behind', () => {
    expect(chooseRange([byAnalyzer, pregnant], woman)).toEqual({
      range: pregnant,
      reason: 'female, any age, pregnant, before the range of xn-1',
      undecided: false,
    });
    expect(chooseRange([byAnalyzer, pregnant], { ...woman, pregnant: false })).toMatchObject({
      range: byAnalyzer,
      reason: 'any sex, any age, xn-1',
    });
    expect(chooseRange([byAnalyzer, pregnant], { ...woman, analyzer: 'xn-2' }).reason).toBe(
      'female, any age, pregnant',
    );
    expect(chooseRange([byAnalyzer, pregnant, both], woman).reason).toBe('any sex, any age, pregnant, xn-1');
  });

  it("the laboratory's own for everyone goes before a shipped one for pregnancy", () => {
    const shipped = { ...both, source: startingSource };
    expect(chooseRange([shipped, everyone], woman).range).toBe(everyone);
  });

  it('who fits none of the ranges of the analyzer has the one for every analyzer', () => {
    const children = rule('children', { analyzer: 'xn-1', ageTo: 'P18Y' });
    expect(chooseRange([children, everyone], woman).range).toBe(everyone);
    expect(chooseRange([{ ...everyone, analyzer: 'xn-2' }], woman)).toMatchObject({ range: null, undecided: false });
  });

  it('a range of the analyzer that depends on an age that is not known leaves the choice open', () => {
    const adults = rule('adults', { analyzer: 'xn-1', ageFrom: 'P18Y' });
    expect(chooseRange([adults, everyone], { ...woman, birthDate: '', pregnant: false })).toMatchObject({
      range: null,
      undecided: true,
    });
  });
});
