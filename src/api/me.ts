import { z } from 'zod';
import { LisError } from '../errors.ts';
import { type QrCode, qrOf } from '../labels/qr.ts';
import { recordAudit } from './audit-trail.ts';
import { personOf } from './auth/caller.ts';
import { sessionEnds } from './auth/session-ends.ts';
import { endSession, listSessions } from './auth/sessions.ts';
import { checkSignIn } from './auth/sign-in.ts';
import { beginTotp, confirmTotp, removeTotp } from './auth/totp.ts';
import { setPassword } from './auth/users.ts';
import { pageOf, pageOfSorted, pageQuery } from './lists.ts';
import type { Feature } from './plugin.ts';
import { ownPassword, session, signIn, code as totpCode, totpSecret } from './schemas/people.ts';
import { key, nothing } from './schemas/words.ts';

const config = { access: 'person' } as const;
const tags = ['people'];

/** What each person may do for himself: password, one-time code, the list of his sessions. */
export const meFeature: Feature = async (app, { lab }) => {
  app.put(
    '/api/users/me/password',
    { config, schema: { tags, summary: 'Change my password; my other sessions end', body: ownPassword } },
    async (request, reply) => {
      const { username, session: mine } = personOf(request);
      const { current, otp, password } = request.body;
      await checkSignIn(lab, username, current, otp);
      const others = await listSessions(lab, username);
      await setPassword(lab, username, password, mine);
      for (const each of others) if (each._id !== mine) sessionEnds(lab).emit(each._id);
      await recordAudit(lab, { actor: username, action: 'user-password', subject: username });
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/users/me/totp',
    { config, schema: { tags, summary: 'Begin a one-time code', body: nothing, response: { 200: totpSecret } } },
    async (request, reply) => {
      reply.header('Cache-Control', 'no-store');
      const begun = await beginTotp(lab, personOf(request).username);
      return { ...begun, qr: pathOf(qrOf(begun.uri)) };
    },
  );

  app.post(
    '/api/users/me/totp/confirm',
    { config, schema: { tags, summary: 'Confirm it with a code: sign-in asks for one from now on', body: totpCode } },
    async (request, reply) => {
      const { username } = personOf(request);
      const user = await lab.collections.users.findOne({ _id: username });
      if (user === null) throw new LisError('AUTH_REQUIRED');
      await confirmTotp(lab, user, request.body.otp);
      await recordAudit(lab, { actor: username, action: 'totp-on', subject: username });
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/users/me/totp/remove',
    { config, schema: { tags, summary: 'Remove my one-time code: password and a code are needed', body: removal } },
    async (request, reply) => {
      const { username } = personOf(request);
      await checkSignIn(lab, username, request.body.password, request.body.otp);
      await removeTotp(lab, username);
      await recordAudit(lab, { actor: username, action: 'totp-remove', subject: username });
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/users/me/sessions',
    {
      config,
      schema: {
        tags,
        summary: 'Where I am signed in',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(session) },
      },
    },
    async (request) => {
      const { username, session: mine } = personOf(request);
      const shown = (await listSessions(lab, username)).map(({ _id, username: _username, ...each }) => ({
        id: _id,
        ...each,
        current: _id === mine,
      }));
      return pageOfSorted(shown, (each) => each.id, request.query);
    },
  );

  app.delete(
    '/api/users/me/sessions/:id',
    { config, schema: { tags, summary: 'End one of my sessions', params: z.object({ id: key }), body: nothing } },
    async (request, reply) => {
      const { username } = personOf(request);
      const mine = await listSessions(lab, username);
      if (!mine.some((each) => each._id === request.params.id)) throw new LisError('NOT_FOUND', { what: 'Session' });
      await endSession(lab, request.params.id);
      sessionEnds(lab).emit(request.params.id);
      return reply.code(204).send();
    },
  );
};

/** The data of an SVG path that fills the dark modules, one unit each. */
function pathOf({ size, runs }: QrCode): { size: number; path: string } {
  return { size, path: runs.map(({ x, y, length }) => `M${x} ${y}h${length}v1h-${length}z`).join('') };
}

const removal = signIn.omit({ username: true });
