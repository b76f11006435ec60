import { readTime } from './time.ts';

/** Named groups of a pattern that matched. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** The time of the groups `year month day hour minute second`; `months` are names in place of a number. */
export function groupTime(groups: Groups, months?: readonly string[]): string | undefined {
  const two = (name: string): string => (groups[name] ?? '').padStart(2, '0');
  const named = months?.indexOf(groups['month'] ?? '') ?? -1;
  const month = named >= 0 ? String(named + 1).padStart(2, '0') : two('month');
  const year = groups['year'] ?? '';
  const date = `${year.length === 2 ? `20${year}` : year}${month}${two('day')}`;
  return readTime(
    groups['hour'] === undefined ? date : `${date}${two('hour')}${two('minute')}${groups['second'] ?? ''}`,
  );
}
