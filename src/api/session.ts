import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { isLisError, LisError } from '../errors.ts';
import { minuteLimit, rateLimitsOf } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { UserDoc } from '../store/documents.ts';
import { recordAudit } from './audit-trail.ts';
import { personOf } from './auth/caller.ts';
import { sessionCookie } from './auth/guard.ts';
import { secretHash } from './auth/secrets.ts';
import { sessionEnds } from './auth/session-ends.ts';
import { endSession, startSession } from './auth/sessions.ts';
import { checkSignIn } from './auth/sign-in.ts';
import { useSignInLink } from './auth/sign-in-links.ts';
import { canonicalName } from './auth/users.ts';
import { identityOf } from './identity.ts';
import type { Feature } from './plugin.ts';
import { signIn, whoAmI } from './schemas/people.ts';
import { key, nothing } from './schemas/words.ts';

/** Sign in, out, who am I; and the one-time link of `npm start`. */
export const sessionFeature: Feature = async (app, { lab }) => {
  app.post(
    '/api/session',
    {
      config: { access: 'public', ...minuteLimit(rateLimitsOf(lab.config)?.signIns) },
      schema: { tags: ['people'], summary: 'Sign in', body: signIn, response: { 200: whoAmI } },
    },
    async (request, reply) => {
      const { password, otp } = request.body;
      const username = canonicalName(request.body.username);
      const user = await checkSignIn(lab, username, password, otp).catch(async (thrown: unknown) => {
        await recordFailure(lab, username, thrown);
        throw thrown;
      });
      await replaceSession(lab, reply, user, request.cookies[sessionCookie], request.headers['user-agent']);
      return identityOf(lab, user);
    },
  );

  app.get(
    '/api/session',
    {
      config: { access: 'person' },
      schema: { tags: ['people'], summary: 'Who am I', response: { 200: whoAmI } },
    },
    async (request) => {
      const user = await lab.collections.users.findOne({ _id: personOf(request).username });
      if (user === null) throw new LisError('AUTH_REQUIRED');
      return identityOf(lab, user);
    },
  );

  app.delete(
    '/api/session',
    { config: { access: 'person' }, schema: { tags: ['people'], summary: 'Sign out', body: nothing } },
    async (request, reply) => {
      const { session, username } = personOf(request);
      await endSession(lab, session);
      sessionEnds(lab).emit(session);
      await recordAudit(lab, { actor: username, action: 'sign-out', subject: username });
      return reply.clearCookie(sessionCookie, { path: '/' }).code(204).send();
    },
  );

  app.get(
    '/signin/:secret',
    { config: { access: 'public' }, schema: { hide: true, params: z.object({ secret: key }) } },
    async (request, reply) => {
      const username = useSignInLink(lab, request.params.secret);
      const user = username === null ? null : await lab.collections.users.findOne({ _id: username });
      if (user === null || user.disabled === true) throw new LisError('AUTH_FAILED');
      await replaceSession(lab, reply, user, request.cookies[sessionCookie], request.headers['user-agent']);
      return reply.header('Cache-Control', 'no-store').redirect('/', 303);
    },
  );
};

/** A new secret at each sign-in: one that was planted before is worth nothing. */
async function replaceSession(
  lab: Laboratory,
  reply: FastifyReply,
  user: UserDoc,
  before: string | undefined,
  agent: string | undefined,
): Promise<void> {
  if (before !== undefined) await endSession(lab, secretHash(before));
  const secret = await startSession(lab, user._id, agent);
  await recordAudit(lab, { actor: user._id, action: 'sign-in', subject: user._id });
  reply.setCookie(sessionCookie, secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: lab.config.http.tls !== undefined,
  });
}

async function recordFailure(lab: Laboratory, username: string, thrown: unknown): Promise<void> {
  if (!isLisError(thrown)) return;
  // The name as typed may be a password typed in the wrong field: only known names are kept.
  const known = (await lab.collections.users.findOne({ _id: username })) !== null;
  const subject = known ? username : '(unknown)';
  await recordAudit(lab, { actor: subject, action: 'sign-in-failed', subject, reason: thrown.code });
}
