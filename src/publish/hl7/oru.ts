import { DateTime } from 'luxon';
import type { CatalogueView } from '../../laboratory/catalogue-view.ts';
import type { LabConfig } from '../../laboratory/config.ts';
import type { ReportDoc, ReportedObservation, ReportStatus } from '../../store/documents.ts';
import { rangeText } from '../fhir/observation.ts';
import { ucumCode } from '../fhir/ucum.ts';
import { composeHl7, type FieldValue, type SegmentValue } from './compose.ts';

export interface OruContext {
  readonly config: LabConfig;
  readonly catalogue: CatalogueView;
  readonly recipient: string;
  /** MSH-10: one per report version and recipient, the same on each retry. */
  readonly controlId: string;
  /** UTC instant of sending. */
  readonly now: string;
}

/** One order group (OBR) of the report and the values that belong to it. */
interface Group {
  readonly code: string;
  readonly name: string;
  readonly loinc?: string;
  readonly placer: string;
  readonly observations: readonly ReportedObservation[];
}

/**
 * ORU^R01 2.5.1 of one report version: the whole snapshot, never a difference (interfaces.md 2.1, 2.2, 2.4). OBR-3 stays
 * for the life of the accession, OBR-22 rises with each version.
 */
export function composeOru(report: ReportDoc, context: OruContext): string {
  const groups = groupsOf(report, context.catalogue);
  const segments: SegmentValue[] = [mshOf(context), pidOf(report, context.config), pv1Of(report)];
  for (const [index, group] of groups.entries()) {
    segments.push(orcOf(report, group, context.config), obrOf(report, group, index + 1, context.config));
    if (index === 0) for (const text of reportNotes(report)) segments.push({ name: 'NTE', fields: ['1', 'L', text] });
    let position = 0;
    for (const observed of group.observations) {
      position += 1;
      segments.push(obxOf(report, observed, position, context.config), ...notesOf(observed));
    }
    segments.push(spmOf(report, context.config));
  }
  return composeHl7(segments);
}

function groupsOf(report: ReportDoc, catalogue: CatalogueView): Group[] {
  const left = new Map(report.observations.map((each) => [each.analyte, each]));
  const groups: Group[] = [];
  for (const order of report.orders) {
    const members = order.analytes.flatMap((analyte) => {
      const observed = left.get(analyte);
      left.delete(analyte);
      return observed === undefined ? [] : [observed];
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
  if (left.size > 0) groups.push({ code: 'LAB', name: 'Xét nghiệm', placer: '', observations: [...left.values()] });
  return groups;
}

function mshOf({ config, recipient, controlId, now }: OruContext): SegmentValue {
  return {
    name: 'MSH',
    fields: [
      'CUVETTE',
      config.lab.id,
      recipient,
      '',
      time(now, config),
      '',
      ['ORU', 'R01', 'ORU_R01'],
      controlId,
      'P',
      '2.5.1',
      '',
      '',
      '',
      '',
      '',
      'UNICODE UTF-8',
    ],
  };
}

const sexes = { male: 'M', female: 'F', other: 'O', unknown: 'U' } as const;

function pidOf(report: ReportDoc, config: LabConfig): SegmentValue {
  const { patient } = report;
  const [family = '', ...given] = patient.name.split(/\s+/).filter((part) => part !== '');
  const others = (patient.identifiers ?? []).map((each) => [each.value, '', '', each.system, 'PI']);
  const birth = patient.birthDate.replaceAll('-', '');
  return {
    name: 'PID',
    fields: [
      '1',
      '',
      { repeats: [[patient.id, '', '', config.lab.id, 'MR'], ...others] },
      '',
      [family, given.join(' '), '', '', '', '', 'L'],
      '',
      birth,
      sexes[patient.sex],
    ],
  };
}

function pv1Of({ specimen }: ReportDoc): SegmentValue {
  const fields: FieldValue[] = ['1', 'U', specimen.ward ?? ''];
  if (specimen.encounter !== undefined) fields.push(...Array.from({ length: 15 }, () => ''), specimen.encounter);
  return { name: 'PV1', fields };
}

/** OBR-3: permanent key of one group: accession and order code. */
function filler(report: ReportDoc, group: Group, config: LabConfig): string[] {
  return [`${report.accession}-${group.code}`, config.lab.id];
}

const placerOf = (group: Group): string[] => group.placer.split('^');

function orcOf(report: ReportDoc, group: Group, config: LabConfig): SegmentValue {
  const state =
    report.status === 'cancelled' ? 'CA' : report.status === 'preliminary' || report.status === 'partial' ? 'IP' : 'CM';
  const requester = report.specimen.requester ?? '';
  return {
    name: 'ORC',
    fields: ['RE', placerOf(group), filler(report, group, config), '', state, '', '', '', '', '', '', ['', requester]],
  };
}

function obrOf(report: ReportDoc, group: Group, position: number, config: LabConfig): SegmentValue {
  const requester = report.specimen.requester ?? '';
  const interpreter = report.actor.username;
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
      'LAB',
      reportStatus(report.status, group),
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

/** LOINC first where there is one, the laboratory's own code beside it; never an empty triplet. */
function codeOf(code: string, name: string, loinc: string | undefined): string[] {
  return loinc === undefined || loinc === '' ? [code, name, 'L'] : [loinc, name, 'LN', code, name, 'L'];
}

const statuses: Readonly<Record<ReportStatus, string>> = {
  registered: 'O',
  partial: 'P',
  preliminary: 'P',
  final: 'F',
  amended: 'C',
  corrected: 'C',
  appended: 'C',
  cancelled: 'X',
  'entered-in-error': 'C',
};

function reportStatus(status: ReportStatus, group: Group): string {
  if (status === 'cancelled' || group.observations.every((each) => each.status === 'cancelled')) return 'X';
  return statuses[status];
}

const observationStatuses: Readonly<Record<ReportedObservation['status'], string>> = {
  final: 'F',
  preliminary: 'P',
  amended: 'C',
  corrected: 'C',
  cancelled: 'X',
  'entered-in-error': 'W',
};

function obxOf(report: ReportDoc, observed: ReportedObservation, position: number, config: LabConfig): SegmentValue {
  const gone = observed.status === 'cancelled' || observed.value === '';
  const type = observed.kind === 'qualitative' || gone ? 'ST' : observed.comparator === undefined ? 'NM' : 'SN';
  const value: FieldValue = gone ? '' : type === 'SN' ? [observed.comparator ?? '', observed.value] : observed.value;
  const range = observed.referenceRange;
  const flags = observed.flags.filter((flag) => ['H', 'L', 'HH', 'LL', 'A', 'AA'].includes(flag));
  const normal = flags.length === 0 && (range?.low !== undefined || range?.high !== undefined) && !gone;
  return {
    name: 'OBX',
    fields: [
      String(position),
      type,
      codeOf(observed.analyte, observed.name.vi, observed.loinc),
      '',
      value,
      unitOf(observed.unit),
      range?.text ?? rangeText(range?.low, range?.high) ?? '',
      { repeats: (normal ? ['N'] : flags.length === 0 ? [''] : flags).map((flag) => [flag]) },
      '',
      '',
      observationStatuses[observed.status],
      '',
      '',
      time(report.specimen.collectedAt, config),
      '',
      [observed.verifiedBy],
      '',
      [observed.analyzer],
      time(observed.observedAt, config),
      '',
      '',
      '',
      [config.lab.name],
    ],
  };
}

function unitOf(unit: string): FieldValue {
  if (unit === '') return '';
  const code = ucumCode(unit);
  return code === null ? [unit, unit, 'L'] : [code, unit, 'UCUM'];
}

function reportNotes(report: ReportDoc): string[] {
  return [report.comment, report.reason].flatMap((text) => (text === undefined || text === '' ? [] : [text]));
}

function notesOf(observed: ReportedObservation): SegmentValue[] {
  const texts = [...observed.comments];
  if (observed.was !== undefined) {
    texts.push(
      `Trước sửa: ${observed.was.comparator ?? ''}${observed.was.value} ${observed.was.unit}. Lý do: ${observed.was.reason}`,
    );
  }
  return texts.map((text, index) => ({ name: 'NTE', fields: [String(index + 1), 'L', text] }));
}

function spmOf(report: ReportDoc, config: LabConfig): SegmentValue {
  const { specimen } = report;
  const type = specimen.type ?? '';
  const received = specimen.receivedAt === undefined ? '' : time(specimen.receivedAt, config);
  const fields: FieldValue[] = ['1', report.accession, '', [type === '' ? 'UNK' : type, '', 'L']];
  while (fields.length < 16) fields.push('');
  fields.push(time(specimen.collectedAt, config), received);
  return { name: 'SPM', fields };
}

/** HL7 time with offset, in the laboratory's zone, to the second. */
function time(utc: string, config: LabConfig): string {
  return DateTime.fromISO(utc, { zone: config.lab.timeZone }).toFormat('yyyyMMddHHmmssZZZ');
}

/** To the millisecond: two versions within one second must still rise. */
function preciseTime(utc: string, config: LabConfig): string {
  return DateTime.fromISO(utc, { zone: config.lab.timeZone }).toFormat('yyyyMMddHHmmss.SSSZZZ');
}
