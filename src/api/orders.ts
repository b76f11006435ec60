import { z } from 'zod';
import type { Filter } from '../store/collection.ts';
import { page, pageOf, pageQuery, readNewest } from './lists.ts';
import type { Feature } from './plugin.ts';
import { order } from './schemas/specimen.ts';
import { orderView } from './views.ts';

const query = z.strictObject({
  ...pageQuery,
  placer: z.string().max(200).optional(),
  patient: z.string().max(200).optional(),
  accession: z.string().max(200).optional(),
  state: z.enum(['ordered', 'inProcess', 'completed', 'cancelled']).optional(),
});

/** Orders, newest first. */
export const ordersFeature: Feature = async (app, { lab }) => {
  app.get(
    '/api/orders',
    {
      config: { access: 'orders.read' },
      schema: { tags: ['orders'], summary: 'Orders', querystring: query, response: { 200: pageOf(order) } },
    },
    async (request) => {
      const { placer, patient, accession, state } = request.query;
      const filter: Filter = {
        ...(placer === undefined ? {} : { $or: placerFilters(placer) }),
        ...(patient === undefined ? {} : { patient }),
        ...(accession === undefined ? {} : { accession }),
        ...(state === undefined ? {} : { state }),
      };
      const found = await readNewest(lab.collections.orders, filter, 'orderedAt', request.query);
      return page(found, request.query.limit, (last) => [last.orderedAt, last._id], orderView);
    },
  );
};

/** All of a placer number, or its first component: everything between `A^` and the next character after `^`. */
function placerFilters(placer: string): Filter[] {
  return [{ placer }, { placer: { $gte: `${placer}^`, $lt: `${placer}_` } }];
}
