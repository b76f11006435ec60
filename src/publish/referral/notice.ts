import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { hash } from '../../acts/hash.ts';
import { isLisError, LisError } from '../../errors.ts';
import { isoNow, type Laboratory } from '../../laboratory/context.ts';
import type { ReferralSender } from '../../laboratory/referral-config.ts';

/** What a sender tells (pull-notifier.ts is the other end): nothing of the patient. */
const noticeSchema = z.object({
  type: z.literal('referral.ready'),
  data: z.object({
    report: z.string().min(1).max(300),
    version: z.int().min(1),
    // Below the sender's address only, and nothing but what it serves to those it told.
    path: z
      .string()
      .max(900)
      .regex(/^\/api\/referrals\/pull\/[^/?#\s]+\/[^/?#\s]+$/)
      .refine((path) => new URL(path, 'http://sender.invalid').pathname === path, 'leads elsewhere'),
    token: z.string().regex(/^[A-Za-z0-9._~+/=-]{1,400}$/),
    expiresAt: z.iso.datetime({ offset: true }),
  }),
});

/** The sender of lab.yaml with this id. */
export function senderOf(lab: Laboratory, id: string): ReferralSender | undefined {
  return lab.config.referral.senders.find((each) => each.id === id);
}

/**
 * Take a notice: on disk before it is answered. The same again, with a fresh token, opens what was not taken in yet.
 * Throws AUTH_REQUIRED unless a sender of lab.yaml signed it within the last minutes, REQUEST_INVALID for another shape.
 */
export async function takeNotice(
  lab: Laboratory,
  senderId: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const sender = senderOf(lab, senderId);
  if (sender === undefined) throw new LisError('AUTH_REQUIRED');
  let told: unknown;
  try {
    told = new Webhook(sender.secret).verify(Buffer.from(body), { ...headers });
  } catch (thrown) {
    throw new LisError('AUTH_REQUIRED', {}, thrown);
  }
  if (isTest(told)) return;
  const read = noticeSchema.safeParse(told);
  if (!read.success) throw new LisError('REQUEST_INVALID', { detail: z.prettifyError(read.error) });
  const { report, version, path, token, expiresAt } = read.data.data;
  await keep(lab, hash(`${senderId}\u001f${report}`), {
    sender: senderId,
    report,
    version,
    path,
    token,
    expiresAt: sooner(new Date(expiresAt), new Date(lab.now() + longestMs)).toISOString(),
  });
  lab.events.emit({ type: 'notice', sender: senderId });
}

/** What a sender may open a package for at most (`pullSeconds` of its lab.yaml); nothing is asked for longer than that. */
const longestMs = 604_800_000;
const sooner = (one: Date, other: Date): Date => (one < other ? one : other);

const isTest = (told: unknown): boolean =>
  typeof told === 'object' && told !== null && 'type' in told && told.type === 'test';

interface Told {
  readonly sender: string;
  readonly report: string;
  readonly version: number;
  readonly path: string;
  readonly token: string;
  readonly expiresAt: string;
}

async function keep(lab: Laboratory, id: string, told: Told): Promise<void> {
  const { notices } = lab.collections;
  const now = isoNow(lab);
  const waiting = { ...told, state: 'waiting' as const, attempts: 0, nextAt: now };
  try {
    await notices.insertOne({ _id: id, ...waiting, receivedAt: now });
  } catch (thrown) {
    if (!isLisError(thrown, 'STORE_DUPLICATE_KEY')) throw thrown;
    await notices.updateOne({ _id: id, state: { $ne: 'taken' } }, { $set: waiting, $unset: { reason: '' } });
  }
}

/** Fetch once more what was refused, while its token lives. Throws NOT_FOUND, REFERRAL_NOT_READY. */
export async function fetchAgain(lab: Laboratory, id: string): Promise<void> {
  const { notices } = lab.collections;
  const notice = await notices.findOne({ _id: id });
  if (notice === null) throw new LisError('NOT_FOUND', { what: `Notice ${id}` });
  if (notice.token === undefined || notice.expiresAt <= isoNow(lab))
    throw new LisError('REFERRAL_NOT_READY', { id, detail: 'its token is over; ask the sender to tell us again' });
  await notices.updateOne(
    { _id: id, state: 'refused' },
    { $set: { state: 'waiting', attempts: 0, nextAt: isoNow(lab) }, $unset: { reason: '' } },
  );
  lab.events.emit({ type: 'notice', sender: notice.sender });
}
