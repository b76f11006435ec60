import type { Observation, Panel, Specimen } from '../../api/types.ts';
import { latestOf } from '../../format/times.ts';

/** One analyte of a specimen: the run that stands, and the others. */
export interface ResultRow {
  readonly shown: Observation;
  readonly others: readonly Observation[];
}

/** Results under one heading: a panel that was ordered, else their section. */
export interface ResultGroup {
  readonly key: string;
  readonly panel?: string;
  readonly section: string;
  readonly rows: readonly ResultRow[];
  readonly analyzers: readonly string[];
  readonly observedAt: string;
  readonly run: number;
  /** What the analyzer itself says beside the values, in its own words. */
  readonly remarks: readonly string[];
}

/** The run that stands for an analyte: the current one; else the last that was not set aside; else the last. */
function standing(runs: readonly Observation[]): Observation | undefined {
  return (
    runs.find((each) => each.current) ??
    runs.findLast((each) => each.state === 'pending' || each.state === 'rejected') ??
    runs.at(-1)
  );
}

/** The results of a specimen by panel, in the catalogue's order. Codes of orders that are no panel are single analytes. */
export function groupResults(specimen: Specimen, panels: readonly Panel[]): readonly ResultGroup[] {
  const ordered = specimen.orders.filter((order) => order.state !== 'cancelled').map((order) => order.code);
  const mine = panels.filter((panel) => ordered.includes(panel.code));
  const runsOf = new Map<string, Observation[]>();
  for (const each of specimen.observations) runsOf.set(each.analyte, [...(runsOf.get(each.analyte) ?? []), each]);
  const groups = new Map<string, { panel?: string; section: string; rows: ResultRow[] }>();
  for (const [analyte, runs] of runsOf) {
    const shown = standing(runs);
    if (shown === undefined) continue;
    const panel = mine.find((each) => each.analytes.includes(analyte));
    const key = panel === undefined ? `section:${shown.section}` : `panel:${panel.code}`;
    const group = groups.get(key) ?? {
      section: shown.section,
      rows: [],
      ...(panel === undefined ? {} : { panel: panel.code }),
    };
    group.rows.push({ shown, others: runs.filter((each) => each !== shown) });
    groups.set(key, group);
  }
  return [...groups].map(([key, group]) => ({ key, ...group, ...headOf(group.rows.map((row) => row.shown)) }));
}

function headOf(shown: readonly Observation[]): Pick<ResultGroup, 'analyzers' | 'observedAt' | 'run' | 'remarks'> {
  const remarks = shown.flatMap((each) => each.remarks ?? []);
  return {
    analyzers: [...new Set(shown.map((each) => each.analyzer))],
    observedAt: latestOf(shown.map((each) => each.observedAt)),
    run: Math.max(...shown.map((each) => each.run)),
    remarks: [...new Set(remarks)],
  };
}

/** Analytes that were ordered and have no value, and values nobody ordered. */
export function againstOrder(specimen: Specimen): {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
} {
  const ordered = new Set(
    specimen.orders.filter((order) => order.state !== 'cancelled').flatMap((order) => order.analytes),
  );
  const standingNow = specimen.observations.filter(
    (each) => each.current && each.state !== 'rejected' && each.state !== 'withdrawn',
  );
  const found = new Set(standingNow.map((each) => each.analyte));
  return {
    missing: [...ordered].filter((analyte) => !found.has(analyte)),
    extra: [...found].filter((analyte) => !ordered.has(analyte)),
  };
}

/** What the analyzer marked on one value, without what only says high, low or normal. */
export function analyzerMarks(observation: Observation): readonly string[] {
  const plain = ['', 'N', '-', 'H', 'L', 'HH', 'LL', 'NORMAL'];
  return [...new Set([...observation.sent.flags, ...observation.flags])].filter(
    (flag) => !plain.includes(flag.toUpperCase()) && flag !== 'A',
  );
}
