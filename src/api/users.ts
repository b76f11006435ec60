import { z } from 'zod';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { UserDoc } from '../store/documents.ts';
import { recordAudit } from './audit-trail.ts';
import { personOf } from './auth/caller.ts';
import { sessionEnds } from './auth/session-ends.ts';
import { listSessions } from './auth/sessions.ts';
import { removeTotp } from './auth/totp.ts';
import { canonicalName, changeUser, createUser, listUsers, setPassword } from './auth/users.ts';
import { pageOf, pageOfSorted, pageQuery } from './lists.ts';
import type { Feature } from './plugin.ts';
import { newUser, user, userChange, username } from './schemas/people.ts';
import { nothing } from './schemas/words.ts';

const params = z.object({ username });
const config = { access: 'users.manage' } as const;

/** The administrator's side of people: who there is, their roles, a lost password or telephone. */
export const usersFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/users',
    {
      config,
      schema: {
        tags: ['people'],
        summary: 'Users',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(user) },
      },
    },
    async (request) => pageOfSorted((await listUsers(lab)).map(view(lab)), (each) => each.username, request.query),
  );

  app.post(
    '/api/users',
    { config, schema: { tags: ['people'], summary: 'Add a user', body: newUser, response: { 201: user } } },
    async (request, reply) => {
      const added = await createUser(lab, request.body);
      await recordAudit(lab, {
        actor: personOf(request).username,
        action: 'user-add',
        subject: added._id,
        after: { role: added.role, sections: added.sections ?? [] },
      });
      return reply.code(201).send(view(lab)(added));
    },
  );

  app.put(
    '/api/users/:username',
    {
      config,
      schema: {
        tags: ['people'],
        summary: 'Change role, sections, name or password of a user, or close the account',
        params,
        body: userChange,
        response: { 200: user },
      },
    },
    async (request) => {
      const actor = personOf(request);
      const name = canonicalName(request.params.username);
      const { password, ...change } = request.body;
      await requireOtherAdministrator(lab, name, change);
      const ending = await listSessions(lab, name);
      const { before, after } = await changeUser(lab, name, change);
      if (password !== undefined) await setPassword(lab, name, password, actor.session);
      await recordAudit(lab, {
        actor: actor.username,
        action: password === undefined ? 'user-change' : 'user-password',
        subject: name,
        before: rightsNow(before),
        after: rightsNow(after),
      });
      const left = new Set((await listSessions(lab, name)).map((each) => each._id));
      for (const session of ending) if (!left.has(session._id)) sessionEnds(lab).emit(session._id);
      return view(lab)(after);
    },
  );

  app.delete(
    '/api/users/:username/totp',
    {
      config,
      schema: { tags: ['people'], summary: 'Take the one-time code off a user who lost it', params, body: nothing },
    },
    async (request, reply) => {
      const name = canonicalName(request.params.username);
      await changeUser(lab, name, {});
      await removeTotp(lab, name);
      await recordAudit(lab, { actor: personOf(request).username, action: 'totp-remove', subject: name });
      return reply.code(204).send();
    },
  );
};

/** A laboratory must not lock itself out: the last administrator stays one. */
async function requireOtherAdministrator(
  lab: Laboratory,
  name: string,
  change: { readonly role?: string | undefined; readonly disabled?: boolean | undefined },
): Promise<void> {
  const loses = (change.role !== undefined && change.role !== 'administrator') || change.disabled === true;
  if (!loses) return;
  const others = (await listUsers(lab)).filter(
    (each) => each.role === 'administrator' && each.disabled !== true && each._id !== name,
  );
  if (others.length === 0) throw new LisError('USER_LAST_ADMINISTRATOR', { username: name });
}

/** What the audit trail says of an account before and after a change. */
const rightsNow = ({ role, disabled, sections = [] }: UserDoc) => ({ role, disabled: disabled === true, sections });

function view(lab: Laboratory) {
  return (each: UserDoc): z.infer<typeof user> => ({
    username: each._id,
    role: each.role,
    ...(each.name === undefined ? {} : { name: each.name }),
    ...(each.practiceNumber === undefined ? {} : { practiceNumber: each.practiceNumber }),
    ...(each.sections === undefined ? {} : { sections: each.sections }),
    disabled: each.disabled === true,
    locked: each.lockedUntil !== undefined && Date.parse(each.lockedUntil) > lab.now(),
    totp: each.totp?.confirmed === true,
    createdAt: each.createdAt,
    version: each.version,
  });
}
