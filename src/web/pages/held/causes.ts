import type { Held } from '../../api/types.ts';

/** Items that one decision settles: the same code of a line, the same accession, the same trouble on a line. */
export interface Cause {
  readonly key: string;
  readonly reason: string;
  readonly analyzer: string;
  readonly hostCode: string | undefined;
  readonly accession: string | undefined;
  /** Newest first. */
  readonly items: readonly Held[];
  readonly oldest: string;
}

/** Reasons that are mended in the mapping of the line. */
export const mendedByMapping = (reason: string): boolean =>
  reason === 'DRIVER_HOST_CODE_UNMAPPED' || reason === 'DRIVER_UNIT_MISMATCH';

export function causeKey(item: Held): string {
  if (item.hostCode !== undefined && mendedByMapping(item.reason))
    return [item.reason, item.analyzer, item.hostCode].join('\t');
  if (item.reason === 'SPECIMEN_ACCESSION_UNKNOWN') return [item.reason, item.accession ?? item.id].join('\t');
  if (item.reason === 'SPECIMEN_ACCESSION_MISSING') return [item.reason, item.id].join('\t');
  return [item.reason, item.analyzer].join('\t');
}

/** By cause, the one with the newest item first. */
export function causesOf(items: readonly Held[]): readonly Cause[] {
  const groups = new Map<string, Held[]>();
  for (const item of items) {
    const key = causeKey(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  const causes = [...groups].flatMap(([key, group]): Cause[] => {
    const sorted = [...group].sort((a, b) => (a.at < b.at ? 1 : -1));
    const first = sorted[0];
    const last = sorted.at(-1);
    if (first === undefined || last === undefined) return [];
    const { reason, analyzer, hostCode, accession } = first;
    return [{ key, reason, analyzer, hostCode, accession, items: sorted, oldest: last.at }];
  });
  return causes.sort((a, b) => ((a.items[0]?.at ?? '') < (b.items[0]?.at ?? '') ? 1 : -1));
}

/** Messages behind held items, each once. */
export const messagesOf = (items: readonly Held[]): readonly string[] => [
  ...new Set(items.map((item) => item.message)),
];
