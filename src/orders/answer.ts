import { copyField } from '../../protocols/hl7v2/acknowledge.ts';
import type { Hl7Message } from '../../protocols/hl7v2/message.ts';
import { composeMessage, type Hl7FieldOut, type Hl7SegmentOut } from '../../protocols/hl7v2/write.ts';

/** Why something was refused: a code of HL7 table 0357 and words. */
export interface Refusal {
  readonly code: '100' | '101' | '103' | '200' | '204' | '207';
  readonly words: string;
}

/** What became of one ORC. */
export interface OrderOutcome {
  /** ORC-1 of the answer (HL7 table 0119). */
  readonly control: 'OK' | 'UA' | 'CR' | 'UC' | 'XR' | 'UX';
  readonly placer: string;
  /** Our number of the order, where there is one. */
  readonly filler: string;
  readonly accession: string;
  readonly code: string;
  readonly refusal?: Refusal;
}

export interface Answer {
  readonly code: 'AA' | 'AE' | 'AR' | 'CA' | 'CE' | 'CR';
  readonly refusals: readonly Refusal[];
  readonly orders?: readonly OrderOutcome[];
}

export interface AnswerHead {
  /** `yyyyMMddHHmmss` */
  readonly time: string;
  readonly controlId: string;
}

const conditions: Readonly<Record<Refusal['code'], string>> = {
  '100': 'Segment sequence error',
  '101': 'Required field missing',
  '103': 'Table value not found',
  '200': 'Unsupported message type',
  '204': 'Unknown key identifier',
  '207': 'Application internal error',
};

/** The answer to a message in its own delimiters: ORL^O22, ORR^O02, RRI^I12 or ACK. */
export function composeAnswer(message: Hl7Message, answer: Answer, head: AnswerHead): string {
  const { header } = message;
  const copied = (number: number): Hl7FieldOut => copyField(header, number);
  const segments: Hl7SegmentOut[] = [
    [
      'MSH',
      copied(5),
      copied(6),
      copied(3),
      copied(4),
      head.time,
      '',
      typeOf(message, answer),
      head.controlId,
      copied(11),
      copied(12),
      '',
      '',
      '',
      '',
      '',
      copied(18),
    ],
    ['MSA', answer.code, message.controlId, ...(answer.refusals.length === 0 ? [] : [wordsOf(answer.refusals)])],
    ...answer.refusals.map(
      ({ code, words }): Hl7SegmentOut => [
        'ERR',
        '',
        '',
        [code, conditions[code], 'HL70357'],
        'E',
        '',
        '',
        words,
        words,
      ],
    ),
  ];
  if (answer.orders !== undefined && answer.orders.length > 0) segments.push(...orderSegments(message, answer.orders));
  return composeMessage(segments, message.delimiters);
}

function typeOf(message: Hl7Message, answer: Answer): readonly string[] {
  const accepting = answer.code.startsWith('C');
  if (!accepting && answer.code !== 'AR' && message.type === 'OML') return ['ORL', 'O22', 'ORL_O22'];
  if (!accepting && answer.code !== 'AR' && message.type === 'ORM') return ['ORR', 'O02', 'ORR_O02'];
  if (!accepting && answer.code !== 'AR' && message.type === 'REF') return ['RRI', 'I12', 'RRI_I12'];
  return message.trigger === '' ? ['ACK'] : ['ACK', message.trigger, 'ACK'];
}

/** MSA-3 is short (HL7 2.5.1: 80 characters); all of it stands in ERR. */
function wordsOf(refusals: readonly Refusal[]): string {
  return refusals.map((each) => each.words).join('; ');
}

function orderSegments(message: Hl7Message, orders: readonly OrderOutcome[]): Hl7SegmentOut[] {
  const pid: Hl7SegmentOut = ['PID', '1', '', copyField(message.segment('PID'), 3)];
  return [
    pid,
    ...orders.flatMap(({ control, placer, filler, accession, code }, position): Hl7SegmentOut[] => {
      const asSent = placer.split(message.delimiters.component);
      const segments: Hl7SegmentOut[] = [
        ['ORC', control, asSent, filler],
        ['OBR', String(position + 1), asSent, filler, [code]],
      ];
      if (message.type === 'OML' && accession !== '') segments.push(['SPM', '1', [accession]]);
      return segments;
    }),
  ];
}
