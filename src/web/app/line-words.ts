import type { Analyzer } from '../api/types.ts';
import type { Say } from '../i18n/i18n.ts';

/** A stretch of time as it is said: `42 phút`. */
export function sayDuration(milliseconds: number, t: Say): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return t('duration.seconds', { n: seconds });
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return t('duration.minutes', { n: minutes });
  const hours = Math.round(minutes / 60);
  return hours < 48 ? t('duration.hours', { n: hours }) : t('duration.days', { n: Math.round(hours / 24) });
}

/** A line's state in a colleague's words. */
export function sayLine(line: Analyzer, t: Say, now: number): string {
  if (line.state !== 'silent') return t(`line.${line.state}`);
  const since =
    line.lastReceivedAt === null || line.lastReceivedAt === undefined ? 0 : now - Date.parse(line.lastReceivedAt);
  const words = { since: sayDuration(since, t) };
  const rhythm = line.watch?.rhythmSeconds ?? null;
  if (rhythm === null) return t('line.silent', words);
  return t('line.silentUsual', { ...words, usual: sayDuration(rhythm * 1000, t) });
}
