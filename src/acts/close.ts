import { type Actor, recorded } from '../domain/ids.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { isoNow } from '../laboratory/context.ts';
import type { ReportDoc, SpecimenDoc } from '../store/documents.ts';
import { type ActView, commitAct, type Decision } from './commit.ts';
import { contentNow } from './reports.ts';

const system: Actor = { username: 'system', role: 'system' };

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
  await issueCompleted(lab, accession);
  const specimen = await lab.collections.specimens.findOne({ _id: accession });
  const closing = specimen?.closing;
  if (closing === undefined || closing.dueAt > isoNow(lab)) return;
  const settled = await issueCancelled(lab, accession, closing);
  const later = { ...closing, dueAt: new Date(lab.now() + againMs).toISOString() };
  await lab.collections.specimens.updateOne(
    { _id: accession, 'closing.dueAt': closing.dueAt },
    settled ? { $unset: { closing: '' } } : { $set: { closing: later } },
  );
}

/**
 * An order was cancelled: where the newest report waited for nothing but that, it is final now, and a version of it says
 * so. Who released the values stays who answers for them.
 */
export async function issueCompleted(lab: Laboratory, accession: string): Promise<void> {
  const newest = await newestReport(lab, accession);
  if (newest?.status !== 'preliminary') return;
  const { status } = await contentNow(lab, accession, newest, []);
  if (status === 'preliminary') return;
  await commitAct(lab, system, accession, ({ acts }) => {
    const reportVersion = acts.filter((act) => act.kind === 'issue').length + 1;
    // Someone published meanwhile: that version knows already.
    if (reportVersion !== newest.version + 1) return null;
    return { kind: 'issue', observations: [], of: [], reportVersion };
  });
}

/**
 * Every order was cancelled, or the specimen was rejected and is not drawn again, and nothing was ever released: a version
 * says that there will be no results. Returns whether there is nothing left to look at.
 */
async function issueCancelled(lab: Laboratory, accession: string, closing: Closing): Promise<boolean> {
  let settled = true;
  await commitAct(lab, closing.by, accession, async (view) => {
    // Verified and on its way out: its own report comes, or it is taken back.
    settled = !view.observations.some((each) => each.state === 'verified');
    return settled ? decideCancelled(lab, accession, view, closing) : null;
  });
  return settled;
}

async function decideCancelled(
  lab: Laboratory,
  accession: string,
  { specimen, acts }: ActView,
  closing: Closing,
): Promise<Decision | null> {
  // The orders stand, on the new specimen.
  if (specimen.recollectedAs !== undefined) return null;
  const newest = await newestReport(lab, accession);
  if (newest !== null && newest.status !== 'cancelled' && newest.status !== 'registered') return null;
  const orders = await lab.collections.orders.find({ accession }).toArray();
  const rejected = specimen.state === 'rejected';
  if (!rejected && orders.some((order) => order.state !== 'cancelled')) return null;
  const told = new Set(newest?.cancelledOrders ?? []);
  if (orders.every((order) => told.has(order._id))) return null;
  return {
    kind: 'issue',
    observations: [],
    of: [],
    reportVersion: acts.filter((act) => act.kind === 'issue').length + 1,
    cancelledOrders: orders.map((order) => order._id),
    reason: rejected ? rejectionWords(lab, specimen) : cancelWords(closing.reason),
  };
}

async function newestReport(lab: Laboratory, accession: string): Promise<ReportDoc | null> {
  const [newest] = await lab.collections.reports.find({ accession }, { sort: { version: -1 }, limit: 1 }).toArray();
  return newest ?? null;
}

/** In the language of reports, as the clinic reads it. */
function rejectionWords(lab: Laboratory, { rejection }: SpecimenDoc): string {
  const code = rejection?.reason ?? '';
  const named = lab.catalogue.words('rejection-reason').find((each) => each.code === code)?.name.vi ?? code;
  const words = [named, rejection?.comment ?? ''].filter((each) => each !== '').join('; ');
  return words === '' ? 'Từ chối mẫu' : `Từ chối mẫu: ${words}`;
}

const cancelWords = (reason: string | undefined): string =>
  reason === undefined ? 'Hủy chỉ định' : `Hủy chỉ định: ${reason}`;
