import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startingSource } from './catalogue/entries.ts';
import {
  gradeOf,
  type InterferenceRule,
  interferenceWith,
  latestOf,
  readIndex,
  type SerumIndex,
} from './interference.ts';

const index = (value: string, more: Partial<SerumIndex> = {}): SerumIndex => ({
  index: 'hemolysis',
  value,
  analyzer: 'c311-1',
  ...more,
});
const rule = (above: string, more: Partial<InterferenceRule> = {}): InterferenceRule => ({
  index: 'hemolysis',
  above,
  ...more,
});
const kinds = fc.constantFrom('hemolysis', 'icterus', 'lipemia');
const rules = fc.array(
  fc.record({ index: kinds, above: fc.nat(500).map(String), analyzer: fc.constantFrom(undefined, 'c311-1', 'au-1') }),
);
const indices = fc.array(
  fc.record({ index: kinds, value: fc.nat(500).map(String), analyzer: fc.constantFrom('c311-1', 'au-1') }),
);

describe('interference', () => {
  it('more of it never disturbs less, and what disturbs one by one disturbs together', () => {
    fc.assert(
      fc.property(rules, indices, fc.nat(200), (some, measured, more) => {
        const raised = measured.map((each) => ({ ...each, value: String(Number(each.value) + more) }));
        const { affected } = interferenceWith(some, measured);
        if (affected) expect(interferenceWith(some, raised).affected).toBe(true);
        expect(affected).toBe(measured.some((each) => interferenceWith(some, [each]).affected));
      }),
    );
  });

  it('does not depend on the order of rules or of indices', () => {
    fc.assert(
      fc.property(rules, indices, (some, measured) => {
        const turned = interferenceWith([...some].reverse(), [...measured].reverse());
        const { affected, outcomes } = interferenceWith(some, measured);
        expect(turned.affected).toBe(affected);
        expect([...turned.outcomes].sort()).toEqual([...outcomes].sort());
      }),
    );
  });

  it('says nothing without a rule of that index, and never changes what it is given', () => {
    fc.assert(
      fc.property(rules, indices, (some, measured) => {
        const [before, asked] = [JSON.stringify(measured), JSON.stringify(some)];
        const others = some.filter((each) => !measured.some((one) => one.index === each.index));
        expect(interferenceWith(others, measured)).toEqual({ affected: false, outcomes: [] });
        interferenceWith(some, measured);
        expect([JSON.stringify(measured), JSON.stringify(some)]).toEqual([before, asked]);
      }),
    );
  });

  it('is beyond the limit, not equal to it, and says what was compared', () => {
    expect(interferenceWith([rule('20')], [index('20')])).toEqual({
      affected: false,
      outcomes: ['hemolysis 20 of c311-1, within 20'],
    });
    expect(interferenceWith([rule('20')], [index('20.5')])).toEqual({
      affected: true,
      outcomes: ['hemolysis 20.5 of c311-1, beyond 20'],
    });
  });

  it('what can not be compared for certain must be looked at', () => {
    const said = (above: string, measured: SerumIndex) => {
      const { affected, outcomes } = interferenceWith([rule(above)], [measured]);
      return [affected, / (within|beyond|unclear) /.exec(outcomes[0] ?? '')?.[1]];
    };
    expect(said('20', index('15', { comparator: '<' }))).toEqual([false, 'within']);
    expect(said('20', index('30', { comparator: '<' }))).toEqual([true, 'unclear']);
    expect(said('20', index('500', { comparator: '>' }))).toEqual([true, 'beyond']);
    expect(said('900', index('500', { comparator: '>' }))).toEqual([true, 'unclear']);
    expect(said('20', index('2+'))).toEqual([true, 'unclear']);
    expect(said('20', index('-'))).toEqual([false, 'within']);
    expect(said('2+', index('++'))).toEqual([false, 'within']);
    expect(said('2+', index('+++'))).toEqual([true, 'beyond']);
    expect(said('2+', index('40'))).toEqual([true, 'unclear']);
    expect(said('20', index('*****'))).toEqual([true, 'unclear']);
  });

  it("the laboratory's own rule goes before a shipped one, one for the analyzer before one for all, else the lowest limit", () => {
    const shipped = rule('20', { source: `${startingSource}; a paper` });
    expect(interferenceWith([shipped, rule('100')], [index('50')]).affected).toBe(false);
    expect(interferenceWith([rule('20'), rule('100', { analyzer: 'c311-1' })], [index('50')]).affected).toBe(false);
    expect(interferenceWith([rule('20', { analyzer: 'au-1' })], [index('50')])).toEqual({
      affected: false,
      outcomes: [],
    });
    expect(interferenceWith([rule('100'), rule('20')], [index('50')]).affected).toBe(true);
  });

  it('reads numbers and grades as analyzers send them, and nothing else', () => {
    expect(['120', '+', '++', '3+', '4 +', 'N', '-', 'NEG'].map((text) => readIndex(text))).toEqual([
      { scale: 'number', size: '120' },
      ...['1', '2', '3', '4', '0', '0', '0'].map((size) => ({ scale: 'grade', size })),
    ]);
    expect(['', '----', 'H', '+-+', 'No Result', '++++++'].map(readIndex)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('is graded by the range of the index, a grade by itself', () => {
    const limits = { high: '50', criticalHigh: '300' };
    const grades = ['50', '51', '300', '301', '-', '2+', '3+', '?'].map((value) => gradeOf({ value }, limits));
    expect(grades).toEqual(['none', 'present', 'present', 'strong', 'none', 'present', 'strong', undefined]);
    expect(gradeOf({ value: '300', comparator: '>' }, limits)).toBe('strong');
    expect(gradeOf({ value: '9' }, {})).toBeUndefined();
  });

  it('the last measurement of an analyzer counts', () => {
    const at = (value: string, observedAt: string, analyzer = 'c311-1') => ({
      ...index(value, { analyzer }),
      observedAt,
      receivedAt: observedAt,
    });
    const [old, last, other] = [
      at('300', '2026-11-25T01'),
      at('10', '2026-11-25T02'),
      at('40', '2026-11-25T00', 'au-1'),
    ];
    expect(latestOf([last, old, other])).toEqual([last, other]);
  });
});
