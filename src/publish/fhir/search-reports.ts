import type { Laboratory } from '../../laboratory/context.ts';
import type { Filter } from '../../store/collection.ts';
import type { ReportDoc } from '../../store/documents.ts';
import type { Parameter } from './parameters.ts';
import type { Position } from './position.ts';
import { matchesOf, type ReportMatch, type ReportType, storeFilter } from './report-types.ts';

/** What orders the matches: commit order, or the time of collection. */
export interface Order {
  readonly path: 'issued' | 'specimen.collectedAt';
  readonly down: boolean;
}

export interface ReportPage {
  readonly matches: readonly ReportMatch[];
  readonly next?: Position;
}

/** Reports read at once while looking for matches. */
const batch = 100;

/** The newest commit that is visible: reports become visible in the order of their `issued`. */
export async function reportMark(lab: Laboratory): Promise<string> {
  const [newest] = await lab.collections.reports
    .find({}, { sort: { issued: -1 }, limit: 1, projection: { issued: 1 } })
    .toArray();
  return newest?.issued ?? new Date(0).toISOString();
}

/**
 * One page of what was there at the mark: also a version that was replaced since then, so that paging neither skips nor
 * repeats a report that changes meanwhile.
 */
export async function reportPage(
  lab: Laboratory,
  type: ReportType,
  parameters: readonly Parameter[],
  order: Order,
  start: { readonly mark: string; readonly position?: Position | undefined },
  count: number,
): Promise<ReportPage> {
  const conditions: Filter[] = [...(await storeFilter(lab, type, parameters)), { issued: { $lte: start.mark } }];
  const matches: ReportMatch[] = [];
  let position = start.position;
  let limit = batch;
  for (;;) {
    const { reports, whole } = await reportsFrom(lab, type, conditions, order, start.mark, position, limit);
    const ahead = reports.filter((report) => position === undefined || isAt(report, position, order) >= 0);
    for (const report of ahead) {
      const found = matchesOf(lab, type, report, parameters);
      const key = keyOfReport(report, order);
      const skip = position !== undefined && isAt(report, position, order) === 0 ? position.shown : 0;
      for (const [index, match] of found.entries()) {
        if (index < skip) continue;
        if (matches.length === count) return { matches, next: { mark: start.mark, key, id: report._id, shown: index } };
        matches.push(match);
      }
      position = { mark: start.mark, key, id: report._id, shown: found.length };
    }
    if (whole) return { matches };
    // Many reports with one collection time: look further until something new comes.
    if (ahead.length <= 1) limit *= 2;
  }
}

async function reportsFrom(
  lab: Laboratory,
  type: ReportType,
  conditions: readonly Filter[],
  { path, down }: Order,
  mark: string,
  position: Position | undefined,
  limit: number,
): Promise<{ reports: ReportDoc[]; whole: boolean }> {
  const direction = down ? -1 : 1;
  const from: Filter[] =
    position === undefined ? [] : [{ [path]: down ? { $lte: position.key } : { $gte: position.key } }];
  const states: Filter[] = type === 'Provenance' ? [{}] : [{ latest: true }, { supersededAt: { $gt: mark } }];
  const lists = await Promise.all(
    states.map((state) =>
      lab.collections.reports
        .find({ $and: [state, ...conditions, ...from] }, { sort: { [path]: direction, _id: direction }, limit })
        .toArray(),
    ),
  );
  const all = lists
    .flat()
    .sort((one, other) =>
      compare(keyOfReport(one, { path, down }), one._id, keyOfReport(other, { path, down }), other._id, down),
    );
  return { reports: all.slice(0, limit), whole: all.length < limit };
}

/** Matches in all, as of now. */
export async function countReports(
  lab: Laboratory,
  type: ReportType,
  parameters: readonly Parameter[],
): Promise<number> {
  const conditions: Filter[] = [
    ...(type === 'Provenance' ? [] : [{ latest: true }]),
    ...(await storeFilter(lab, type, parameters)),
  ];
  const filter: Filter = conditions.length === 0 ? {} : { $and: conditions };
  let sum = 0;
  for await (const report of lab.collections.reports.find(filter)) {
    sum += matchesOf(lab, type, report, parameters).length;
  }
  return sum;
}

const keyOfReport = (report: ReportDoc, order: Order): string =>
  order.path === 'issued' ? report.issued : report.specimen.collectedAt;

/** Negative before the position, 0 at it, positive behind. */
function isAt(report: ReportDoc, position: Position, order: Order): number {
  return compare(keyOfReport(report, order), report._id, position.key, position.id, order.down);
}

function compare(key: string, id: string, otherKey: string, otherId: string, down: boolean): number {
  if (key === otherKey && id === otherId) return 0;
  const before = key < otherKey || (key === otherKey && id < otherId);
  return before === down ? 1 : -1;
}
