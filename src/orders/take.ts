import iconv from 'iconv-lite';
import { DateTime } from 'luxon';
import { acknowledgementMode, asksFor } from '../../protocols/hl7v2/acknowledge.ts';
import { charsetOf, type Hl7Message, parseMessage } from '../../protocols/hl7v2/message.ts';
import { mergePatients } from '../acts/merge.ts';
import { newControlId } from '../connection/intake-path.ts';
import type { Actor } from '../domain/ids.ts';
import { isLisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { type Answer, composeAnswer, type Refusal } from './answer.ts';
import { keepPatient, knownPatient } from './patient.ts';
import { placeOrders } from './place.ts';
import { readPregnancy } from './pregnancy.ts';
import { readOrders } from './read-orders.ts';
import { readMerged, readPatient, readVisit } from './read-patient.ts';
import { referPatient } from './refer.ts';

const actor: Actor = { username: 'hl7', role: 'system' };
/** Trigger events of ADT that say who a patient is. */
const adtTriggers: readonly string[] = ['A01', 'A04', 'A05', 'A08', 'A28', 'A31'];

/** A message of the hospital system, read. */
export interface Arrival {
  readonly message: Hl7Message;
  /** iconv-lite name. */
  readonly charset: string;
  /** False where the bytes are not of the character set: names would be kept wrong. */
  readonly readable: boolean;
}

/** Read the bytes of one block. `unsaid` is the character set of a sender that leaves MSH-18 empty. */
export function readArrival(text: Uint8Array, unsaid = 'utf8'): Arrival {
  const whole = { text, pieces: [{ text: 0, raw: 0 }], span: [0, text.length] as const, complete: true };
  const named = charsetOf(parseMessage(whole, (bytes) => Buffer.from(bytes).toString('latin1')));
  const charset = named === undefined || !iconv.encodingExists(named) ? unsaid : named;
  const decode = (bytes: Uint8Array): string => iconv.decode(Buffer.from(bytes), charset);
  const readable = !/^utf-?8$/i.test(charset) || !decode(text).includes('\uFFFD');
  return { message: parseMessage(whole, decode), charset, readable };
}

/** Do what a message asks and say what became of it. Everything is on disk when this resolves; a store that refuses throws. */
export async function takeMessage(lab: Laboratory, { message, readable }: Arrival): Promise<Answer> {
  const { type, trigger } = message;
  if (message.header === undefined) return refusal('AR', { code: '100', words: 'The message has no MSH' });
  if (!isTaken(type, trigger))
    return refusal('AR', { code: '200', words: `Message type ${type}^${trigger} is not taken` });
  if (!readable)
    return refusal('AE', {
      code: '207',
      words: 'The text is not of the character set that MSH-18 names (UTF-8 where it is empty)',
    });
  const sent = readPatient(message);
  if (sent === null) return refusal('AE', { code: '101', words: 'PID-3 is missing: the message names no patient' });
  if (type === 'ADT') return trigger === 'A40' ? merge(lab, message) : adt(lab, message);
  if (type === 'REF') return referPatient(lab, actor, message, (await knownPatient(lab, sent)).id);
  const groups = readOrders(message, lab.config.lab.timeZone);
  if (groups.length === 0) return refusal('AE', { code: '100', words: 'The message has no ORC' });
  const pregnant = readPregnancy(message);
  if (pregnant === 'both')
    return refusal('AE', { code: '207', words: 'The message says that the patient is pregnant, and that she is not' });
  const orders = await placeOrders(lab, {
    actor,
    ...(pregnant === undefined ? {} : { pregnant }),
    patient: await knownPatient(lab, sent),
    visit: readVisit(message),
    groups,
  });
  const refusals = orders.flatMap((each) => each.refusal ?? []);
  const accepted = orders.some((each) => each.refusal === undefined);
  return { code: accepted ? 'AA' : 'AE', refusals, orders };
}

function isTaken(type: string, trigger: string): boolean {
  if (type === 'OML') return trigger === 'O21';
  if (type === 'ORM') return trigger === 'O01' || trigger === '';
  if (type === 'REF') return trigger === 'I12';
  return type === 'ADT' && (trigger === 'A40' || adtTriggers.includes(trigger));
}

function refusal(code: Answer['code'], why: Refusal): Answer {
  return { code, refusals: [why] };
}

const accepted: Answer = { code: 'AA', refusals: [] };

async function adt(lab: Laboratory, message: Hl7Message): Promise<Answer> {
  const sent = readPatient(message);
  if (sent !== null) await keepPatient(lab, actor, sent);
  return accepted;
}

async function merge(lab: Laboratory, message: Hl7Message): Promise<Answer> {
  const loser = readMerged(message);
  const survivor = readPatient(message);
  if (loser === null || survivor === null)
    return refusal('AE', { code: '101', words: 'MRG-1 is missing: the message does not say who is merged' });
  if (loser === survivor.id)
    return refusal('AE', { code: '207', words: `Patient ${loser} can not be merged into himself` });
  try {
    await keepPatient(lab, actor, survivor);
    await mergePatients(lab, actor, loser, survivor.id);
    return accepted;
  } catch (thrown) {
    if (!isLisError(thrown) || thrown.status >= 500) throw thrown;
    return refusal('AE', { code: '207', words: thrown.message });
  }
}

/** The messages to answer with: in original mode one; in enhanced mode what MSH-15 and MSH-16 ask for. */
export function repliesTo(lab: Laboratory, arrival: Arrival, answer: Answer): Uint8Array[] {
  const { message, charset } = arrival;
  const write = (each: Answer): Uint8Array => {
    const time = DateTime.fromMillis(lab.now(), { zone: lab.config.lab.timeZone }).toFormat('yyyyMMddHHmmss');
    return iconv.encode(composeAnswer(message, each, { time, controlId: newControlId() }), charset);
  };
  const mode = acknowledgementMode(message);
  if (!mode.enhanced) return [write(answer)];
  const replies: Uint8Array[] = [];
  const stored = answer.code !== 'AR';
  if (asksFor(mode.accept, stored))
    replies.push(write({ code: stored ? 'CA' : 'CR', refusals: stored ? [] : answer.refusals }));
  if (stored && asksFor(mode.application, answer.code === 'AA')) replies.push(write(answer));
  return replies;
}
