import { type Locale, showDecimal } from '../../format/numbers.ts';
import { showDay } from '../../format/times.ts';
import type { Say } from '../../i18n/i18n.ts';

/** Why a range was chosen (`female, from P15Y`), in words; what is not known stays as the server says it. */
export function sayRangeReason(reason: string, t: Say): string {
  if (reason === '' || reason.startsWith('no range')) return t('results.reasons.none');
  const depends = /^the range depends on (sex and age|sex|age), which is not known$/.exec(reason)?.[1];
  if (depends !== undefined) return t(`results.reasons.unknown.${depends.replaceAll(' ', '-')}`);
  return reason
    .split(', ')
    .map((piece) => sayPiece(piece, t))
    .join(', ');
}

function sayPiece(piece: string, t: Say): string {
  if (piece === 'any sex' || piece === 'any age') return t(`results.reasons.${piece.replace(' ', '-')}`);
  if (piece === 'male' || piece === 'female') return t(`sex.${piece}`).toLowerCase();
  if (piece === 'pregnant') return t('results.reasons.pregnant');
  const behind = /^before the range of (.+)$/.exec(piece)?.[1];
  if (behind !== undefined) return t('results.reasons.behind', { analyzer: behind });
  const ages = /^from (\S+?)(?: to (\S+))?$/.exec(piece);
  if (ages?.[1] === undefined) return piece;
  const from = sayAge(ages[1], t);
  return ages[2] === undefined
    ? t('results.reasons.from', { from })
    : t('results.reasons.fromTo', { from, to: sayAge(ages[2], t) });
}

function sayAge(age: string, t: Say): string {
  if (age === 'birth') return t('results.reasons.birth');
  const parts = /^P(\d+)([YMWD])$/.exec(age);
  if (parts?.[1] === undefined) return age;
  return t(`results.reasons.age.${parts[2]}`, { n: parts[1] });
}

/** What a rule found, in words: the server's sentences are read for their figures; one that is not known stays as it is. */
export function sayOutcome(rule: string, outcome: string, t: Say, locale: Locale): string {
  if (rule === 'delta') return sayDelta(outcome, t, locale) ?? outcome;
  if (rule === 'mix-up') return sayMixUp(outcome, t, locale) ?? outcome;
  if (rule === 'interference') return sayInterference(outcome, t, locale) ?? outcome;
  if (rule === 'absurd') return t(outcome === 'can be' ? 'results.outcomes.canBe' : 'results.outcomes.canNotBe');
  if (rule === 'calculated') return outcome.replace(' from ', ` ${t('results.outcomes.from')} `);
  return outcome;
}

/** `61 against 128 of 2026-11-21T…: 52.344 percent, beyond 20 (24112300432)` */
function sayDelta(outcome: string, t: Say, locale: Locale): string | undefined {
  const parts = /^(\S+) against (\S+) of (\S+): (.*?)(?: \(([^()]*)\))?$/.exec(outcome);
  if (parts === null) return undefined;
  const [, now = '', before = '', at = '', findings = '', accession = ''] = parts;
  const found = [...findings.matchAll(/(\S+) (absolute|percent|per day), (beyond|within) ([\d.]+)/g)].map(
    ([, size = '', kind = '', where = '', limit = '']) =>
      t(`results.outcomes.${where}`, {
        size: `${showDecimal(size, locale)}${t(`results.outcomes.kind.${kind.replace(' ', '-')}`)}`,
        limit: showDecimal(limit, locale),
      }),
  );
  const words = found.length === 0 ? t('results.outcomes.notCertain') : found.join('; ');
  return `${t('results.outcomes.against', { now: showDecimal(now, locale), before: showDecimal(before, locale), at: showDay(at), accession })}: ${words}`;
}

/** `index 0.93, beyond 0.9: HGB 6.1 against 12.8, …` */
function sayMixUp(outcome: string, t: Say, locale: Locale): string | undefined {
  if (outcome === 'too few values to compare') return t('results.outcomes.tooFew');
  const parts = /^index (\S+), (beyond|within) ([\d.]+): (.*)$/.exec(outcome);
  if (parts === null) return undefined;
  const [, index = '', where = '', limit = '', values = ''] = parts;
  const compared = values
    .split(', ')
    .map((each) =>
      each.replace(
        /(\S+) (\S+) against (\S+)/,
        (_whole, code: string, now: string, before: string) =>
          `${code} ${showDecimal(before, locale)} → ${showDecimal(now, locale)}`,
      ),
    )
    .join(', ');
  const size = t('results.outcomes.index', { index: showDecimal(index, locale) });
  return `${t(`results.outcomes.${where}`, { size, limit: showDecimal(limit, locale) })}: ${compared}`;
}

/** `hemolysis >120 of c311-1, beyond 20`; `calculated from K, which is disturbed` */
function sayInterference(outcome: string, t: Say, locale: Locale): string | undefined {
  const source = /^calculated from (\S+), which is disturbed$/.exec(outcome)?.[1];
  if (source !== undefined) return t('results.interference.from', { source });
  const parts = /^(hemolysis|icterus|lipemia) ([<>]=?)?(.+) of (.+), (within|beyond|unclear) (\S.*)$/.exec(outcome);
  if (parts === null) return undefined;
  const [, index = '', comparator = '', value = '', analyzer = '', how = '', limit = ''] = parts;
  const from = analyzer === 'manual' ? t('results.origin.manual') : analyzer;
  const said = `${t(`results.interference.${index}`)} ${comparator}${showDecimal(value, locale)} (${from})`;
  return `${said}: ${t(`results.interference.how.${how}`, { limit: showDecimal(limit, locale) })}`;
}
