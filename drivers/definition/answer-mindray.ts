import { escapeText } from '../../protocols/hl7v2/write.ts';
import type { AnswerContext, CodeMapping, OrderForAnalyzer } from '../driver.ts';
import { headerLine, line, messageText } from './hl7-lines.ts';

/** What every answer needs of the query: MSH-10, MSH-18 and the segments it repeats, in wire form. */
export interface QueryFacts {
  readonly controlId: string;
  readonly charset: string;
  readonly segment: (name: string) => string;
  readonly text: (name: string, field: number, component?: number) => string;
}

const version = '2.3.1';

function header(type: string, query: QueryFacts, context: AnswerContext): string {
  return headerLine({
    sender: context.hostName,
    now: context.now,
    type,
    controlId: context.nextControlId(),
    processingId: 'P',
    version,
    charset: query.charset,
  });
}

const differential = /^(NEUT|LYMPH|MONO|EO|BASO|IG)/;

/**
 * BC series: ORR^O02 to ORM^O01. With an order PID, PV1, ORC (AF), OBR and the test mode as OBX 08003; without one MSA
 * AR and nothing else (capture idx-58002900655).
 */
export function answerOrr(
  query: QueryFacts,
  orders: readonly OrderForAnalyzer[],
  codes: readonly CodeMapping[],
  context: AnswerContext,
): string[] {
  const order = orders.find((each) => each.hostCodes.length > 0);
  const head = header('ORR^O02', query, context);
  if (order === undefined) return [messageText([head, line('MSA', 'AR', query.controlId)])];
  const { patient, accession } = order;
  const analytes = new Map(codes.map((code) => [code.hostCode, code.analyte]));
  const withDifferential = order.hostCodes.some((code) => differential.test(analytes.get(code) ?? code));
  const id = patient.id === undefined ? [''] : [patient.id, '', '', '', 'MR'];
  const sex = patient.sex === 'male' ? 'Male' : patient.sex === 'female' ? 'Female' : '';
  return [
    messageText([
      head,
      line('MSA', 'AA', query.controlId),
      line('PID', '1', '', id, '', patient.name ?? '', '', compact(patient.birthDate), sex),
      line('PV1', '1'),
      line('ORC', 'AF', accession, accession),
      line('OBR', '1', accession, '', ['00001', 'Automated Count', '99MRC']),
      line(
        'OBX',
        '1',
        'IS',
        ['08003', 'Test Mode', '99MRC'],
        '',
        withDifferential ? 'CBC+DIFF' : 'CBC',
        '',
        '',
        '',
        '',
        '',
        'F',
      ),
    ]),
  ];
}

/** BS and CL series: QCK^Q02 first, then one DSR^Q03 for each specimen that has tests. */
export function answerQck(query: QueryFacts, orders: readonly OrderForAnalyzer[], context: AnswerContext): string[] {
  const found = orders.filter((order) => order.hostCodes.length > 0);
  const reply = (type: string, status: string): string[] => [
    header(type, query, context),
    line('MSA', 'AA', query.controlId, 'Message accepted', '', '', '0'),
    line('ERR', '0'),
    line('QAK', 'SR', status),
  ];
  const first = messageText(reply('QCK^Q02', found.length === 0 ? 'NF' : 'OK'));
  const rest = found.map((order, index) =>
    messageText([
      ...reply('DSR^Q03', 'OK'),
      query.segment('QRD'),
      query.segment('QRF'),
      ...displayLines(order),
      index + 1 < found.length ? `DSC|${index + 1}|` : 'DSC||',
    ]),
  );
  return [first, ...rest];
}

/** DSP rows by number: 1 patient, 3 name, 4 birth, 5 sex, 21 barcode, 24 STAT, 26 specimen, from 29 on the tests. */
function displayLines(order: OrderForAnalyzer): string[] {
  const { patient } = order;
  const birth = compact(patient.birthDate);
  const known: Readonly<Record<number, string>> = {
    1: patient.id ?? '',
    3: patient.name ?? '',
    4: birth.length === 8 ? `${birth}000000` : '',
    5: patient.sex === 'male' ? 'M' : patient.sex === 'female' ? 'F' : 'O',
    21: order.accession,
    24: order.priority === 'routine' ? 'N' : 'Y',
    26: order.specimenType ?? '',
  };
  const tests = [...new Set(order.hostCodes)];
  const row = (number: number, text: string): string => `DSP|${number}||${text}|||`;
  const facts = Array.from({ length: 28 }, (_each, index) => row(index + 1, escapeText(known[index + 1] ?? '')));
  return [...facts, ...tests.map((test, index) => row(29 + index, `${escapeText(test)}^^^`))];
}

function compact(date: string | undefined): string {
  return (date ?? '').replaceAll('-', '');
}
