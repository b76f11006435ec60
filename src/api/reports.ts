import { z } from 'zod';
import { LisError } from '../errors.ts';
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

/** One immutable report version. */
export const reportsFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/reports/:id',
    {
      config: { access: 'reports.read' },
      schema: {
        tags: ['reports'],
        summary: 'One report version',
        params: z.object({ id: key }),
        response: { 200: report },
      },
    },
    async (request) => {
      const found = await lab.collections.reports.findOne({ _id: request.params.id });
      if (found === null) throw new LisError('NOT_FOUND', { what: `Report ${request.params.id}` });
      await recordTokenRead(lab, request, found.accession);
      const { _id, ...rest } = found;
      return { id: _id, ...rest };
    },
  );
};
