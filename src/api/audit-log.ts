import { z } from 'zod';
import type { Filter } from '../store/collection.ts';
import type { AuditDoc } from '../store/documents.ts';
import { pageOf, pageQuery, readCursor, writeCursor } from './lists.ts';
import type { Feature } from './plugin.ts';
import { instant } from './schemas/words.ts';

const entry = z.object({
  id: z.string(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  reason: z.string().optional(),
  hash: z.string(),
  previousHash: z.string(),
});
const query = z.strictObject({
  ...pageQuery,
  actor: z.string().max(100).optional(),
  subject: z.string().max(300).optional(),
  action: z.string().max(64).optional(),
  from: instant.optional(),
  to: instant.optional(),
});

/** Who did what, newest first. */
export const auditLogFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/audit',
    {
      config: { access: 'audit.read' },
      schema: {
        tags: ['audit'],
        summary: 'Who did what, newest first',
        querystring: query,
        response: { 200: pageOf(entry) },
      },
    },
    async (request) => {
      const { actor, subject, action, from, to, cursor, limit } = request.query;
      const before = readCursor(cursor, 1)?.[0];
      const at = {
        ...(from === undefined ? {} : { $gte: new Date(from).toISOString() }),
        ...(to === undefined ? {} : { $lt: new Date(to).toISOString() }),
      };
      const filter: Filter = {
        ...(actor === undefined ? {} : { actor }),
        ...(subject === undefined ? {} : { subject }),
        ...(action === undefined ? {} : { action }),
        ...(from === undefined && to === undefined ? {} : { at }),
        ...(before === undefined ? {} : { _id: { $lt: before } }),
      };
      const found = await lab.collections.audit.find(filter, { sort: { _id: -1 }, limit: limit + 1 }).toArray();
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map(entryView),
        next: found.length > limit && last !== undefined ? writeCursor([last._id]) : null,
      };
    },
  );
};

function entryView({ _id, source: _source, ...rest }: AuditDoc): z.infer<typeof entry> {
  return { id: _id, ...rest };
}
