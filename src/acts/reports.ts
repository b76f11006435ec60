import { formulas } from '../domain/formulas.ts';
import { LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { ActDoc, OutboxDoc, RecipientDoc, ReportDoc } from '../store/documents.ts';
import { hash } from './hash.ts';
import { withNextIssued } from './issued.ts';
import { reportContent, valuesIn } from './report-content.ts';

/** `<accession>-v<version>`, with what is unsafe in an address or a file name percent-encoded. */
export function reportId(accession: string, version: number): string {
  return `${encodeURIComponent(accession)}-v${version}`;
}

/** The report version an `issue` act makes, and the deliveries of it. Written once, however often it is called. */
export async function issueReport(lab: Laboratory, act: ActDoc): Promise<void> {
  const version = act.reportVersion ?? 1;
  const id = reportId(act.accession, version);
  const known = await lab.collections.reports.findOne({ _id: id });
  const report = known ?? (await withNextIssued(lab, (issued) => writeReport(lab, act, id, version, issued)));
  await completeOrders(lab, report);
  await queueSignature(lab, report);
  await queueDeliveries(lab, report, await saysOnlyCancelled(lab, act, report));
  if (known === null) lab.events.emit({ type: 'report', accession: act.accession, report: id });
}

async function writeReport(
  lab: Laboratory,
  act: ActDoc,
  id: string,
  version: number,
  issued: string,
): Promise<ReportDoc> {
  const { accession } = act;
  const { reports, acts } = lab.collections;
  const published = await acts.find({ accession, number: { $in: act.of ?? [] } }, { sort: { number: 1 } }).toArray();
  const before = version === 1 ? null : await reports.findOne({ _id: reportId(accession, version - 1) });
  const content = await contentNow(lab, accession, before, published, act);
  const report: ReportDoc = {
    _id: id,
    accession,
    version,
    issued,
    // Who released the values stays who answers for them; where there are none, who cancelled.
    actor:
      published.at(-1)?.actor ??
      (valuesIn(before?.observations ?? []).length > 0 ? before?.actor : undefined) ??
      act.actor,
    ...content,
    latest: true,
  };
  const { _id, ...rest } = report;
  await reports.bulkWrite([
    ...(version === 1
      ? []
      : [
          {
            updateOne: {
              filter: { _id: reportId(accession, version - 1) },
              update: { $set: { latest: false, supersededAt: issued } },
            },
          },
        ]),
    { updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true } },
  ]);
  return (await reports.findOne({ _id })) ?? report;
}

/** What a report version that follows `before` would show now. Throws SPECIMEN_ACCESSION_UNKNOWN. */
export async function contentNow(
  lab: Laboratory,
  accession: string,
  before: ReportDoc | null,
  acts: readonly ActDoc[],
  issue?: Pick<ActDoc, 'at' | 'cancelledOrders' | 'reason'>,
): Promise<ReturnType<typeof reportContent>> {
  const { specimens, patients, orders, observations } = lab.collections;
  const specimen = await specimens.findOne({ _id: accession });
  if (specimen === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
  return reportContent({
    specimen,
    patient: await patients.findOne({ _id: specimen.patient }),
    orders: await orders.find({ accession }).toArray(),
    observations: await observations.find({ accession }).toArray(),
    before,
    acts,
    ...(issue?.cancelledOrders === undefined
      ? {}
      : { cancels: { at: issue.at, orders: issue.cancelledOrders, ...reasonOf(issue) } }),
    catalogue: lab.catalogue,
    measurable: (analyte) => isMeasurable(lab, analyte),
  });
}

const reasonOf = ({ reason }: Pick<ActDoc, 'reason'>): { reason?: string } => (reason === undefined ? {} : { reason });

/** Some line maps a code to it, or to all it is calculated from; in a laboratory without lines everything is entered by hand. */
function isMeasurable(lab: Laboratory, analyte: string): boolean {
  if (lab.config.analyzers.length === 0) return true;
  const formula = formulas[lab.catalogue.analyte(analyte)?.formula ?? ''];
  if (formula?.inputs.every((input) => isMapped(lab, input.analyte)) === true) return true;
  return isMapped(lab, analyte);
}

function isMapped(lab: Laboratory, analyte: string): boolean {
  return lab.config.analyzers.some((line) =>
    lab.catalogue.mappings(line.id).some((mapping) => mapping.analyte === analyte && mapping.ignored !== true),
  );
}

async function completeOrders(lab: Laboratory, report: ReportDoc): Promise<void> {
  const there = new Set(report.observations.flatMap((each) => (each.status === 'cancelled' ? [] : [each.analyte])));
  const complete = report.orders.filter((order) =>
    order.analytes.every((analyte) => there.has(analyte) || !isMeasurable(lab, analyte)),
  );
  if (complete.length === 0) return;
  await lab.collections.orders.updateMany(
    { _id: { $in: complete.map((order) => order.id) }, state: { $in: ['ordered', 'inProcess'] } },
    { $set: { state: 'completed' }, $inc: { version: 1 } },
  );
}

/** Whoever released it signs it, where lab.yaml gives him a key. */
async function queueSignature(lab: Laboratory, report: ReportDoc): Promise<void> {
  const user = report.actor.username;
  if (!lab.config.signing?.keys.some((each) => each.user === user)) return;
  const now = isoNow(lab);
  await lab.collections.signings.updateOne(
    { _id: report._id },
    { $setOnInsert: { accession: report.accession, user, state: 'waiting', attempts: 0, createdAt: now, nextAt: now } },
    { upsert: true },
  );
}

/** Whether a version says nothing but that orders were cancelled: its values and what is awaited are those of the last one. */
async function saysOnlyCancelled(lab: Laboratory, act: ActDoc, report: ReportDoc): Promise<boolean> {
  if (report.status === 'cancelled') return true;
  if (act.cancelledOrders === undefined || (act.of ?? []).length > 0) return false;
  const before = await lab.collections.reports.findOne({ _id: reportId(report.accession, report.version - 1) });
  return before?.status !== 'preliminary' || report.status === 'preliminary';
}

/** One entry for each recipient of reports; a referral recipient gets what is referred, not everything. */
async function queueDeliveries(lab: Laboratory, report: ReportDoc, onlyCancelled: boolean): Promise<void> {
  const recipients = await lab.collections.recipients.find({}).toArray();
  const before = await lab.collections.outbox.find({ accession: report.accession }).toArray();
  const referred = new Set(before.map(({ recipient }) => recipient));
  await queueFor(
    lab,
    report,
    // Who was referred an earlier version must not go on with it.
    recipients.filter(
      (each) => getsReports(each, report, onlyCancelled) || (each.referral === true && referred.has(each._id)),
    ),
  );
}

/** Queue a report version for recipients; what is queued already stays as it is. */
export async function queueFor(lab: Laboratory, report: ReportDoc, recipients: readonly RecipientDoc[]): Promise<void> {
  const entries = recipients.map((recipient) => outboxEntry(lab, report, recipient));
  if (entries.length === 0) return;
  await lab.collections.outbox.bulkWrite(
    entries.map(({ _id, ...entry }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: entry }, upsert: true },
    })),
  );
  for (const entry of entries) {
    lab.events.emit({ type: 'deliveries', delivery: entry._id, recipient: entry.recipient });
  }
}

function getsReports(recipient: RecipientDoc, report: ReportDoc, onlyCancelled: boolean): boolean {
  const { referral, hl7, fhir, webhook, subscription } = recipient;
  if (subscription !== undefined) {
    const { status, patient, end } = subscription;
    // Events of a subscription in error are kept: the subscriber asks for them when he is back.
    const counts = status === 'active' || status === 'error';
    return (
      counts && (patient === undefined || patient === report.patient.id) && (end === undefined || end > report.issued)
    );
  }
  if (onlyCancelled && hl7?.cancelled === 'skip') return false;
  return referral !== true && (hl7 !== undefined || fhir !== undefined || webhook !== undefined);
}

/** Characters of MSH-10 (HL7 2.5.1: at most 20). */
const controlIdLength = 20;

function outboxEntry(lab: Laboratory, report: ReportDoc, recipient: RecipientDoc): OutboxDoc {
  const now = isoNow(lab);
  const id = `${report._id}.${recipient._id}`;
  return {
    _id: id,
    recipient: recipient._id,
    accession: report.accession,
    report: report._id,
    version: report.version,
    order: report.issued,
    state: 'queued',
    attempts: 0,
    controlId: hash(`${lab.config.lab.id}/${id}/${report.issued}`).replaceAll(/[-_]/g, '0').slice(0, controlIdLength),
    nextAt: now,
    createdAt: now,
  };
}
