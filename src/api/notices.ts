import { z } from 'zod';
import { LisError } from '../errors.ts';
import { fetchAgain, takeNotice } from '../publish/referral/notice.ts';
import type { NoticeDoc } from '../store/documents.ts';
import { recordAudit } from './audit-trail.ts';
import { personOf } from './auth/caller.ts';
import { page, pageOf, pageQuery, readNewest } from './lists.ts';
import type { Feature } from './plugin.ts';
import { key } from './schemas/words.ts';

const notice = z.object({
  id: z.string(),
  sender: z.string(),
  name: z.string().optional(),
  report: z.string(),
  version: z.number(),
  state: z.enum(['waiting', 'taken', 'refused', 'expired']),
  reason: z.string().optional(),
  imported: z.number().optional(),
  attempts: z.number(),
  receivedAt: z.string(),
  expiresAt: z.string(),
  nextAt: z.string(),
  settledAt: z.string().optional(),
});
const tags = ['referrals'];
const mostNotice = 65_536;

/** What other hospitals tell us waits for us, and what became of it. Tokens are never shown. */
export const noticesFeature: Feature = async (app, services) => {
  const { lab } = services;
  function view({ _id, token: _token, path: _path, ...rest }: NoticeDoc): z.infer<typeof notice> {
    const name = lab.config.referral.senders.find(({ id }) => id === rest.sender)?.name;
    return { id: _id, ...rest, ...(name === undefined ? {} : { name }) };
  }

  app.get(
    '/api/referrals/notices',
    {
      config: { access: 'referrals.read' },
      schema: {
        tags,
        summary: 'Packages that senders told us of, newest first, and what became of each',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(notice) },
      },
    },
    async (request) => {
      const found = await readNewest(lab.collections.notices, {}, 'receivedAt', request.query);
      return page(found, request.query.limit, (last) => [last.receivedAt, last._id], view);
    },
  );

  app.post(
    '/api/referrals/notices/:id/fetch',
    {
      config: { access: 'referrals.send' },
      schema: {
        tags,
        summary: 'Fetch once more what was refused, while its token lives',
        params: z.object({ id: key }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await fetchAgain(lab, id);
      await recordAudit(lab, { actor: personOf(request).username, action: 'referral-fetch', subject: id });
      return reply.code(202).send({});
    },
  );

  const signedPlugin: Feature = async (signed) => {
    // The signature is over the bytes.
    signed.removeContentTypeParser('application/json');
    signed.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: mostNotice },
      (_request, body, done) => done(null, body),
    );
    signed.post(
      '/api/referrals/notices/:sender',
      {
        // The sender's signature is asked for below.
        config: { access: 'public' },
        bodyLimit: mostNotice,
        schema: {
          tags,
          summary: 'A sender of lab.yaml tells that a package waits (signed as standardwebhooks says)',
          params: z.object({ sender: key }),
        },
      },
      async (request, reply) => {
        if (!Buffer.isBuffer(request.body)) throw new LisError('AUTH_REQUIRED');
        const headers = Object.entries(request.headers).flatMap(([name, value]) =>
          typeof value === 'string' ? [[name, value] as const] : [],
        );
        await takeNotice(lab, request.params.sender, request.body, Object.fromEntries(headers));
        return reply.code(202).send({});
      },
    );
  };
  await app.register(signedPlugin, services);
};
