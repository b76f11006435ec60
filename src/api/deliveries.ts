import { DateTime } from 'luxon';
import { z } from 'zod';
import { completenessOf } from '../publish/outbox/completeness.ts';
import { redrive } from '../publish/outbox/redrive.ts';
import type { Filter } from '../store/collection.ts';
import type { OutboxDoc } from '../store/documents.ts';
import { recordAudit } from './audit-trail.ts';
import { personOf } from './auth/caller.ts';
import { page, pageOf, pageQuery, readNewest } from './lists.ts';
import type { Feature } from './plugin.ts';
import { completeness, delivery } from './schemas/way.ts';
import { key, nothing } from './schemas/words.ts';

const query = z.strictObject({
  ...pageQuery,
  recipient: z.string().max(64).optional(),
  state: z.enum(['queued', 'sending', 'delivered', 'parked', 'superseded']).optional(),
  accession: z.string().max(100).optional(),
  report: z.string().max(300).optional(),
});

/** The outbox: what went to whom, and what they said. */
export const deliveriesFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/deliveries',
    {
      config: { access: 'deliveries.read' },
      schema: {
        tags: ['deliveries'],
        summary: 'Per report and recipient: state and acknowledgement, newest first',
        querystring: query,
        response: { 200: pageOf(delivery) },
      },
    },
    async (request) => {
      const { recipient, state, accession, report } = request.query;
      const filter: Filter = {
        ...(recipient === undefined ? {} : { recipient }),
        ...(state === undefined ? {} : { state }),
        ...(accession === undefined ? {} : { accession }),
        ...(report === undefined ? {} : { report }),
      };
      const found = await readNewest(lab.collections.outbox, filter, 'createdAt', request.query);
      return page(found, request.query.limit, (last) => [last.createdAt, last._id], deliveryView);
    },
  );

  app.get(
    '/api/deliveries/completeness',
    {
      config: { access: 'deliveries.read' },
      schema: {
        tags: ['deliveries'],
        summary:
          'Per recipient: how many reports of a month have arrived in their newest version, and why others have not',
        querystring: z.strictObject({
          month: z
            .string()
            .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'YYYY-MM')
            .optional(),
        }),
        response: { 200: z.object({ items: z.array(completeness), next: z.null() }) },
      },
    },
    async (request) => {
      const now = DateTime.fromMillis(lab.now(), { zone: lab.config.lab.timeZone });
      return { items: await completenessOf(lab, request.query.month ?? now.toFormat('yyyy-MM')), next: null };
    },
  );

  app.post(
    '/api/deliveries/:id/redrive',
    {
      config: { access: 'deliveries.redrive' },
      schema: {
        tags: ['deliveries'],
        summary: 'Send again what was parked',
        params: z.object({ id: key }),
        body: nothing,
        response: { 200: delivery },
      },
    },
    async (request) => {
      const after = await redrive(lab, request.params.id);
      await recordAudit(lab, {
        actor: personOf(request).username,
        action: 'redrive',
        subject: after.accession,
        after: { delivery: after._id },
      });
      return deliveryView(after);
    },
  );
};

function deliveryView(entry: OutboxDoc): z.infer<typeof delivery> {
  const { _id, recipient, accession, report, version, state, attempts, nextAt, createdAt } = entry;
  const { ack, transport, sentAt, readBack, reason, deliveredAt } = entry;
  return {
    id: _id,
    recipient,
    accession,
    report,
    version,
    state,
    attempts,
    nextAt,
    createdAt,
    ...(ack === undefined ? {} : { ack }),
    ...(transport === undefined ? {} : { transport }),
    ...(sentAt === undefined ? {} : { sentAt }),
    ...(readBack === undefined ? {} : { readBack }),
    ...(reason === undefined ? {} : { reason }),
    ...(deliveredAt === undefined ? {} : { deliveredAt }),
  };
}
