import type { Laboratory } from '../laboratory/context.ts';
import type { ReportDoc, SpecimenDoc } from '../store/documents.ts';

/** The newest report version of an accession. */
export async function newestReport(lab: Laboratory, accession: string): Promise<ReportDoc | null> {
  const [newest] = await lab.collections.reports.find({ accession }, { sort: { version: -1 }, limit: 1 }).toArray();
  return newest ?? null;
}

/**
 * Ids of orders that were cancelled beside others and of which no report version says so yet. None where they stand on
 * the specimen that was drawn instead, or where they could still be asked for again within the time to undo.
 */
export async function untoldOrders(
  lab: Laboratory,
  specimen: SpecimenDoc,
  newest: ReportDoc | null,
  at: string,
): Promise<string[]> {
  if (specimen.recollectedAs !== undefined) return [];
  if (specimen.closing !== undefined && specimen.closing.dueAt > at) return [];
  const told = new Set(newest?.cancelledOrders ?? []);
  const orders = await lab.collections.orders.find({ accession: specimen._id }).toArray();
  return orders.filter((order) => order.cancelled !== undefined && !told.has(order._id)).map((order) => order._id);
}
