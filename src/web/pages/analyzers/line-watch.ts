import type { Analyzer } from '../../api/types.ts';
import { sayDuration } from '../../app/line-words.ts';
import type { Locale } from '../../format/numbers.ts';
import { showWhen } from '../../format/times.ts';
import type { Say } from '../../i18n/i18n.ts';

/** From here on a person should look: as the line's own warnings. */
const nakRateTold = 0.1;
const skewTold = 5 * 60;

/** A line that a person should look at: not there, silent, refused, or something about its traffic is not as it should. */
export function needsLook(line: Analyzer): boolean {
  if (line.state === 'down' || line.state === 'silent' || line.state === 'failing') return true;
  return line.detail !== undefined || facts(line).some((fact) => fact.trouble);
}

interface Fact {
  readonly name: 'lastFault' | 'nakRate' | 'clockSkew' | 'ordersWithoutResult' | 'enqWithoutData' | 'rhythm';
  readonly trouble: boolean;
  readonly words: (t: Say, locale: Locale) => string;
}

/** What is watched on a line beyond its state; what is not known yet is left out. */
export function facts(line: Analyzer): readonly Fact[] {
  const { watch } = line;
  if (watch === undefined) return [];
  const { nakRate, clockSkewSeconds: skew, ordersWithoutResult, enqWithoutData, rhythmSeconds } = watch;
  const known: Fact[] = [];
  const fault = watch.lastFault ?? null;
  if (fault !== null)
    known.push({
      name: 'lastFault',
      trouble: line.state === 'failing',
      words: (t, locale) => {
        const key = `analyzers.faults.${fault.code}`;
        const what = t(key) === key ? fault.code : t(key);
        return `${what} · ${showWhen(fault.at, locale)}`;
      },
    });
  if (nakRate !== null)
    known.push({
      name: 'nakRate',
      trouble: nakRate > nakRateTold,
      words: (_t, locale) =>
        new Intl.NumberFormat(locale === 'vi' ? 'vi-VN' : 'en-GB', {
          style: 'percent',
          maximumFractionDigits: 1,
        }).format(nakRate),
    });
  if (skew !== null)
    known.push({
      name: 'clockSkew',
      trouble: Math.abs(skew) > skewTold,
      words: (t) =>
        Math.abs(skew) < 2
          ? t('analyzers.watch.inStep')
          : t(skew > 0 ? 'analyzers.watch.ahead' : 'analyzers.watch.behind', {
              by: sayDuration(Math.abs(skew) * 1000, t),
            }),
    });
  known.push(
    {
      name: 'ordersWithoutResult',
      trouble: ordersWithoutResult > 0,
      words: (t) => t('analyzers.watch.specimens', { n: ordersWithoutResult }),
    },
    { name: 'enqWithoutData', trouble: false, words: () => String(enqWithoutData) },
  );
  if (rhythmSeconds !== null)
    known.push({
      name: 'rhythm',
      trouble: false,
      words: (t) => t('analyzers.watch.rhythmOf', { every: sayDuration(rhythmSeconds * 1000, t) }),
    });
  return known;
}

/** What of it is trouble, in a few words for a card. */
export function sayTroubles(line: Analyzer, t: Say, locale: Locale): string {
  return facts(line)
    .filter((fact) => fact.trouble)
    .map((fact) => `${t(`analyzers.watch.${fact.name}`)} ${fact.words(t, locale)}`)
    .join(' · ');
}
