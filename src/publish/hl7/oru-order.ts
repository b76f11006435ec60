import type { CatalogueView } from '../../laboratory/catalogue-view.ts';
import type { LabConfig } from '../../laboratory/config.ts';
import type { ReportDoc, ReportedObservation, ReportStatus } from '../../store/documents.ts';
import { sectionCodes } from '../fhir/diagnostic-report.ts';
import type { SegmentValue } from './compose.ts';
import { codeOf, mapped, type OruContext, preciseTime, reportStatuses, time } from './oru-fields.ts';

/** One order group (OBR) of the report and the values that belong to it. */
export interface Group {
  readonly code: string;
  readonly name: string;
  readonly loinc?: string;
  readonly placer: string;
  readonly observations: readonly ReportedObservation[];
}

/** The printed form has an order group of its own: one key for life, whatever is added to or taken from the orders. */
export const paperGroup: Group = {
  code: 'REPORT-PDF',
  name: 'Phiếu kết quả xét nghiệm (PDF)',
  loinc: '11502-2',
  placer: '',
  observations: [],
};

/** The orders of a report with the values that belong to each; values nobody ordered come last, under a group of their own. */
export function groupsOf(report: ReportDoc, catalogue: CatalogueView): Group[] {
  const left = new Map(report.observations.map((each) => [each.analyte, each]));
  const groups: Group[] = [];
  const { cancelledOrders } = report;
  const isCancelled = (id: string): boolean => cancelledOrders?.includes(id) ?? true;
  for (const order of report.orders) {
    const members = order.analytes.flatMap((analyte) => {
      const observed = left.get(analyte);
      // What was cancelled is said of the order that was, never of one that asks for the same again.
      if (observed === undefined || (observed.status === 'cancelled' && !isCancelled(order.id))) return [];
      left.delete(analyte);
      return [observed];
    });
    if (members.length === 0) continue;
    const named = catalogue.panel(order.code) ?? catalogue.analyte(order.code);
    groups.push({
      code: order.code,
      name: named?.name.vi ?? order.code,
      ...(named?.loinc === undefined ? {} : { loinc: named.loinc }),
      placer: order.placer ?? '',
      observations: members,
    });
  }
  if (groups.length === 0 && left.size === 0) {
    // Nothing to show of any order (all cancelled): the orders themselves tell so.
    return report.orders.map(({ code, placer }) => {
      const named = catalogue.panel(code) ?? catalogue.analyte(code);
      return { code, name: named?.name.vi ?? code, placer: placer ?? '', observations: [] };
    });
  }
  if (left.size > 0) groups.push({ code: 'LAB', name: 'Xét nghiệm', placer: '', observations: [...left.values()] });
  return groups;
}

/** OBR-3: permanent key of one group: accession and order code. */
function filler(report: ReportDoc, group: Group, config: LabConfig): string[] {
  return [`${report.accession}-${group.code}`, config.lab.id];
}

const placerOf = (group: Group): string[] => group.placer.split('^');

export function orcOf(report: ReportDoc, group: Group, config: LabConfig): SegmentValue {
  const open: readonly ReportStatus[] = ['registered', 'partial', 'preliminary'];
  const state = reportStatus(report.status, group) === 'X' ? 'CA' : open.includes(report.status) ? 'IP' : 'CM';
  const requester = report.specimen.requester ?? '';
  return {
    name: 'ORC',
    fields: ['RE', placerOf(group), filler(report, group, config), '', state, '', '', '', '', '', '', ['', requester]],
  };
}

export function obrOf(
  report: ReportDoc,
  group: Group,
  position: number,
  { config, settings }: OruContext,
): SegmentValue {
  const requester = report.specimen.requester ?? '';
  const interpreter = report.actor.role === 'system' ? '' : report.actor.username;
  return {
    name: 'OBR',
    fields: [
      String(position),
      placerOf(group),
      filler(report, group, config),
      codeOf(group.code, group.name, group.loinc),
      '',
      '',
      time(report.specimen.collectedAt, config),
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      ['', requester],
      '',
      '',
      '',
      '',
      '',
      preciseTime(report.issued, config),
      '',
      sectionOf(group),
      mapped(reportStatus(report.status, group), settings.statuses),
      '',
      '',
      '',
      '',
      '',
      '',
      [interpreter],
    ],
  };
}

/** OBR-24 (table 0074): the section the whole group belongs to. */
function sectionOf({ observations }: Group): string {
  const [code, ...others] = new Set(observations.map(({ section }) => sectionCodes[section]?.code));
  return code === undefined || others.length > 0 ? 'LAB' : code;
}

function reportStatus(status: ReportStatus, group: Group): string {
  const gone = group.observations.length > 0 && group.observations.every((each) => each.status === 'cancelled');
  if (status === 'cancelled' || gone) return 'X';
  return reportStatuses[status];
}
