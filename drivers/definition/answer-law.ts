import { escapeText } from '../../protocols/hl7v2/write.ts';
import type { AnswerContext, OrderForAnalyzer } from '../driver.ts';
import type { QueryFacts } from './answer-mindray.ts';
import { headerLine, line, messageText } from './hl7-lines.ts';

const version = '2.5.1';
const charset = 'UNICODE UTF-8';

export interface LawFacts {
  /** Coding system of OBR-4 (`A400`, `99ROC`). */
  readonly codingSystem: string;
  /** MSH-3 of the analyzer. */
  readonly analyzer: string;
  /** Roche's extension: its profiles, and numbers marked as barcodes. */
  readonly roche: boolean;
  /** The x800 Data Manager: orders under the profile of IHE, specimen types of HL7, and no mark of a barcode in SAC. */
  readonly manager: boolean;
}

/**
 * IHE LAW, LAB-27 and LAB-28: RSP^K11 says whether there is work (QAK OK or NF), then one OML^O33 for each specimen.
 * Without work only the RSP goes out.
 */
export function answerLaw(
  query: QueryFacts,
  orders: readonly OrderForAnalyzer[],
  facts: LawFacts,
  context: AnswerContext,
): string[] {
  const found = orders.filter((order) => order.hostCodes.length > 0);
  const reply = messageText([
    header('RSP^K11^RSP_K11', facts.roche ? 'LAB-27R^ROCHE' : 'LAB-27^IHE', facts, context),
    line('MSA', 'AA', query.controlId),
    line('QAK', query.text('QPD', 2), found.length === 0 ? 'NF' : 'OK', { wire: field(query.segment('QPD'), 1) }),
    query.segment('QPD'),
  ]);
  const place = [query.text('QPD', 4), query.text('QPD', 5)] as const;
  return [reply, ...orderMessages(found, facts, context, place)];
}

/** LAB-28: an OML^O33 for each specimen, a test each in ORC, TQ1, OBR; a cancelled specimen has CA. */
export function orderMessages(
  orders: readonly OrderForAnalyzer[],
  facts: LawFacts,
  context: AnswerContext,
  place: readonly [rack: string, position: string] = ['', ''],
): string[] {
  return orders.map((order) => {
    const { patient } = order;
    const control = order.action === 'cancel' ? 'CA' : 'NW';
    const priority = order.priority === 'routine' ? 'R' : 'S';
    const tests = [...new Set(order.hostCodes)].flatMap((code, index) => [
      line('ORC', control, '', '', '', '', '', '', '', context.now),
      line('TQ1', String(index + 1), '', '', '', '', '', '', '', priority),
      line('OBR', String(index + 1), stepOf(order, code), '', [code, code, facts.codingSystem]),
    ]);
    const sex = { male: 'M', female: 'F', other: 'O', unknown: 'U' }[patient.sex ?? 'unknown'];
    return messageText([
      header('OML^O33^OML_O33', facts.roche && !facts.manager ? 'LAB-28R^ROCHE' : 'LAB-28^IHE', facts, context),
      line(
        'PID',
        '1',
        '',
        patient.id ?? '',
        '',
        patient.name ?? '',
        '',
        (patient.birthDate ?? '').replaceAll('-', ''),
        sex,
      ),
      ...specimenLines(order, facts, place),
      ...tests,
    ]);
  });
}

/** Codes of HL7 table 0487 for the catalogue's types of specimen; a type of the site's own goes out as it is. */
export const specimenTypes: Readonly<Record<string, string>> = {
  serum: 'SER',
  plasma: 'PLAS',
  blood: 'WB',
  'arterial-blood': 'BLDA',
  urine: 'UR',
  sputum: 'SPT',
};
/** Roche has one code for serum and plasma, and its own table. */
const rocheTypes: Readonly<Record<string, string>> = { ...specimenTypes, serum: 'SERPLAS', plasma: 'SERPLAS' };

function typeOf(types: Readonly<Record<string, string>>, order: OrderForAnalyzer): string {
  const type = order.specimenType ?? 'serum';
  return types[type] ?? type;
}

/**
 * The name of one step: the same when it is taken back, another for each test, whatever else is ordered with it, and
 * another for each run, for an analyzer refuses a name it has had (IHE LAW 3.R.5.3, assertion LAB28-006).
 */
function stepOf(order: OrderForAnalyzer, code: string): string {
  const run = order.runs?.[code] ?? 1;
  return run === 1 ? `${order.accession}-${code}` : `${order.accession}-${code}-${run}`;
}

function specimenLines(order: OrderForAnalyzer, facts: LawFacts, place: readonly [string, string]): string[] {
  if (facts.manager) return managerLines(order, place);
  return facts.roche ? barcodeLines(order, place) : numberLines(order);
}

/** As the Data Manager's traces have it: `SPM|1|sample123&ROCHE||UR^Urine^HL70487`, `SAC|||sample123|||||||S54|14`. */
function managerLines(order: OrderForAnalyzer, [rack, position]: readonly [string, string]): string[] {
  const number = { wire: `${escapeText(order.accession)}&ROCHE` };
  const type = [typeOf(specimenTypes, order), '', 'HL70487'];
  return [
    line('SPM', '1', number, '', type, '', '', '', '', '', '', ['P', '', 'HL70369']),
    line('SAC', '', '', order.accession, '', '', '', '', '', '', rack, position),
  ];
}

function numberLines(order: OrderForAnalyzer): string[] {
  return [
    line('SPM', '1', order.accession, '', typeOf(specimenTypes, order), '', '', '', '', '', '', 'P'),
    line('SAC', '', '', order.accession),
  ];
}

/** Roche: the number is said to be a barcode, and the tube stays where the query said it stands. */
function barcodeLines(order: OrderForAnalyzer, [rack, position]: readonly [string, string]): string[] {
  const number = escapeText(order.accession);
  return [
    line(
      'SPM',
      '1',
      { wire: `${number}&BARCODE` },
      '',
      [typeOf(rocheTypes, order), '', '99ROC'],
      '',
      '',
      '',
      '',
      '',
      '',
      ['P', '', 'HL70369'],
    ),
    line('SAC', '', '', [order.accession, 'BARCODE'], '', '', '', '', '', '', rack, position),
  ];
}

function header(type: string, profile: string, facts: LawFacts, context: AnswerContext): string {
  return headerLine({
    sender: context.hostName,
    receiver: facts.analyzer,
    now: context.now,
    type,
    controlId: context.nextControlId(),
    processingId: 'P',
    version,
    ...(type.startsWith('OML') ? { acceptAck: 'NE', applicationAck: 'AL' } : {}),
    charset,
    profile,
  });
}

/** Field of a segment in wire form. */
function field(segment: string, number: number): string {
  return segment.split('|')[number] ?? '';
}
