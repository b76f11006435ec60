import type { Hl7Message } from '../../protocols/hl7v2/message.ts';
import type { Actor } from '../domain/ids.ts';
import { isLisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import { createReferral } from '../publish/referral/referrals.ts';
import type { Answer } from './answer.ts';
import { dateOf, instantOf } from './times.ts';

/** How far back results go along where the message tells of no admission. */
const ordinaryDays = 30;
const mostOrigin = 200;

/**
 * REF^I12: the hospital refers a patient, and his results go along. The referred-to provider (PRD-1 `RT`) names the
 * recipient in PRD-7; results since the admission (PV1-44), else of the last thirty days. The same referral (RF1-6, else
 * the message) again sends nothing twice.
 */
export async function referPatient(
  lab: Laboratory,
  actor: Actor,
  message: Hl7Message,
  patient: string,
): Promise<Answer> {
  const recipient = referredTo(message);
  if (recipient === null)
    return refused('101', 'PRD is missing: no PRD-1 RT with PRD-7 says where the patient is referred to');
  const origin = originOf(message);
  if ((await lab.collections.referrals.findOne({ origin })) !== null) return { code: 'AA', refusals: [] };
  const since = new Date(lab.now() - ordinaryDays * 86_400_000).toISOString();
  const from = admissionOf(message, lab.config.lab.timeZone) ?? since;
  try {
    await createReferral(lab, actor, { patient, recipient, from, to: isoNow(lab) }, origin);
    return { code: 'AA', refusals: [] };
  } catch (thrown) {
    if (!isLisError(thrown) || thrown.status >= 500) throw thrown;
    return refused(thrown.code === 'RECIPIENT_UNKNOWN' ? '204' : '207', thrown.message);
  }
}

function referredTo(message: Hl7Message): string | null {
  for (const prd of message.segments.filter((segment) => segment.name === 'PRD')) {
    const roles = prd.field(1).repeats.map((each) => each.component(1).text.trim().toUpperCase());
    const id = prd.field(7).component(1).text.trim();
    if (roles.includes('RT') && id !== '') return id;
  }
  return null;
}

/** An instant, or a day where no more is said. */
function admissionOf(message: Hl7Message, zone: string): string | undefined {
  const text = message.segment('PV1')?.field(44).component(1).text ?? '';
  const day = dateOf(text);
  return instantOf(text, zone) ?? (day.length === 10 ? day : undefined);
}

/** Which referral of which system. */
function originOf(message: Hl7Message): string {
  const sender = message.header?.field(3).component(1).text.trim() ?? '';
  const number = message.segment('RF1')?.field(6).component(1).text.trim() || `message ${message.controlId}`;
  return `hl7 ${sender} ${number}`.slice(0, mostOrigin);
}

const refused = (code: '101' | '204' | '207', words: string): Answer => ({ code: 'AE', refusals: [{ code, words }] });
