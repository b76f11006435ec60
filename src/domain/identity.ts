/** What makes an observation the one it is (design.md section 3). */
export interface Identity {
  readonly origin: 'wire' | 'manual' | 'calculated' | 'imported';
  readonly accession: string;
  readonly analyzer: string;
  readonly hostCode: string;
  /** Time of the analysis as sent, empty where the analyzer sends none. */
  readonly observedAt: string;
  /** Run, dilution or rerun mark as sent. */
  readonly runMark: string;
  /** Comparator and value as sent. */
  readonly value: string;
}

/** One text for one identity: parts can't run into one another, since the separator is escaped within them. */
export function identityKey(identity: Identity): string {
  const { origin, accession, analyzer, hostCode, observedAt, runMark, value } = identity;
  const parts = [origin, accession, analyzer, hostCode, observedAt, runMark, value];
  return (parts.some(hasSeparator) ? parts.map(escaped) : parts).join('\u001f');
}

const hasSeparator = (part: string): boolean => part.includes('\u001f') || part.includes('\\');
const escaped = (part: string): string => part.replaceAll('\\', '\\\\').replaceAll('\u001f', '\\u');

/** Characters of an observation's `_id` that its specimen decides: the values of a specimen lie side by side in the store. */
export const keyOfSpecimen = 6;
