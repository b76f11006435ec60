/** What differs between two versions of a report, as a person reads it. */

/** One value of a version. */
export interface VersionValue {
  readonly analyte: string;
  readonly value: string;
  readonly comparator?: string | undefined;
  readonly unit: string;
  readonly flags: readonly string[];
  readonly status: string;
}

export interface VersionDifference {
  readonly analyte: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'withdrawn';
  readonly was?: string;
  readonly is?: string;
}

/** Analyte by analyte: what came, went, changed (value, unit or flags) or was taken back. */
export function compareVersions(before: readonly VersionValue[], after: readonly VersionValue[]): VersionDifference[] {
  const old = new Map(before.map((each) => [each.analyte, each]));
  const now = new Map(after.map((each) => [each.analyte, each]));
  const differences: VersionDifference[] = [];
  for (const [analyte, each] of now) {
    const was = old.get(analyte);
    if (was === undefined) differences.push({ analyte, kind: 'added', is: written(each) });
    else if (each.status === 'entered-in-error' && was.status !== 'entered-in-error')
      differences.push({ analyte, kind: 'withdrawn', was: written(was) });
    else if (written(was) !== written(each))
      differences.push({ analyte, kind: 'changed', was: written(was), is: written(each) });
  }
  for (const [analyte, each] of old)
    if (!now.has(analyte)) differences.push({ analyte, kind: 'removed', was: written(each) });
  return differences;
}

function written({ comparator, value, unit, flags }: VersionValue): string {
  return [`${comparator ?? ''}${value}`, unit, flags.join(' ')].filter((part) => part !== '').join(' ');
}
