import { z } from 'zod';
import { LisError } from '../errors.ts';
import { createReferral, pulledPackage, referralPackage, referralState } from '../publish/referral/referrals.ts';
import type { ReferralDoc } from '../store/documents.ts';
import { recordAudit } from './audit-trail.ts';
import { actorOf, personOf } from './auth/caller.ts';
import { page, pageOf, pageQuery, readNewest } from './lists.ts';
import type { Feature } from './plugin.ts';
import { key } from './schemas/words.ts';

const moment = z.string().regex(/^\d{4}-\d\d-\d\d(T[0-9:.]{5,15}(Z|[+-]\d\d:\d\d)?)?$/, 'a day or an instant');
const newReferral = z
  .strictObject({
    patient: key,
    recipient: z.string().min(1).max(64),
    accessions: z.array(key).min(1).max(200).optional(),
    from: moment.optional(),
    to: moment.optional(),
  })
  .refine(
    ({ accessions, from, to }) =>
      accessions === undefined ? from !== undefined && to !== undefined : from === undefined && to === undefined,
    'either accessions, or from and to',
  );
const referral = z.object({
  id: z.string(),
  patient: z.string(),
  recipient: z.string(),
  accessions: z.array(z.string()).readonly(),
  createdAt: z.string(),
  createdBy: z.string(),
  origin: z.string().optional(),
  state: z.enum(['queued', 'delivered', 'ready', 'parked']),
  reason: z.string().optional(),
});
const params = z.object({ id: key });
const mostPackage = 268_435_456;

/** A patient's results to the hospital he is referred to, and from the one that refers him. */
export const referralsFeature: Feature = async (app, { lab, papers, intake }) => {
  async function view({ _id, ...rest }: ReferralDoc): Promise<z.infer<typeof referral>> {
    return { id: _id, ...rest, ...(await referralState(lab, { _id, ...rest })) };
  }
  async function find(id: string): Promise<ReferralDoc> {
    const found = await lab.collections.referrals.findOne({ _id: id });
    if (found === null) throw new LisError('NOT_FOUND', { what: `Referral ${id}` });
    return found;
  }

  app.post(
    '/api/referrals',
    {
      config: { access: 'referrals.send' },
      schema: {
        tags: ['referrals'],
        summary: "Send a patient's results",
        body: newReferral,
        response: { 201: referral },
      },
    },
    async (request, reply) => {
      const made = await createReferral(lab, actorOf(request), request.body);
      return reply.code(201).send(await view(made));
    },
  );

  app.get(
    '/api/referrals',
    {
      config: { access: 'referrals.read' },
      schema: {
        tags: ['referrals'],
        summary: 'Referrals, newest first',
        querystring: z.strictObject({ ...pageQuery, patient: z.string().max(200).optional() }),
        response: { 200: pageOf(referral) },
      },
    },
    async (request) => {
      const { patient } = request.query;
      const filter = patient === undefined ? {} : { patient };
      const found = await readNewest(lab.collections.referrals, filter, 'createdAt', request.query);
      const cut = page(
        found,
        request.query.limit,
        (last) => [last.createdAt, last._id],
        (each) => each,
      );
      return { items: await Promise.all(cut.items.map(view)), next: cut.next };
    },
  );

  app.get(
    '/api/referrals/:id',
    {
      config: { access: 'referrals.read' },
      schema: { tags: ['referrals'], summary: 'One referral', params, response: { 200: referral } },
    },
    async (request) => view(await find(request.params.id)),
  );

  app.get(
    '/api/referrals/:id/package',
    {
      config: { access: 'referrals.read' },
      schema: { tags: ['referrals'], summary: 'Its package (ZIP): every form of each report, signed', params },
    },
    async (request, reply) => {
      const found = await find(request.params.id);
      const zip = await referralPackage(lab, papers, found);
      await recordAudit(lab, {
        actor: personOf(request).username,
        action: 'referral-package',
        subject: found.patient,
        after: { referral: found._id },
      });
      return reply
        .header('Content-Disposition', `attachment; filename="${found._id}.zip"`)
        .type('application/zip')
        .send(Buffer.from(zip));
    },
  );

  app.get(
    '/api/referrals/pull/:recipient/:report',
    {
      // The token of the notification is asked for below: it opens this one report.
      config: { access: 'public' },
      schema: {
        tags: ['referrals'],
        summary: 'The package of one report, with the short-lived token its recipient was told',
        params: z.object({ recipient: key, report: key }),
      },
    },
    async (request, reply) => {
      const { recipient } = request.params;
      const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const { report, zip } = await pulledPackage(lab, papers, request.params, token);
      await recordAudit(lab, {
        actor: `recipient:${recipient}`,
        action: 'referral-pull',
        subject: report.patient.id,
        after: { report: report._id },
      });
      return reply
        .header('Content-Disposition', `attachment; filename="${encodeURIComponent(report._id)}.zip"`)
        .header('Cache-Control', 'no-store')
        .type('application/zip')
        .send(Buffer.from(zip));
    },
  );

  await app.register(async (zipped) => {
    zipped.addContentTypeParser(
      ['application/zip', 'application/octet-stream', 'application/x-zip-compressed'],
      { parseAs: 'buffer', bodyLimit: mostPackage },
      (_request, body, done) => done(null, body),
    );
    zipped.post(
      '/api/referrals/import',
      {
        config: { access: 'referrals.send' },
        bodyLimit: mostPackage,
        schema: { tags: ['referrals'], summary: 'Take a package in' },
      },
      async (request) => {
        const { username } = personOf(request);
        if (!Buffer.isBuffer(request.body))
          throw new LisError('REQUEST_INVALID', { detail: 'the body must be application/zip' });
        return { imported: await intake.package(request.body, username) };
      },
    );
  });
};
