import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LisError } from '../errors.ts';
import { recordTokenRead } from './audit-trail.ts';
import { page, pageOf, pageQuery, readNewest } from './lists.ts';
import type { Feature } from './plugin.ts';
import { roleMay } from './rights.ts';
import { specimen, specimenRow } from './schemas/specimen.ts';
import { key } from './schemas/words.ts';
import { specimenRowsView, specimenView } from './views.ts';

const params = z.object({ accession: key });

/** A specimen whole: orders, every run, reports. */
export const specimensFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/specimens',
    {
      config: { access: 'specimens.list' },
      schema: {
        tags: ['specimens'],
        summary: 'Specimens, the last registered first',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(specimenRow) },
      },
    },
    async (request) => {
      const found = await readNewest(lab.collections.specimens, {}, 'registeredAt', request.query);
      await recordTokenRead(lab, request, 'specimens');
      const rows = await specimenRowsView(lab, found);
      return page(
        rows,
        request.query.limit,
        (last) => [last.registeredAt, last.accession],
        (row) => row,
      );
    },
  );

  app.get(
    '/api/specimens/:accession',
    {
      config: { access: 'specimens.read' },
      schema: { tags: ['specimens'], summary: 'A specimen whole', params, response: { 200: specimen } },
    },
    async (request) => {
      const { accession } = request.params;
      const found = await lab.collections.specimens.findOne({ _id: accession });
      if (found === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
      await recordTokenRead(lab, request, accession);
      return specimenView(lab, found, maySeeValues(request));
    },
  );
};

/** Who only registers and receives sees the specimen, not what was found in it. */
export function maySeeValues(request: FastifyRequest): boolean {
  const { caller } = request;
  return caller?.kind === 'token' || (caller?.kind === 'person' && roleMay(caller.role, 'reports.read'));
}
