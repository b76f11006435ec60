import { LisError } from '../../errors.ts';
import { isoNow, type Laboratory } from '../../laboratory/context.ts';
import type { UserDoc } from '../../store/documents.ts';
import { passwordFits, spendCheck } from './passwords.ts';
import { takeCode } from './totp.ts';

/** Five wrong passwords or codes lock the account, not the address: an analyzer room shares one. */
const wrongAllowed = 5;
const lockMs = 15 * 60_000;

/** Names that do not exist lock as well, else a lock would tell which names do. In memory, the oldest dropped first. */
const unknownNames = new Map<string, { failures: number; until: number }>();
const unknownKept = 10_000;

/**
 * Check user name, password and, where the person has one, the one-time code.
 * Throws AUTH_FAILED, otp_required (only after the right password), AUTH_LOCKED.
 */
export async function checkSignIn(
  lab: Laboratory,
  username: string,
  password: string,
  otp: string | undefined,
): Promise<UserDoc> {
  const user = await reserveAttempt(lab, username);
  if (user === null) {
    await spendCheck(password);
    throw failUnknown(lab, username);
  }
  const fits = await passwordFits(user.passwordHash, password);
  if (!fits || user.disabled === true) throw new LisError('AUTH_FAILED');
  if (user.totp?.confirmed === true) {
    if (otp === undefined) {
      await returnAttempt(lab, user);
      throw new LisError('otp_required');
    }
    if (!(await takeCode(lab, user, otp))) throw new LisError('AUTH_OTP_WRONG');
  }
  await lab.collections.users.updateOne({ _id: user._id }, { $set: { failures: 0 }, $unset: { lockedUntil: '' } });
  return user;
}

/**
 * Count the attempt before it is checked: of a hundred guesses at the same instant five are looked at.
 * Null when there is no such user; throws AUTH_LOCKED.
 */
async function reserveAttempt(lab: Laboratory, username: string): Promise<UserDoc | null> {
  const { users } = lab.collections;
  await users.updateOne(
    { _id: username, lockedUntil: { $lte: isoNow(lab) } },
    { $set: { failures: 0 }, $unset: { lockedUntil: '' } },
  );
  const user = await users.findOneAndUpdate(
    { _id: username, failures: { $lt: wrongAllowed } },
    { $inc: { failures: 1 } },
    { returnDocument: 'after' },
  );
  const lockedUntil = new Date(lab.now() + lockMs).toISOString();
  if (user === null) {
    const locked = await users.findOne({ _id: username });
    if (locked === null) return null;
    if (locked.lockedUntil === undefined) await users.updateOne({ _id: username }, { $set: { lockedUntil } });
    throw new LisError('AUTH_LOCKED');
  }
  if (user.failures >= wrongAllowed) await users.updateOne({ _id: username }, { $set: { lockedUntil } });
  return user;
}

/** A right password that only lacks the code is no failure, yet it must not wipe out the wrong codes before it. */
async function returnAttempt(lab: Laboratory, user: UserDoc): Promise<void> {
  await lab.collections.users.updateOne({ _id: user._id }, { $inc: { failures: -1 }, $unset: { lockedUntil: '' } });
}

function failUnknown(lab: Laboratory, username: string): LisError {
  const now = lab.now();
  const before = unknownNames.get(username);
  if (before !== undefined && before.failures >= wrongAllowed && before.until > now) return new LisError('AUTH_LOCKED');
  const failures = before === undefined || before.until <= now ? 1 : before.failures + 1;
  unknownNames.delete(username);
  unknownNames.set(username, { failures, until: now + lockMs });
  const [oldest] = unknownNames.keys();
  if (unknownNames.size > unknownKept && oldest !== undefined) unknownNames.delete(oldest);
  return new LisError('AUTH_FAILED');
}
