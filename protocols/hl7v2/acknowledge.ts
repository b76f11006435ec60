import type { Hl7Message } from './message.ts';
import type { Hl7Segment } from './parts.ts';
import { composeMessage, type Hl7FieldOut, type Hl7SegmentOut } from './write.ts';

export type AcknowledgementCode = 'AA' | 'AE' | 'AR' | 'CA' | 'CE' | 'CR';

/** What MSH-15 and MSH-16 ask for (HL7 2.5.1 chapter 2.9; tables 0008, 0155). */
export interface AcknowledgementMode {
  readonly enhanced: boolean;
  readonly accept: 'AL' | 'NE' | 'ER' | 'SU';
  readonly application: 'AL' | 'NE' | 'ER' | 'SU';
}

/** Original mode when both fields are empty: one answer, after processing. */
export function acknowledgementMode(message: Hl7Message): AcknowledgementMode {
  const accept = message.header?.field(15).text ?? '';
  const application = message.header?.field(16).text ?? '';
  const enhanced = condition(accept) !== null || condition(application) !== null;
  return {
    enhanced,
    accept: condition(accept) ?? 'NE',
    application: condition(application) ?? (enhanced ? 'NE' : 'AL'),
  };
}

function condition(text: string): 'AL' | 'NE' | 'ER' | 'SU' | null {
  return text === 'AL' || text === 'NE' || text === 'ER' || text === 'SU' ? text : null;
}

/** Whether a condition asks for an answer of this outcome. */
export function asksFor(when: 'AL' | 'NE' | 'ER' | 'SU', positive: boolean): boolean {
  return when === 'AL' || (when === 'SU' && positive) || (when === 'ER' && !positive);
}

export interface Acknowledgement {
  readonly code: AcknowledgementCode;
  /** Our own MSH-10. */
  readonly controlId: string;
  /** `yyyyMMddHHmmss`, with offset where the sender uses one. */
  readonly time: string;
  readonly text?: string;
  /** MSA-6 / ERR code in words. */
  readonly error?: string;
  /** MSH-9; `ACK^<trigger>` when absent. */
  readonly type?: readonly string[];
}

/** The acknowledgement of a message, in its own delimiters: sender and receiver swapped, MSH-10 in MSA-2, MSH-11 and 12 kept. */
export function acknowledge(message: Hl7Message, answer: Acknowledgement): string {
  const header = message.header;
  const swapped = [5, 6, 3, 4].map((number) => copyField(header, number));
  const type = answer.type ?? (message.trigger === '' ? ['ACK'] : ['ACK', message.trigger]);
  const msh: Hl7SegmentOut = [
    'MSH',
    ...swapped,
    answer.time,
    '',
    type,
    answer.controlId,
    copyField(header, 11),
    copyField(header, 12),
    '',
    '',
    '',
    '',
    '',
    copyField(header, 18),
  ];
  const msa: Hl7FieldOut[] = [answer.code, message.controlId];
  if (answer.text !== undefined) msa.push(answer.text);
  return composeMessage([msh, ['MSA', ...msa]], message.delimiters);
}

/** A field of the header as it was sent, components apart so that they are not escaped. */
export function copyField(header: Hl7Segment | undefined, number: number): Hl7FieldOut {
  const field = header?.field(number);
  if (field === undefined) return '';
  return {
    repeats: field.repeats.map((repeat) => {
      const parts: string[] = [];
      for (let each = 1; each <= 6; each += 1) parts.push(repeat.component(each).text);
      return parts;
    }),
  };
}

export interface ReadAcknowledgement {
  readonly code: AcknowledgementCode;
  /** MSA-2: whose answer this is. */
  readonly controlId: string;
  readonly text?: string;
  readonly error?: string;
}

const known: readonly string[] = ['AA', 'AE', 'AR', 'CA', 'CE', 'CR'];

/** MSA and ERR of an answer; null when it is none. */
export function readAcknowledgement(message: Hl7Message): ReadAcknowledgement | null {
  const msa = message.segment('MSA');
  const code = msa?.field(1).text ?? '';
  if (msa === undefined || !isCode(code)) return null;
  const text = msa.field(3).text;
  const err = message.segment('ERR');
  const error =
    err === undefined
      ? ''
      : [err.field(3).component(2).text, err.field(7).text, err.field(8).text].filter((each) => each !== '').join(' ');
  return {
    code,
    controlId: msa.field(2).text,
    ...(text === '' ? {} : { text }),
    ...(error === '' ? {} : { error }),
  };
}

function isCode(text: string): text is AcknowledgementCode {
  return known.includes(text);
}
