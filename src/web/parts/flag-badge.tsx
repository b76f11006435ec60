import { useWords } from '../i18n/i18n.ts';

/** Flags that the laboratory's own ranges give, the gravest first. */
export const ownFlags = ['HH', 'LL', 'A', 'H', 'L'] as const;

/** The gravest of our flags, if any. */
export const ownFlagOf = (flags: readonly string[]): string | undefined =>
  ownFlags.find((each) => flags.includes(each));

/** A flag as a letter on colour: red only for critical, amber for out of range. */
export function FlagBadge({ flag }: { readonly flag: string }) {
  const { known } = useWords();
  const tone = flag === 'HH' || flag === 'LL' ? 'critical' : 'warn';
  return (
    <abbr className={`badge ${tone}`} title={known(`results.flags.${flag}`, flag)}>
      {flag}
    </abbr>
  );
}
