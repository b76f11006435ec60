import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { paperLanguages } from '../publish/paper/content.ts';
import { medicalRecord, medicalRecordXml, recordSources } from '../publish/referral/record.ts';
import type { ReportDoc } from '../store/documents.ts';
import { recordTokenRead } from './audit-trail.ts';
import type { Feature } from './plugin.ts';
import { key } from './schemas/words.ts';

const report = z.looseObject({
  id: z.string(),
  accession: z.string(),
  version: z.number(),
  status: z.string(),
  issued: z.string(),
});
const params = z.object({ id: key });
const language = z.enum(paperLanguages).optional();
const mostPrinted = 200;

/** One immutable report version: its content, its printed form, its signed document. */
export const reportsFeature: Feature = async (app, { lab, papers }) => {
  app.get(
    '/api/reports/:id',
    {
      config: { access: 'reports.read' },
      schema: { tags: ['reports'], summary: 'One report version', params, response: { 200: report } },
    },
    async (request) => {
      const found = await reportOf(lab, request.params.id);
      await recordTokenRead(lab, request, found.accession);
      const { _id, ...rest } = found;
      return { id: _id, ...rest };
    },
  );

  app.get(
    '/api/reports/:id.pdf',
    {
      config: { access: 'reports.read' },
      schema: {
        tags: ['reports'],
        summary: 'Its printed form, signed where the releasing person has a key',
        params,
        querystring: z.strictObject({ lang: language }),
      },
    },
    async (request, reply) => {
      const found = await reportOf(lab, request.params.id);
      await recordTokenRead(lab, request, found.accession);
      const wanted = request.query.lang ?? lab.config.lab.locale;
      return sendPdf(reply, await papers.pdf(found, wanted), `${found._id}.${wanted}.pdf`);
    },
  );

  app.get(
    '/api/reports/:id/document',
    {
      config: { access: 'reports.read' },
      schema: { tags: ['reports'], summary: 'Its signed FHIR document Bundle', params },
    },
    async (request, reply) => {
      const found = await reportOf(lab, request.params.id);
      await recordTokenRead(lab, request, found.accession);
      const document = Buffer.from(await papers.document(found), 'utf8');
      return reply.type('application/fhir+json; charset=utf-8').send(document);
    },
  );

  app.get(
    '/api/reports/:id/record',
    {
      config: { access: 'reports.read' },
      schema: { tags: ['reports'], summary: 'HoSoBenhAn/KetQuaXetNghiem as JSON or application/xml', params },
    },
    async (request, reply) => {
      const found = await reportOf(lab, request.params.id);
      await recordTokenRead(lab, request, found.accession);
      const releaser = await lab.collections.users.findOne({ _id: found.actor.username });
      const sources = recordSources(lab, found, releaser?.name);
      if (!/\b(application|text)\/xml\b/.test(request.headers.accept ?? '')) return medicalRecord(sources);
      return reply.type('application/xml; charset=utf-8').send(Buffer.from(medicalRecordXml(sources), 'utf8'));
    },
  );

  app.post(
    '/api/reports/print',
    {
      config: { access: 'reports.print' },
      schema: {
        tags: ['reports'],
        summary: 'Many reports in one PDF to print',
        body: z.strictObject({ reports: z.array(key).min(1).max(mostPrinted), lang: language }),
      },
    },
    async (request, reply) => {
      const chosen: ReportDoc[] = [];
      for (const id of request.body.reports) {
        chosen.push(await reportOf(lab, id));
      }
      return sendPdf(reply, await papers.batch(chosen, request.body.lang ?? lab.config.lab.locale), 'reports.pdf');
    },
  );
};

async function reportOf(lab: Laboratory, id: string): Promise<ReportDoc> {
  const found = await lab.collections.reports.findOne({ _id: id });
  if (found === null) throw new LisError('NOT_FOUND', { what: `Report ${id}` });
  return found;
}

function sendPdf(reply: FastifyReply, pdf: Uint8Array, name: string): FastifyReply {
  return reply
    .header('Content-Disposition', `inline; filename="${name.replaceAll(/[^A-Za-z0-9._-]/g, '_')}"`)
    .header('ETag', `"${createHash('sha256').update(pdf).digest('base64url')}"`)
    .type('application/pdf')
    .send(Buffer.from(pdf));
}
