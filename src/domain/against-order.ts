/** What a specimen has against what was ordered of it. Analyte codes. */
export interface AgainstOrder {
  /** Ordered, and no value stands. */
  readonly missing: readonly string[];
  /** A value nobody ordered. */
  readonly extra: readonly string[];
  /** More than one run that has not been set aside by a person. */
  readonly doubled: readonly string[];
}

interface Run {
  readonly analyte: string;
  readonly current: boolean;
  readonly state: string;
  readonly value: string;
}

/** States in which a run still stands. */
const standing: readonly string[] = ['pending', 'verified', 'released'];

/** Compare the runs of a specimen with the analytes its orders come to. */
export function againstOrder(ordered: readonly string[], runs: readonly Run[]): AgainstOrder {
  const wanted = new Set(ordered);
  const there = runs.filter((run) => standing.includes(run.state));
  const current = new Set(there.filter((run) => run.current).map((run) => run.analyte));
  const counts = new Map<string, number>();
  for (const run of there) counts.set(run.analyte, (counts.get(run.analyte) ?? 0) + 1);
  return {
    missing: [...wanted].filter((analyte) => !current.has(analyte)),
    extra: [...current].filter((analyte) => !wanted.has(analyte)),
    doubled: [...counts].filter(([, count]) => count > 1).map(([analyte]) => analyte),
  };
}
