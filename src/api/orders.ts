import { z } from 'zod';
import { changeOrders } from '../acts/order-changes.ts';
import { type OrderProblem, orderProblems } from '../acts/orderable.ts';
import { LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { Filter } from '../store/collection.ts';
import { actorOf } from './auth/caller.ts';
import { page, pageOf, pageQuery, readNewest } from './lists.ts';
import type { Feature } from './plugin.ts';
import { order, orderChange, specimen } from './schemas/specimen.ts';
import { birthDate, code, instant, key, sex } from './schemas/words.ts';
import { maySeeValues } from './specimens.ts';
import { orderView, specimenView } from './views.ts';

const query = z.strictObject({
  ...pageQuery,
  placer: z.string().max(200).optional(),
  patient: z.string().max(200).optional(),
  accession: z.string().max(200).optional(),
  state: z.enum(['ordered', 'inProcess', 'completed', 'cancelled']).optional(),
});

const problem = z.object({
  code: z.string(),
  kind: z.enum(['unknown', 'sex', 'age', 'duplicate']),
  detail: z.string(),
  accession: z.string().optional(),
});
const checkRequest = z.strictObject({
  patient: z.strictObject({ id: z.string().max(100), sex, birthDate: z.union([birthDate, z.literal('')]) }),
  orders: z.array(code).min(1).max(100),
  collectedAt: instant.optional(),
});

/** Orders: the list, add-on and cancellation, and a look before ordering. */
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

  app.post(
    '/api/specimens/:accession/orders',
    {
      config: { access: 'orders.change' },
      schema: {
        tags: ['orders'],
        summary: 'Add orders to a specimen, cancel others: all or none',
        params: z.object({ accession: key }),
        body: orderChange,
        response: { 200: specimen },
      },
    },
    async (request) => {
      const { accession } = request.params;
      const { add = [], orders = [], cancel = [], reason } = request.body;
      if (add.length + orders.length + cancel.length === 0)
        throw new LisError('REQUEST_INVALID', { detail: 'add or cancel: at least one order' });
      const wanted = [...add, ...orders].map((each) => ({ code: each }));
      await changeOrders(lab, actorOf(request), accession, { add: wanted, cancel, reason });
      const after = await lab.collections.specimens.findOne({ _id: accession });
      if (after === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
      return specimenView(lab, after, maySeeValues(request));
    },
  );

  app.post(
    '/api/orders/check',
    {
      config: { access: 'orders.read' },
      schema: {
        tags: ['orders'],
        summary: 'What speaks against orders, before they are given: sex, age, and what waits already',
        body: checkRequest,
        response: { 200: z.object({ items: z.array(problem).readonly(), next: z.null() }) },
      },
    },
    async (request) => {
      const { patient, orders, collectedAt } = request.body;
      const at = collectedAt === undefined ? isoNow(lab) : new Date(collectedAt).toISOString();
      const asked = orders.map((each) => ({ code: each }));
      const items = [...orderProblems(lab, asked, patient, at), ...(await duplicatesOf(lab, patient.id, orders))];
      return { items, next: null };
    },
  );
};

/** All of a placer number, or its first component: everything between `A^` and the next character after `^`. */
function placerFilters(placer: string): Filter[] {
  return [{ placer }, { placer: { $gte: `${placer}^`, $lt: `${placer}_` } }];
}

/** Open orders looked at for duplicates of one patient. */
const mostOpen = 200;

/** The same test waits already for this patient. */
async function duplicatesOf(lab: Laboratory, patient: string, codes: readonly string[]): Promise<OrderProblem[]> {
  const open = await lab.collections.orders
    .find({ patient, state: { $in: ['ordered', 'inProcess'] } }, { sort: { orderedAt: -1 }, limit: mostOpen })
    .toArray();
  return codes.flatMap((each): OrderProblem[] => {
    const other = open.find((known) => known.code === each);
    if (other === undefined) return [];
    const { accession, orderedAt } = other;
    return [{ code: each, kind: 'duplicate', detail: `${each} was ordered at ${orderedAt} and waits`, accession }];
  });
}
