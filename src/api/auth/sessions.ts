import { isoNow, type Laboratory } from '../../laboratory/context.ts';
import type { SessionDoc } from '../../store/documents.ts';
import { newSecret, secretHash } from './secrets.ts';

/** A session moves its end at most this often: a write for each request would wear the disk for nothing. */
const touchEveryMs = 30_000;
/** However busy, a session ends after this: a working day and a night shift. */
const longestMs = 24 * 3_600_000;

/** Start a session and return the cookie's secret; only its hash is stored. */
export async function startSession(lab: Laboratory, username: string, agent?: string): Promise<string> {
  const secret = newSecret();
  const now = lab.now();
  await lab.collections.sessions.insertOne({
    _id: secretHash(secret),
    username,
    createdAt: new Date(now).toISOString(),
    usedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + lab.config.session.idleSeconds * 1000).toISOString(),
    ...(agent === undefined ? {} : { agent: agent.slice(0, 200) }),
  });
  await lab.collections.sessions.deleteMany({ expiresAt: { $lt: isoNow(lab) } }, { durable: false });
  return secret;
}

/** The live session of a cookie; `touch` says that a person used it. Null when there is none or it ended. */
export async function findSession(lab: Laboratory, id: string, touch: boolean): Promise<SessionDoc | null> {
  const session = await lab.collections.sessions.findOne({ _id: id });
  const now = lab.now();
  if (session === null || Date.parse(session.expiresAt) <= now) return null;
  if (Date.parse(session.createdAt) + longestMs <= now) return null;
  const idleMs = lab.config.session.idleSeconds * 1000;
  if (touch && now - Date.parse(session.usedAt) >= Math.min(touchEveryMs, idleMs / 10)) {
    const expiresAt = new Date(now + idleMs).toISOString();
    await lab.collections.sessions.updateOne(
      { _id: session._id },
      { $max: { usedAt: isoNow(lab), expiresAt } },
      { durable: false },
    );
    return { ...session, expiresAt };
  }
  return session;
}

/** End one session. Returns false when it was no more. */
export async function endSession(lab: Laboratory, id: string): Promise<boolean> {
  return (await lab.collections.sessions.deleteOne({ _id: id })) > 0;
}

/** End every session of a person (new password, disabled, other role), save the one that asks. */
export async function endSessionsOf(lab: Laboratory, username: string, except?: string): Promise<number> {
  return lab.collections.sessions.deleteMany({ username, ...(except === undefined ? {} : { _id: { $ne: except } }) });
}

/** A person's live sessions, newest first. */
export async function listSessions(lab: Laboratory, username: string): Promise<SessionDoc[]> {
  const sessions = await lab.collections.sessions.find({ username }).toArray();
  const now = isoNow(lab);
  return sessions.filter((each) => each.expiresAt > now).sort((a, b) => (a.createdAt > b.createdAt ? -1 : 1));
}
