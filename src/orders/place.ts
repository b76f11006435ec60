import { changeOrders, replaceOrder } from '../acts/order-changes.ts';
import { orderProblems } from '../acts/orderable.ts';
import { isAhead } from '../acts/past.ts';
import { tellPregnancy } from '../acts/reevaluate.ts';
import { registerSpecimen } from '../acts/registration.ts';
import type { Actor } from '../domain/ids.ts';
import { isLisError, LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { OrderDoc } from '../store/documents.ts';
import type { OrderOutcome, Refusal } from './answer.ts';
import type { KnownPatient } from './patient.ts';
import type { OrderGroup } from './read-orders.ts';
import type { SentVisit } from './read-patient.ts';

/** What a message orders, of whom. */
export interface OrderMessage {
  readonly patient: KnownPatient;
  readonly visit: SentVisit;
  readonly groups: readonly OrderGroup[];
  /** Whether the patient is pregnant; absent where the message does not say. */
  readonly pregnant?: boolean | undefined;
  /** Which system asks, for the audit trail. */
  readonly actor: Actor;
}

/**
 * Carry out the orders of a message, one outcome for each ORC. New orders of one specimen are written together, so that
 * after a crash the same message finds all of them or none.
 */
export async function placeOrders(lab: Laboratory, sent: OrderMessage): Promise<OrderOutcome[]> {
  const message = { ...sent, groups: sent.groups.map((group) => withoutPlan(lab, group)) };
  const outcomes = new Map<OrderGroup, OrderOutcome>();
  let waiting: OrderGroup[] = [];
  const flush = async (): Promise<void> => {
    await placeNew(lab, message, waiting, outcomes);
    waiting = [];
  };
  for (const group of message.groups) {
    if (group.control === 'NW') waiting.push(group);
    else {
      await flush();
      outcomes.set(group, await carryOut(lab, message, group));
    }
  }
  await flush();
  return message.groups.flatMap((group) => outcomes.get(group) ?? []);
}

/** A time of collection that lies ahead is a plan: the specimen is not collected yet. */
function withoutPlan(lab: Laboratory, group: OrderGroup): OrderGroup {
  const { collectedAt, ...rest } = group;
  return collectedAt !== undefined && isAhead(lab, collectedAt) ? rest : group;
}

async function carryOut(lab: Laboratory, message: OrderMessage, group: OrderGroup): Promise<OrderOutcome> {
  switch (group.control) {
    case 'CA':
    case 'DC':
      return cancel(lab, message, group);
    case 'XO':
    case 'RP':
      return exchange(lab, message, group);
    case 'SC':
      return status(lab, message, group);
    default:
      return outcome(group, 'UA', { code: '103', words: `ORC-1 ${group.control || '(empty)'} is not taken` });
  }
}

function outcome(
  group: OrderGroup,
  control: OrderOutcome['control'],
  refusal?: Refusal,
  order?: OrderDoc,
): OrderOutcome {
  return {
    control,
    placer: group.placer,
    filler: order?._id ?? group.filler,
    accession: order?.accession ?? group.accession,
    code: order?.code ?? group.tests[0]?.code ?? '',
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** Number and authority of an entity identifier (`12345^HIS`). */
function keyOf(placer: string): { number: string; authority: string } {
  const [number = '', ...authority] = placer.split('^').map((part) => part.trim());
  return { number, authority: authority.join('^').replace(/\^+$/, '') };
}

/** Orders of a placer number and authority. Without an authority on one side the number alone must do. */
async function ordersOf(lab: Laboratory, placer: string): Promise<OrderDoc[]> {
  const wanted = keyOf(placer);
  if (wanted.number === '') return [];
  const found = await lab.collections.orders
    .find({
      $or: [{ placer: wanted.number }, { placer: { $gte: `${wanted.number}^`, $lt: `${wanted.number}_` } }],
    })
    .toArray();
  const same = found.filter((order) => keyOf(order.placer ?? '').authority === wanted.authority);
  if (same.length > 0) return same;
  return found.filter((order) => wanted.authority === '' || keyOf(order.placer ?? '').authority === '');
}

/** Of those, what belongs to a specimen that was registered: the rest is what a crash left before it. */
async function placedOrders(lab: Laboratory, placer: string): Promise<OrderDoc[]> {
  const orders = await ordersOf(lab, placer);
  const accessions = [...new Set(orders.map((order) => order.accession))];
  if (accessions.length === 0) return [];
  const there = await lab.collections.specimens
    .find({ _id: { $in: accessions } }, { projection: { _id: 1 } })
    .toArray();
  return orders.filter((order) => there.some((each) => each._id === order.accession));
}

async function placeNew(
  lab: Laboratory,
  message: OrderMessage,
  groups: readonly OrderGroup[],
  outcomes: Map<OrderGroup, OrderOutcome>,
): Promise<void> {
  const specimens = new Map<string, OrderGroup[]>();
  for (const group of groups) {
    const [known] = await placedOrders(lab, group.placer);
    const refusal = known === undefined ? refusalOf(lab, message, group) : null;
    if (known !== undefined) outcomes.set(group, outcome(group, 'OK', undefined, known));
    else if (refusal !== null) outcomes.set(group, outcome(group, 'UA', refusal));
    else {
      const members = specimens.get(group.accession) ?? [];
      const doubled = await doubledBy(lab, group, members);
      if (doubled !== null) outcomes.set(group, outcome(group, 'UA', doubled));
      else specimens.set(group.accession, [...members, group]);
    }
  }
  for (const [accession, members] of specimens) {
    try {
      const placed = await placeOn(lab, message, accession, members);
      for (const group of members) {
        const mine = placed.find(
          (order) => order.placer === group.placer && group.tests.some((test) => test.code === order.code),
        );
        const same = mine ?? placed.find((order) => group.tests.some((test) => test.code === order.code));
        outcomes.set(group, outcome(group, 'OK', undefined, same));
      }
    } catch (thrown) {
      if (!isLisError(thrown) || thrown.status >= 500) throw thrown;
      for (const group of members) outcomes.set(group, outcome(group, 'UA', { code: '207', words: thrown.message }));
    }
  }
}

/** A test that another order of the same specimen asks for already: a second number for it would never be answered. */
async function doubledBy(lab: Laboratory, group: OrderGroup, members: readonly OrderGroup[]): Promise<Refusal | null> {
  const standing =
    group.accession === '' ? [] : await lab.collections.orders.find({ accession: group.accession }).toArray();
  for (const { code } of group.tests) {
    const other =
      members.find((each) => each.placer !== group.placer && each.tests.some((test) => test.code === code))?.placer ??
      standing.find((order) => order.code === code && order.state !== 'cancelled' && order.placer !== undefined)
        ?.placer;
    if (other !== undefined) return { code: '207', words: `${code} is ordered already on this specimen as ${other}` };
  }
  return null;
}

function refusalOf(lab: Laboratory, message: OrderMessage, group: OrderGroup): Refusal | null {
  if (group.placer === '') return { code: '101', words: 'ORC-2 is empty: the order has no number' };
  if (group.tests.length === 0) return { code: '100', words: `Order ${group.placer} has no OBR` };
  return testRefusal(lab, message, group);
}

function testRefusal(lab: Laboratory, message: OrderMessage, group: OrderGroup): Refusal | null {
  if (message.pregnant === true && message.patient.sex === 'male')
    return { code: '207', words: `Patient ${message.patient.id} is male and is said to be pregnant` };
  const collectedAt = group.collectedAt ?? isoNow(lab);
  const [problem] = orderProblems(lab, group.tests, message.patient, collectedAt);
  if (problem === undefined) return null;
  if (problem.kind === 'unknown')
    return { code: '204', words: `OBR-4 ${problem.code || '(empty)'} is not a code of the catalogue` };
  return { code: '207', words: `${problem.code} can not be ordered for this patient: ${problem.detail}` };
}

const accessionForm = /^[\p{L}\p{N}][\p{L}\p{N}._/ -]{0,49}$/u;

/** Register the specimen with these orders, or add them to one that is there. */
async function placeOn(
  lab: Laboratory,
  message: OrderMessage,
  accession: string,
  groups: readonly OrderGroup[],
): Promise<OrderDoc[]> {
  const { collections } = lab;
  const orders = groups.flatMap((group) =>
    group.tests.map(({ code }) => ({ code, placer: group.placer, priority: group.priority })),
  );
  const [first] = groups;
  const number = accession === '' ? await leftOver(lab, first) : accession;
  if (number !== undefined && !accessionForm.test(number))
    throw new LisError('REQUEST_INVALID', { detail: 'SPM-2.1 is not a specimen number' });
  const known = number === undefined ? null : await collections.specimens.findOne({ _id: number });
  if (known !== null && known.patient !== message.patient.id)
    throw new LisError('SPECIMEN_ACCESSION_TAKEN', { accession: known._id });
  if (known !== null) {
    await sayPregnant(lab, message, known._id, first);
    await changeOrders(lab, message.actor, known._id, { add: orders, cancel: [], requester: first?.requester });
    await adopt(lab, known._id, orders);
    return collections.orders.find({ accession: known._id }).toArray();
  }
  const made = await registerSpecimen(lab, message.actor, {
    ...(number === undefined ? {} : { accession: number }),
    patient: message.patient,
    orders,
    collectedAt: groups.find((group) => group.collectedAt !== undefined)?.collectedAt,
    requester: first?.requester,
    diagnosis: first?.diagnosis,
    pregnant: message.pregnant,
    ...message.visit,
  });
  return collections.orders.find({ accession: made._id }).toArray();
}

/** What the message says of a pregnancy goes to a specimen that is there; before its orders, so that a resend finds both. */
async function sayPregnant(
  lab: Laboratory,
  { actor, pregnant }: OrderMessage,
  accession: string,
  group: OrderGroup | undefined,
): Promise<void> {
  if (pregnant === undefined) return;
  await tellPregnancy(lab, actor, accession, { pregnant, reason: `order ${group?.placer || group?.filler || ''}` });
}

/** An order that was registered by hand gets the number the hospital system knows it by. */
async function adopt(
  lab: Laboratory,
  accession: string,
  orders: readonly { readonly code: string; readonly placer: string }[],
): Promise<void> {
  for (const { code, placer } of orders) {
    await lab.collections.orders.updateOne(
      { accession, code, state: { $ne: 'cancelled' }, placer: { $exists: false } },
      { $set: { placer }, $inc: { version: 1 } },
    );
  }
}

/** The number that was allotted to orders of this placer before a crash, so that they are not written twice. */
async function leftOver(lab: Laboratory, group: OrderGroup | undefined): Promise<string | undefined> {
  const [left] = await ordersOf(lab, group?.placer ?? '');
  return left?.accession;
}

/** The orders a group means: by placer number, else by ours. */
async function meant(lab: Laboratory, group: OrderGroup): Promise<OrderDoc[]> {
  const orders = await placedOrders(lab, group.placer);
  if (orders.length > 0 || group.filler === '') return orders;
  const own = await lab.collections.orders.findOne({ _id: group.filler });
  return own === null ? [] : [own];
}

async function cancel(lab: Laboratory, message: OrderMessage, group: OrderGroup): Promise<OrderOutcome> {
  const orders = await meant(lab, group);
  const [first] = orders;
  if (first === undefined) return outcome(group, 'UC', unknownOrder(group));
  try {
    for (const accession of new Set(orders.map((order) => order.accession))) {
      const mine = orders.filter((order) => order.accession === accession).map((order) => order._id);
      await changeOrders(lab, message.actor, accession, { add: [], cancel: mine });
    }
    return outcome(group, 'CR', undefined, first);
  } catch (thrown) {
    return refused(group, 'UC', thrown, first);
  }
}

/** XO and RP: what is asked for, or how urgent it is, changes. */
async function exchange(lab: Laboratory, message: OrderMessage, group: OrderGroup): Promise<OrderOutcome> {
  const orders = (await meant(lab, group)).filter((order) => order.state !== 'cancelled');
  const [first] = orders;
  if (first === undefined) return outcome(group, 'UX', unknownOrder(group));
  const refusal = group.tests.length === 0 ? null : testRefusal(lab, message, group);
  if (refusal !== null) return outcome(group, 'UX', refusal, first);
  try {
    for (const accession of new Set(orders.map((order) => order.accession)))
      await sayPregnant(lab, message, accession, group);
    for (const [position, order] of orders.entries()) {
      const code = orders.length === 1 ? group.tests[0]?.code : group.tests[position]?.code;
      await replaceOrder(lab, message.actor, order, { code, priority: group.priority });
    }
    const after = await lab.collections.orders.findOne({ _id: first._id });
    return outcome(group, 'XR', undefined, after ?? first);
  } catch (thrown) {
    return refused(group, 'UX', thrown, first);
  }
}

/** SC: the other side tells a status; only `CA` is a wish. */
async function status(lab: Laboratory, message: OrderMessage, group: OrderGroup): Promise<OrderOutcome> {
  if (group.status === 'CA') return cancel(lab, message, group);
  const [known] = await meant(lab, group);
  return known === undefined ? outcome(group, 'UA', unknownOrder(group)) : outcome(group, 'OK', undefined, known);
}

function unknownOrder(group: OrderGroup): Refusal {
  return { code: '204', words: `Order ${group.placer || group.filler || '(empty)'} is not known` };
}

function refused(group: OrderGroup, control: 'UC' | 'UX', thrown: unknown, order: OrderDoc): OrderOutcome {
  if (!isLisError(thrown) || thrown.status >= 500) throw thrown;
  return outcome(group, control, { code: '207', words: thrown.message }, order);
}
