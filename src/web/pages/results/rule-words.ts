import type { Say, Words } from '../../i18n/i18n.ts';

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

/** What a rule said. Outcomes are sentences of the server; those that are known have words of their own. */
export function sayRule(outcome: string, known: Words['known']): string {
  return known(`results.outcomes.${outcome.replaceAll(/[^a-z]+/gi, '-')}`, outcome);
}
