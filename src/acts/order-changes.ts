import type { Actor, Priority } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { OrderDoc, SpecimenDoc } from '../store/documents.ts';
import { appendAudit } from './audit.ts';
import { closeDue, closingMark } from './close.ts';
import { refileCalculated } from './filing.ts';
import { mostUrgent, type OrderRequest, orderDocs, requireKnown, requireOrderable } from './orderable.ts';
import { inTurn } from './turn.ts';
import { rankOf, refreshWork } from './work.ts';

/** What is asked to change of a specimen's orders. */
export interface OrderChange {
  readonly add: readonly OrderRequest[];
  /** Ids of orders, or their codes. */
  readonly cancel: readonly string[];
  readonly priority?: Priority | undefined;
  readonly requester?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * Add orders to a registered specimen and cancel others: all or none. What is ordered already stays as it is.
 * Throws SPECIMEN_ACCESSION_UNKNOWN, SPECIMEN_STATE_CONFLICT, CATALOGUE_CODE_UNKNOWN, ORDER_NOT_POSSIBLE, ORDER_UNKNOWN,
 * ORDER_RELEASED.
 */
export async function changeOrders(
  lab: Laboratory,
  actor: Actor,
  accession: string,
  change: OrderChange,
): Promise<void> {
  await inTurn(lab.collections, accession, async () => {
    const specimen = await lab.collections.specimens.findOne({ _id: accession });
    if (specimen === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
    const known = await lab.collections.orders.find({ accession }).toArray();
    const gone = await cancellable(lab, accession, known, change.cancel);
    const fresh = await addable(lab, specimen, known, change);
    if (gone.length > 0)
      await lab.collections.specimens.updateOne(
        { _id: accession },
        { $set: { closing: closingMark(lab, actor, change.reason) } },
      );
    await write(lab, actor, accession, fresh, gone, change.reason);
    await refreshOrdered(lab, accession);
  });
  if (change.cancel.length > 0) await closeDue(lab, accession);
}

/** Change what one order asks for, or how urgent it is. Throws ORDER_UNKNOWN, ORDER_RELEASED, CATALOGUE_CODE_UNKNOWN, … */
export function replaceOrder(
  lab: Laboratory,
  actor: Actor,
  order: Pick<OrderDoc, '_id' | 'accession'>,
  change: { readonly code?: string | undefined; readonly priority?: Priority | undefined },
): Promise<void> {
  const { accession } = order;
  return inTurn(lab.collections, accession, async () => {
    const specimen = await lab.collections.specimens.findOne({ _id: accession });
    const known = await lab.collections.orders.findOne({ _id: order._id });
    if (specimen === null || known === null || known.state === 'cancelled')
      throw new LisError('ORDER_UNKNOWN', { order: order._id });
    await requireUnreleased(lab, known);
    const code = change.code ?? known.code;
    await requirePossible(lab, specimen, [{ code }]);
    const analytes = code === known.code ? known.analytes : (lab.catalogue.expand(code) ?? []);
    const priority = change.priority ?? known.priority;
    if (code === known.code && priority === known.priority) return;
    await lab.collections.orders.updateOne(
      { _id: known._id },
      { $set: { code, analytes, priority }, $inc: { version: 1 } },
    );
    await appendAudit(lab, {
      actor: actor.username,
      action: 'order-change',
      subject: accession,
      before: { id: known._id, code: known.code, priority: known.priority },
      after: { id: known._id, code, priority },
    });
    await refreshOrdered(lab, accession);
  });
}

async function cancellable(
  lab: Laboratory,
  accession: string,
  known: readonly OrderDoc[],
  wanted: readonly string[],
): Promise<OrderDoc[]> {
  const gone: OrderDoc[] = [];
  for (const each of wanted) {
    const order =
      known.find((other) => other._id === each || other._id === `${accession}.${each}`) ??
      known.find((other) => other.code === each && other.state !== 'cancelled') ??
      known.find((other) => other.code === each);
    if (order === undefined) throw new LisError('ORDER_UNKNOWN', { order: each });
    if (order.state === 'cancelled') continue;
    await requireUnreleased(lab, order);
    gone.push(order);
  }
  return gone;
}

async function requireUnreleased(lab: Laboratory, order: OrderDoc): Promise<void> {
  const observations = await lab.collections.observations.find({ accession: order.accession }).toArray();
  const released = observations.some((each) => each.state === 'released' && order.analytes.includes(each.analyte));
  if (released || order.state === 'completed') throw new LisError('ORDER_RELEASED', { order: order._id });
}

async function addable(
  lab: Laboratory,
  specimen: SpecimenDoc,
  known: readonly OrderDoc[],
  change: OrderChange,
): Promise<OrderDoc[]> {
  if (change.add.length === 0) return [];
  if (specimen.state === 'rejected' || specimen.state === 'disposed')
    throw new LisError('SPECIMEN_STATE_CONFLICT', { state: specimen.state, action: 'order' });
  if ((change.reason ?? '') === '') await requirePossible(lab, specimen, change.add);
  else requireKnown(lab, change.add);
  const standing = new Set(known.filter((each) => each.state !== 'cancelled').map((each) => each.code));
  const numbers = known.map((each) => Number(each._id.slice(specimen._id.length + 1))).filter(Number.isInteger);
  return orderDocs(
    lab,
    {
      accession: specimen._id,
      patient: specimen.patient,
      at: isoNow(lab),
      priority: change.priority ?? specimen.priority,
      requester: change.requester ?? specimen.requester,
    },
    change.add.filter(({ code }) => !standing.has(code)),
    Math.max(0, ...numbers),
  );
}

async function requirePossible(lab: Laboratory, specimen: SpecimenDoc, orders: readonly OrderRequest[]): Promise<void> {
  const patient = await lab.collections.patients.findOne({ _id: specimen.patient });
  const person = { sex: patient?.sex ?? ('unknown' as const), birthDate: patient?.birthDate ?? '' };
  requireOrderable(lab, orders, person, specimen.collectedAt);
}

async function write(
  lab: Laboratory,
  actor: Actor,
  accession: string,
  fresh: readonly OrderDoc[],
  gone: readonly OrderDoc[],
  reason: string | undefined,
): Promise<void> {
  if (fresh.length === 0 && gone.length === 0) return;
  const why = reason === undefined || reason === '' ? {} : { reason };
  const cancelled = { at: isoNow(lab), by: actor.username, ...why };
  await lab.collections.orders.bulkWrite([
    ...gone.map((each) => ({
      updateOne: {
        filter: { _id: each._id },
        update: { $set: { state: 'cancelled' as const, cancelled }, $inc: { version: 1 } },
      },
    })),
    ...fresh.map((document) => ({ insertOne: { document } })),
  ]);
  const codes = (orders: readonly OrderDoc[]) => orders.map(({ _id, code }) => ({ id: _id, code }));
  if (gone.length > 0)
    await appendAudit(lab, {
      actor: actor.username,
      action: 'cancel',
      subject: accession,
      after: { orders: codes(gone) },
      ...why,
    });
  if (fresh.length > 0)
    await appendAudit(lab, {
      actor: actor.username,
      action: 'order',
      subject: accession,
      after: { orders: codes(fresh) },
      ...why,
    });
}

/** The specimen follows its orders: how urgent it is, how many analytes, what is calculated. */
async function refreshOrdered(lab: Laboratory, accession: string): Promise<void> {
  const specimen = await lab.collections.specimens.findOne({ _id: accession });
  if (specimen === null) return;
  const orders = await lab.collections.orders.find({ accession }).toArray();
  const standing = orders.filter((order) => order.state !== 'cancelled');
  const priority = standing.length === 0 ? specimen.priority : mostUrgent(standing.map((order) => order.priority));
  await lab.collections.specimens.updateOne(
    { _id: accession },
    {
      $set: {
        priority,
        'work.ordered': new Set(standing.flatMap((order) => order.analytes)).size,
        'work.rank': rankOf({ ...specimen, priority }),
      },
    },
  );
  await refileCalculated(lab, accession);
  await refreshWork(lab, accession);
  lab.events.emit({ type: 'worklist', accession });
}
