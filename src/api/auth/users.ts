import type { Role } from '../../domain/ids.ts';
import { isLisError, LisError } from '../../errors.ts';
import { isoNow, type Laboratory } from '../../laboratory/context.ts';
import type { UserDoc } from '../../store/documents.ts';
import { hashPassword, requireGoodPassword } from './passwords.ts';
import { newPassword } from './secrets.ts';
import { endSessionsOf } from './sessions.ts';

const namePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** A user name as it is kept: lower case. */
export function canonicalName(username: string): string {
  return username.trim().toLowerCase();
}

/**
 * Add a person. Throws USER_EXISTS, USER_PASSWORD_WEAK, REQUEST_INVALID for a name that is none, CATALOGUE_CODE_UNKNOWN for
 * a section that is none.
 */
export async function createUser(
  lab: Laboratory,
  user: {
    readonly username: string;
    readonly password: string;
    readonly role: Role;
    readonly name?: string | undefined;
    readonly practiceNumber?: string | undefined;
    /** Sections the person decides for; absent or empty: all. */
    readonly sections?: readonly string[] | undefined;
  },
): Promise<UserDoc> {
  const username = requireName(user.username);
  requireKnownSections(lab, user.sections);
  requireGoodPassword(username, user.password);
  return insertUser(lab, username, user.password, user.role, user);
}

/**
 * Set a new password: wrong attempts are forgotten and every session of the person ends, save the one that asked.
 * Throws USER_UNKNOWN, USER_PASSWORD_WEAK.
 */
export async function setPassword(lab: Laboratory, username: string, password: string, keep?: string): Promise<void> {
  const name = canonicalName(username);
  if ((await lab.collections.users.findOne({ _id: name })) === null)
    throw new LisError('USER_UNKNOWN', { username: name });
  requireGoodPassword(name, password);
  const passwordHash = await hashPassword(password);
  await lab.collections.users.updateOne(
    { _id: name },
    { $set: { passwordHash, failures: 0 }, $unset: { lockedUntil: '' }, $inc: { version: 1 } },
  );
  await endSessionsOf(lab, name, keep);
}

/**
 * Change role, sections, name or whether the person may sign in; ends the sessions when rights change (sections count from
 * the next request on). Throws USER_UNKNOWN, CATALOGUE_CODE_UNKNOWN for a section that is none.
 */
export async function changeUser(
  lab: Laboratory,
  username: string,
  change: {
    readonly role?: Role | undefined;
    readonly name?: string | undefined;
    readonly practiceNumber?: string | undefined;
    readonly disabled?: boolean | undefined;
    readonly sections?: readonly string[] | undefined;
  },
): Promise<{ before: UserDoc; after: UserDoc }> {
  const name = canonicalName(username);
  const before = await lab.collections.users.findOne({ _id: name });
  if (before === null) throw new LisError('USER_UNKNOWN', { username: name });
  const held = before.sections ?? [];
  requireKnownSections(
    lab,
    change.sections?.filter((section) => !held.includes(section)),
  );
  const after = await lab.collections.users.findOneAndUpdate(
    { _id: name },
    {
      $set: {
        ...(change.role === undefined ? {} : { role: change.role }),
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.practiceNumber === undefined ? {} : { practiceNumber: change.practiceNumber }),
        ...(change.disabled === undefined ? {} : { disabled: change.disabled }),
        ...sectionsOf(change.sections),
      },
      ...(change.sections?.length === 0 ? { $unset: { sections: '' } } : {}),
      $inc: { version: 1 },
    },
    { returnDocument: 'after' },
  );
  const lessens = (change.role !== undefined && change.role !== before.role) || change.disabled === true;
  if (lessens) await endSessionsOf(lab, name);
  return { before, after: after ?? before };
}

/** Everyone, by user name. */
export async function listUsers(lab: Laboratory): Promise<UserDoc[]> {
  return lab.collections.users.find({}, { sort: { _id: 1 } }).toArray();
}

/**
 * In a store without users make the first administrator, `admin`, with the password given, or with one that is made up
 * and returned so that it can be printed once. Null when nothing is to be printed.
 */
export async function ensureFirstAdministrator(lab: Laboratory, password: string | undefined): Promise<string | null> {
  if ((await lab.collections.users.findOne({})) !== null) return null;
  const given = password !== undefined && password !== '';
  if (given) warnOfWeak(lab, password);
  const chosen = given ? password : newPassword();
  try {
    await insertUser(lab, 'admin', chosen, 'administrator');
  } catch (thrown) {
    if (isLisError(thrown, 'USER_EXISTS')) return null;
    throw thrown;
  }
  return given ? null : chosen;
}

function warnOfWeak(lab: Laboratory, password: string): void {
  try {
    requireGoodPassword('admin', password);
  } catch (thrown) {
    lab.log.warn(
      { reason: isLisError(thrown) ? thrown.context.detail : 'unknown' },
      'the password of the first administrator is weak: change it with cuvette user set-password admin',
    );
  }
}

async function insertUser(
  lab: Laboratory,
  username: string,
  password: string,
  role: Role,
  {
    name,
    practiceNumber,
    sections,
  }: Partial<Pick<Parameters<typeof createUser>[1], 'name' | 'practiceNumber' | 'sections'>> = {},
): Promise<UserDoc> {
  const user: UserDoc = {
    _id: username,
    role,
    ...(name === undefined ? {} : { name }),
    ...(practiceNumber === undefined ? {} : { practiceNumber }),
    ...sectionsOf(sections),
    passwordHash: await hashPassword(password),
    failures: 0,
    createdAt: isoNow(lab),
    version: 1,
  };
  try {
    await lab.collections.users.insertOne(user);
  } catch (thrown) {
    if (isLisError(thrown, 'STORE_DUPLICATE_KEY')) throw new LisError('USER_EXISTS', { username }, thrown);
    throw thrown;
  }
  return user;
}

/** Each once; absent where there is none. */
function sectionsOf(sections: readonly string[] | undefined): Pick<UserDoc, 'sections'> {
  return sections === undefined || sections.length === 0 ? {} : { sections: [...new Set(sections)] };
}

/** Throws CATALOGUE_CODE_UNKNOWN. */
function requireKnownSections(lab: Laboratory, sections: readonly string[] | undefined): void {
  const known = lab.catalogue.words('section');
  const unknown = sections?.find((section) => !known.some(({ code }) => code === section));
  if (unknown !== undefined) throw new LisError('CATALOGUE_CODE_UNKNOWN', { code: unknown });
}

function requireName(username: string): string {
  const name = canonicalName(username);
  if (!namePattern.test(name)) {
    throw new LisError('REQUEST_INVALID', { detail: 'username: lower-case letters, digits, . _ -, at most 64' });
  }
  return name;
}
