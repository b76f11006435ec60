import { type Actor, recorded } from '../domain/ids.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { isoNow } from '../laboratory/context.ts';
import type { ReportDoc, SpecimenDoc } from '../store/documents.ts';
import { cancelWords } from './cancelled-values.ts';
import { type ActView, commitAct, type Decision } from './commit.ts';
import { valuesIn } from './report-content.ts';
import { contentNow } from './reports.ts';
import { newestReport, untoldOrders } from './untold.ts';

type Closing = NonNullable<SpecimenDoc['closing']>;

/** A value is verified and not issued: what becomes of it is looked at again after this time. */
const againMs = 30_000;

/**
 * A mark on a specimen, written before its orders are cancelled or with its rejection: at `dueAt`, once that can't be
 * undone any more, is looked whether a report must say so. What a crash leaves is found by the mark.
 */
export function closingMark(lab: Laboratory, by: Actor, reason: string | undefined): Closing {
  const dueAt = new Date(lab.now() + lab.config.undoSeconds * 1000).toISOString();
  return { dueAt, by: recorded(by), ...(reason === undefined || reason === '' ? {} : { reason }) };
}

/** Say in a report what cancelled orders or a rejection leave of a specimen, where it is time and there is something to say. */
export async function closeDue(lab: Laboratory, accession: string): Promise<void> {
  const specimen = await lab.collections.specimens.findOne({ _id: accession });
  const closing = specimen?.closing;
  if (closing === undefined || closing.dueAt > isoNow(lab)) return;
  const settled = await issueClosing(lab, accession, closing);
  const later = { ...closing, dueAt: new Date(lab.now() + againMs).toISOString() };
  await lab.collections.specimens.updateOne(
    { _id: accession, 'closing.dueAt': closing.dueAt },
    settled ? { $unset: { closing: '' } } : { $set: { closing: later } },
  );
}

/**
 * A version that says what there will be no results of. Where nothing was ever released: when every order was cancelled,
 * or the specimen was rejected. Beside values: of each order by itself. Returns whether there is nothing left to look at.
 */
async function issueClosing(lab: Laboratory, accession: string, closing: Closing): Promise<boolean> {
  let settled = true;
  await commitAct(lab, closing.by, accession, async (view) => {
    // Verified and on its way out: its own report comes, or it is taken back.
    settled = !view.observations.some((each) => each.state === 'verified');
    if (!settled) return null;
    const newest = await newestReport(lab, accession);
    return newest === null || newest.status === 'cancelled' || newest.status === 'registered'
      ? decideCancelled(lab, view, newest, closing)
      : decideBesideValues(lab, view, newest);
  });
  return settled;
}

async function decideCancelled(
  lab: Laboratory,
  { specimen, acts }: ActView,
  newest: ReportDoc | null,
  closing: Closing,
): Promise<Decision | null> {
  // The orders stand, on the new specimen.
  if (specimen.recollectedAs !== undefined) return null;
  const orders = await lab.collections.orders.find({ accession: specimen._id }).toArray();
  const rejected = specimen.state === 'rejected';
  if (!rejected && orders.some((order) => order.state !== 'cancelled')) return null;
  const told = new Set(newest?.cancelledOrders ?? []);
  if (orders.every((order) => told.has(order._id))) return null;
  return {
    ...nextIssue(acts),
    cancelledOrders: orders.map((order) => order._id),
    reason: rejected ? rejectionWords(lab, specimen) : cancelWords(closing.reason),
  };
}

/**
 * Values were released and others will not come: a version says so of each, and where the report waited for nothing else
 * it is final with that.
 */
async function decideBesideValues(
  lab: Laboratory,
  { specimen, acts, at }: ActView,
  newest: ReportDoc,
): Promise<Decision | null> {
  // Nothing stands any more that something could be missing beside.
  if (newest.status === 'entered-in-error') return null;
  const cancelledOrders = await untoldOrders(lab, specimen, newest, at);
  const decision = { ...nextIssue(acts), ...(cancelledOrders.length === 0 ? {} : { cancelledOrders }) };
  const { status, observations } = await contentNow(lab, specimen._id, newest, [], { at, ...decision });
  const completes = newest.status === 'preliminary' && status !== 'preliminary';
  const known = observations.length - valuesIn(observations).length;
  const more = known > newest.observations.length - valuesIn(newest.observations).length;
  return completes || more ? decision : null;
}

const nextIssue = (
  acts: ActView['acts'],
): Pick<Decision, 'kind' | 'observations' | 'of'> & { reportVersion: number } => ({
  kind: 'issue',
  observations: [],
  of: [],
  reportVersion: acts.filter((act) => act.kind === 'issue').length + 1,
});

/** In the language of reports, as the clinic reads it. */
function rejectionWords(lab: Laboratory, { rejection }: SpecimenDoc): string {
  const code = rejection?.reason ?? '';
  const named = lab.catalogue.words('rejection-reason').find((each) => each.code === code)?.name.vi ?? code;
  const words = [named, rejection?.comment ?? ''].filter((each) => each !== '').join('; ');
  return words === '' ? 'Từ chối mẫu' : `Từ chối mẫu: ${words}`;
}
