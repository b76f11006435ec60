import { generateSecret, generateURI, verify } from 'otplib';
import { LisError } from '../../errors.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import type { UserDoc } from '../../store/documents.ts';

/** RFC 6238: steps of 30 s; one step of tolerance to either side for a clock that is off (5.2). */
const stepSeconds = 30;

/**
 * Begin: a new secret, not in force before it is confirmed. Returns it (Base32) with the address an authenticator reads.
 * Throws VERSION_CONFLICT when a confirmed one is in force.
 */
export async function beginTotp(lab: Laboratory, username: string): Promise<{ secret: string; uri: string }> {
  const secret = generateSecret();
  const begun = await lab.collections.users.updateOne(
    { _id: username, 'totp.confirmed': { $ne: true } },
    { $set: { totp: { secret, confirmed: false } }, $inc: { version: 1 } },
  );
  if (begun.matchedCount === 0) throw new LisError('AUTH_TOTP_ON', {});
  return { secret, uri: generateURI({ issuer: 'Cuvette', label: username, secret }) };
}

/** Confirm with a code of the new secret: from now on sign-in asks for one. Throws AUTH_FAILED, NOT_FOUND. */
export async function confirmTotp(lab: Laboratory, user: UserDoc, otp: string): Promise<void> {
  const { totp } = user;
  if (totp === undefined || totp.confirmed) throw new LisError('NOT_FOUND', { what: 'A one-time code to confirm' });
  if ((await stepOf(lab, totp.secret, otp)) === null) throw new LisError('AUTH_OTP_WRONG', {});
  await lab.collections.users.updateOne(
    { _id: user._id, 'totp.secret': totp.secret },
    { $set: { 'totp.confirmed': true }, $inc: { version: 1 } },
  );
}

/** Take a code at sign-in, each at most once, also when two come at the same instant. Returns whether it was taken. */
export async function takeCode(lab: Laboratory, user: UserDoc, otp: string): Promise<boolean> {
  const { totp } = user;
  if (totp === undefined) return false;
  const step = await stepOf(lab, totp.secret, otp);
  if (step === null) return false;
  const taken = await lab.collections.users.updateOne(
    {
      _id: user._id,
      'totp.secret': totp.secret,
      $or: [{ 'totp.lastStep': { $exists: false } }, { 'totp.lastStep': { $lt: step } }],
    },
    { $set: { 'totp.lastStep': step } },
  );
  return taken.modifiedCount > 0;
}

/** Remove it: an administrator for someone who lost the telephone, or the person with a code. */
export async function removeTotp(lab: Laboratory, username: string): Promise<void> {
  await lab.collections.users.updateOne({ _id: username }, { $unset: { totp: '' }, $inc: { version: 1 } });
}

async function stepOf(lab: Laboratory, secret: string, otp: string): Promise<number | null> {
  if (!/^\d{6}$/.test(otp)) return null;
  const checked = await verify({
    secret,
    token: otp,
    epoch: Math.floor(lab.now() / 1000),
    epochTolerance: stepSeconds,
    period: stepSeconds,
  });
  if (!checked.valid) return null;
  return Math.floor(lab.now() / 1000 / stepSeconds) + checked.delta;
}
