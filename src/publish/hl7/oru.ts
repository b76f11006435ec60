import { DateTime } from 'luxon';
import type { CatalogueView } from '../../laboratory/catalogue-view.ts';
import type { LabConfig } from '../../laboratory/config.ts';
import type { Hl7Destination } from '../../laboratory/recipient-config.ts';
import type { ReportDoc, ReportedObservation, ReportStatus } from '../../store/documents.ts';
import { rangeText } from '../fhir/observation.ts';
import { ucumCode } from '../fhir/ucum.ts';
import { formOf } from '../value-form.ts';
import { composeHl7, type FieldValue, type SegmentValue } from './compose.ts';
import type { Paper } from './paper.ts';

export interface OruContext {
  readonly config: LabConfig;
  readonly catalogue: CatalogueView;
  readonly recipient: string;
  /** MSH-10: one per report version and recipient, the same on each retry. */
  readonly controlId: string;
  /** UTC instant of sending. */
  readonly now: string;
  /** What this receiver wants otherwise. */
  readonly settings: Pick<Hl7Destination, 'acknowledgement' | 'statuses' | 'units' | 'lengths' | 'charset' | 'pdf'>;
  /** The printed form, for a receiver that wants it, or why it is not there. */
  readonly paper?: Paper;
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
  const attached = context.paper?.kind === 'attached' ? context.paper : null;
  if (attached !== null && context.settings.pdf?.place !== 'last') groups.push(paperGroup);
  for (const [index, group] of groups.entries()) {
    segments.push(orcOf(report, group, context.config), obrOf(report, group, index + 1, context));
    if (index === 0) segments.push(...notes([...reportNotes(report), ...absenceOf(context.paper)]));
    for (const [position, observed] of group.observations.entries()) {
      segments.push(obxOf(report, observed, position + 1, context), ...notesOf(observed));
    }
    if (attached !== null && index === groups.length - 1)
      segments.push(paperObx(report, attached, group.observations.length + 1, context));
    segments.push(spmOf(report, context.config));
  }
  return composeHl7(segments, context.settings.lengths);
}

/** The printed form has an order group of its own: one key for life, whatever is added to or taken from the orders. */
const paperGroup: Group = {
  code: 'REPORT-PDF',
  name: 'Phiếu kết quả xét nghiệm (PDF)',
  loinc: '11502-2',
  placer: '',
  observations: [],
};

/** The printed form, encapsulated (interfaces.md 2.1). It stands in for the one before, as the report does. */
function paperObx(
  report: ReportDoc,
  { content }: Extract<Paper, { kind: 'attached' }>,
  position: number,
  { config, settings }: OruContext,
): SegmentValue {
  const { code, name, loinc } = paperGroup;
  const released = time(report.issued, config);
  return {
    name: 'OBX',
    fields: [
      String(position),
      'ED',
      codeOf(code, name, loinc),
      '',
      ['', 'application', 'pdf', 'Base64', Buffer.from(content).toString('base64')],
      '',
      '',
      '',
      '',
      '',
      mapped(statuses[report.status], settings.statuses),
      '',
      '',
      time(report.specimen.collectedAt, config),
      '',
      [report.actor.username],
      '',
      '',
      released,
      '',
      '',
      '',
      [config.lab.name],
    ],
  };
}

const absenceOf = (paper: Paper | undefined): string[] =>
  paper?.kind === 'absent' ? [`Bản in PDF không kèm theo: ${paper.words}`] : [];

function groupsOf(report: ReportDoc, catalogue: CatalogueView): Group[] {
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

function mshOf({ config, recipient, controlId, now, settings }: OruContext): SegmentValue {
  const ask = settings.acknowledgement === 'enhanced' ? 'AL' : '';
  return {
    name: 'MSH',
    fields: [
      'CUVETTE',
      config.lab.id,
      recipient,
      '',
      preciseTime(now, config),
      '',
      ['ORU', 'R01', 'ORU_R01'],
      controlId,
      'P',
      '2.5.1',
      '',
      '',
      ask,
      ask,
      '',
      settings.charset ?? 'UNICODE UTF-8',
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
  const open: readonly ReportStatus[] = ['registered', 'partial', 'preliminary'];
  const state = reportStatus(report.status, group) === 'X' ? 'CA' : open.includes(report.status) ? 'IP' : 'CM';
  const requester = report.specimen.requester ?? '';
  return {
    name: 'ORC',
    fields: ['RE', placerOf(group), filler(report, group, config), '', state, '', '', '', '', '', '', ['', requester]],
  };
}

function obrOf(report: ReportDoc, group: Group, position: number, { config, settings }: OruContext): SegmentValue {
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
      'LAB',
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
  const gone = group.observations.length > 0 && group.observations.every((each) => each.status === 'cancelled');
  if (status === 'cancelled' || gone) return 'X';
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

function obxOf(
  report: ReportDoc,
  observed: ReportedObservation,
  position: number,
  { config, settings }: OruContext,
): SegmentValue {
  const [type, value] = typedValue(observed);
  const range = observed.referenceRange;
  return {
    name: 'OBX',
    fields: [
      String(position),
      type,
      codeOf(observed.analyte, observed.name.vi, observed.loinc),
      '',
      value,
      unitOf(observed.unit, settings.units),
      range?.text ?? rangeText(range?.low, range?.high) ?? '',
      { repeats: flagsOf(observed).map((flag) => [flag]) },
      '',
      '',
      mapped(observationStatuses[observed.status], settings.statuses),
      '',
      '',
      time(report.specimen.collectedAt, config),
      '',
      [observed.verifiedBy],
      '',
      [observed.analyzer],
      observed.status === 'cancelled' ? '' : time(observed.observedAt, config),
      '',
      '',
      '',
      [config.lab.name],
    ],
  };
}

/** OBX-2 and OBX-5: the digits as reported in every type (interfaces.md 1.4). */
function typedValue(observed: ReportedObservation): readonly [string, FieldValue] {
  const form = formOf(observed);
  switch (form.kind) {
    case 'quantity':
      return form.comparator === undefined ? ['NM', form.value] : ['SN', [form.comparator, form.value]];
    case 'ratio':
      return ['SN', [form.comparator ?? '', form.numerator, ':', form.denominator]];
    case 'range':
      return ['SN', ['', form.low, '-', form.high]];
    case 'coded':
      return form.finding === undefined
        ? ['ST', form.text]
        : ['CWE', [form.finding.code, form.text, 'SCT', form.text, form.text, 'L']];
    case 'text':
      return ['FT', form.text];
    case 'absent':
      return ['ST', ''];
    default:
      return form satisfies never;
  }
}

function flagsOf(observed: ReportedObservation): readonly string[] {
  const form = formOf(observed);
  if (form.kind === 'absent') return [''];
  const flags = observed.flags.filter((flag) => ['H', 'L', 'HH', 'LL', 'A', 'AA'].includes(flag));
  const range = observed.referenceRange;
  const judged = range?.low !== undefined || range?.high !== undefined;
  const certain = form.kind === 'quantity' && form.comparator === undefined;
  return flags.length > 0 ? flags : judged && certain ? ['N'] : [''];
}

/** A status as the receiver knows it: some take no X (interfaces.md 2.4). */
function mapped(status: string, statuses: Readonly<Record<string, string>> | undefined): string {
  return statuses?.[status] ?? status;
}

function unitOf(unit: string, units: Readonly<Record<string, string>> | undefined): FieldValue {
  if (unit === '') return '';
  const theirs = units?.[unit];
  if (theirs !== undefined) return [theirs, theirs, 'L'];
  const code = ucumCode(unit);
  return code === null ? [unit, unit, 'L'] : [code, unit, 'UCUM'];
}

function reportNotes(report: ReportDoc): string[] {
  return [report.comment, report.reason].flatMap((text) => (text === undefined || text === '' ? [] : [text]));
}

const notes = (texts: readonly string[]): SegmentValue[] =>
  texts.map((text, index) => ({ name: 'NTE', fields: [String(index + 1), 'L', text] }));

function notesOf(observed: ReportedObservation): SegmentValue[] {
  const texts = [...observed.comments];
  if (observed.was !== undefined) {
    const { comparator = '', value, unit, reason } = observed.was;
    texts.push(`Trước sửa: ${`${comparator}${value} ${unit}`.trim()}. Lý do: ${reason}`);
  }
  return notes(texts);
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
