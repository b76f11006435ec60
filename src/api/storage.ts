import { z } from 'zod';
import { rackMark } from '../acts/storage.ts';
import { page, pageOf, pageQuery, readCursor } from './lists.ts';
import type { Feature } from './plugin.ts';

const stored = z.object({
  rack: z.string(),
  position: z.string(),
  accession: z.string(),
  container: z.string().optional(),
  at: z.string(),
  by: z.string(),
});
const config = { access: 'storage.read' } as const;
const tags = ['specimens'];

/** Where tubes stand: racks, and what stands in each. Every question is answered from an index. */
export const storageFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/storage/racks',
    {
      config,
      schema: {
        tags,
        summary: 'Racks and how many tubes stand in each',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(z.object({ rack: z.string(), tubes: z.number() })) },
      },
    },
    async (request) => {
      const after = readCursor(request.query.cursor, 1)?.[0] ?? rackMark('');
      const marks = await lab.collections.counters
        .find({ _id: { $gt: after, $lt: 'rack0' } }, { sort: { _id: 1 }, limit: request.query.limit + 1 })
        .toArray();
      const listed = page(
        marks,
        request.query.limit,
        (last) => [last._id],
        (mark) => mark.text ?? '',
      );
      const items = await Promise.all(
        listed.items.map(async (rack) => ({ rack, tubes: await lab.collections.storage.countDocuments({ rack }) })),
      );
      return { items, next: listed.next };
    },
  );

  app.get(
    '/api/storage',
    {
      config,
      schema: {
        tags,
        summary: 'Tubes by place; those of a rack, of a specimen, or stored before a time (to be disposed of)',
        querystring: z.strictObject({
          ...pageQuery,
          rack: z.string().max(100).optional(),
          accession: z.string().max(200).optional(),
          before: z.iso.datetime({ offset: true }).optional(),
        }),
        response: { 200: pageOf(stored) },
      },
    },
    async (request) => {
      const { rack, accession, before, limit } = request.query;
      const after = readCursor(request.query.cursor, 1)?.[0];
      const filter = {
        ...(rack === undefined ? {} : { rack }),
        ...(accession === undefined ? {} : { accession }),
        ...(before === undefined ? {} : { at: { $lt: new Date(before).toISOString() } }),
        ...(after === undefined ? {} : { _id: { $gt: after } }),
      };
      const found = await lab.collections.storage.find(filter, { sort: { _id: 1 }, limit: limit + 1 }).toArray();
      return page(
        found,
        limit,
        (last) => [last._id],
        ({ _id, ...rest }) => rest,
      );
    },
  );
};
