import { specimenTypes } from '../../../drivers/definition/answer-law.ts';
import type { CatalogueView } from '../../laboratory/catalogue-view.ts';
import type { LabConfig } from '../../laboratory/config.ts';
import type { ReportDoc } from '../../store/documents.ts';
import { composeHl7, type FieldValue, type SegmentValue } from './compose.ts';
import { notes, type OruContext, preciseTime, time } from './oru-fields.ts';
import { notesOf, obxOf, paperObx } from './oru-observation.ts';
import { groupsOf, obrOf, orcOf, paperGroup } from './oru-order.ts';
import type { Paper } from './paper.ts';

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
    segments.push(spmOf(report, context));
  }
  return composeHl7(segments, context.settings.lengths);
}

const absenceOf = (paper: Paper | undefined): string[] =>
  paper?.kind === 'absent' ? [`Bản in PDF không kèm theo: ${paper.words}`] : [];

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

function reportNotes(report: ReportDoc): string[] {
  return [report.comment, report.reason].flatMap((text) => (text === undefined || text === '' ? [] : [text]));
}

function spmOf(report: ReportDoc, { config, catalogue }: OruContext): SegmentValue {
  const { specimen } = report;
  const received = specimen.receivedAt === undefined ? '' : time(specimen.receivedAt, config);
  const fields: FieldValue[] = ['1', report.accession, '', typeOf(specimen.type, catalogue)];
  while (fields.length < 16) fields.push('');
  fields.push(time(specimen.collectedAt, config), received);
  while (fields.length < 29) fields.push('');
  fields.push(report.accession);
  return { name: 'SPM', fields };
}

/** SPM-4: table 0487 where it knows the type, the laboratory's own code and words beside it. */
function typeOf(type: string | undefined, catalogue: CatalogueView): FieldValue {
  if (type === undefined || type === '') return ['UNK', '', 'L'];
  const name = catalogue.words('specimen-type').find(({ code }) => code === type)?.name.vi ?? '';
  const known = specimenTypes[type];
  return known === undefined ? [type, name, 'L'] : [known, name, 'HL70487', type, name, 'L'];
}
