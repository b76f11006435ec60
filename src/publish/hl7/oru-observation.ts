import type { LabConfig } from '../../laboratory/config.ts';
import type { ReportDoc, ReportedObservation } from '../../store/documents.ts';
import { rangeText } from '../fhir/observation.ts';
import { ucumCode } from '../fhir/ucum.ts';
import { formOf } from '../value-form.ts';
import type { FieldValue, SegmentValue } from './compose.ts';
import { codeOf, mapped, notes, type OruContext, reportStatuses, time } from './oru-fields.ts';
import { paperGroup } from './oru-order.ts';
import type { Paper } from './paper.ts';

const observationStatuses: Readonly<Record<ReportedObservation['status'], string>> = {
  final: 'F',
  preliminary: 'P',
  amended: 'C',
  corrected: 'C',
  cancelled: 'X',
  'entered-in-error': 'W',
};

export function obxOf(
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
      observed.method === undefined ? '' : ['', observed.method],
      [observed.analyzer],
      observed.status === 'cancelled' ? '' : time(observed.observedAt, config),
      '',
      '',
      '',
      performerOf(observed, config),
    ],
  };
}

/** OBX-23: who performed it. The laboratory it was referred out to goes with its facility code (XON-10). */
function performerOf({ performer }: ReportedObservation, config: LabConfig): FieldValue {
  if (performer === undefined) return [config.lab.name];
  return [performer.name, '', '', '', '', '', '', '', '', performer.code];
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

function unitOf(unit: string, units: Readonly<Record<string, string>> | undefined): FieldValue {
  if (unit === '') return '';
  const theirs = units?.[unit];
  if (theirs !== undefined) return [theirs, theirs, 'L'];
  const code = ucumCode(unit);
  return code === null ? [unit, unit, 'L'] : [code, unit, 'UCUM'];
}

export function notesOf(observed: ReportedObservation): SegmentValue[] {
  const texts = [...observed.comments];
  if (observed.was !== undefined) {
    const { comparator = '', value, unit, reason } = observed.was;
    texts.push(`Trước sửa: ${`${comparator}${value} ${unit}`.trim()}. Lý do: ${reason}`);
  }
  return notes(texts);
}

/** The printed form, encapsulated (interfaces.md 2.1). It stands in for the one before, as the report does. */
export function paperObx(
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
      mapped(reportStatuses[report.status], settings.statuses),
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
