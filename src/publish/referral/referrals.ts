import { randomBytes } from 'node:crypto';
import { zipSync } from 'fflate';
import { DateTime } from 'luxon';
import { appendAudit } from '../../acts/audit.ts';
import { queueFor } from '../../acts/reports.ts';
import type { Actor } from '../../domain/ids.ts';
import { LisError } from '../../errors.ts';
import { isoNow, type Laboratory } from '../../laboratory/context.ts';
import type { RecipientDoc, ReferralDoc, ReportDoc } from '../../store/documents.ts';
import type { Papers } from '../papers.ts';
import { isPullToken, type Pull } from './pull-token.ts';
import { partEndings, partKinds, sealEnding } from './seal.ts';

export interface ReferralRequest {
  readonly patient: string;
  readonly recipient: string;
  readonly accessions?: readonly string[] | undefined;
  /** Days in the laboratory's zone, or instants; both ends are inside. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Where a referral stands. `ready`: the package waits to be fetched. */
export interface ReferralState {
  readonly state: 'queued' | 'delivered' | 'ready' | 'parked';
  readonly reason?: string;
}

/**
 * Refer a patient's reports to a recipient: pushed where it has an address, else a package to fetch. `origin`: which
 * message asked for it, where none but a system did. Throws RECIPIENT_UNKNOWN, REFERRAL_EMPTY.
 */
export async function createReferral(
  lab: Laboratory,
  actor: Actor,
  request: ReferralRequest,
  origin?: string,
): Promise<ReferralDoc> {
  const recipient = await lab.collections.recipients.findOne({ _id: request.recipient });
  if (recipient === null) throw new LisError('RECIPIENT_UNKNOWN', { id: request.recipient });
  if (recipient.referral !== true)
    throw new LisError('REFERRAL_EMPTY', { detail: `${recipient._id} is no recipient of referrals` });
  const reports = await chosenReports(lab, request);
  const referral: ReferralDoc = {
    _id: `R${isoNow(lab).slice(0, 10).replaceAll('-', '')}-${randomBytes(6).toString('hex')}`,
    patient: request.patient,
    recipient: recipient._id,
    accessions: reports.map(({ accession }) => accession),
    createdAt: isoNow(lab),
    createdBy: actor.username,
    ...(origin === undefined ? {} : { origin }),
  };
  await lab.collections.referrals.insertOne(referral);
  await appendAudit(lab, {
    actor: actor.username,
    action: 'refer',
    subject: request.patient,
    after: { referral: referral._id, recipient: recipient._id, accessions: referral.accessions },
    source: `referral:${referral._id}`,
  });
  await deliverReferral(lab, referral, recipient);
  return referral;
}

/** Queue the newest versions for a recipient with an address. Done again at start, it changes nothing. */
async function deliverReferral(lab: Laboratory, referral: ReferralDoc, recipient: RecipientDoc): Promise<void> {
  if (!isSentTo(recipient)) return;
  for (const report of await newestReports(lab, referral.accessions)) await queueFor(lab, report, [recipient]);
}

/** It has an address: reports are pushed to it, or it is told to fetch them. */
const isSentTo = ({ fhir, webhook }: RecipientDoc): boolean => fhir !== undefined || webhook !== undefined;

/** At start: finish what a crash left between a referral and its deliveries. */
export async function finishReferrals(lab: Laboratory): Promise<void> {
  const recent = await lab.collections.referrals.find({}, { sort: { createdAt: -1 }, limit: 100 }).toArray();
  for (const referral of recent) {
    const recipient = await lab.collections.recipients.findOne({ _id: referral.recipient });
    if (recipient !== null) await deliverReferral(lab, referral, recipient);
  }
}

async function newestReports(lab: Laboratory, accessions: readonly string[]): Promise<ReportDoc[]> {
  const found: ReportDoc[] = [];
  for (const accession of accessions) {
    const [report] = await lab.collections.reports.find({ accession }, { sort: { version: -1 }, limit: 1 }).toArray();
    if (report !== undefined) found.push(report);
  }
  return found;
}

async function chosenReports(lab: Laboratory, request: ReferralRequest): Promise<ReportDoc[]> {
  if (request.accessions !== undefined) {
    const wanted = [...new Set(request.accessions)];
    const reports = await newestReports(lab, wanted);
    const wrong = wanted.find(
      (accession) => !reports.some((each) => each.accession === accession && each.patient.id === request.patient),
    );
    if (wrong !== undefined) throw new LisError('REFERRAL_EMPTY', { detail: `${wrong} is no report of this patient` });
    return reports;
  }
  const zone = lab.config.lab.timeZone;
  const reports = await lab.collections.reports
    .find(
      {
        latest: true,
        'patient.id': request.patient,
        'specimen.collectedAt': { $gte: moment(request.from, zone, false), $lt: moment(request.to, zone, true) },
      },
      { sort: { 'specimen.collectedAt': 1 }, limit: mostReports },
    )
    .toArray();
  const sound = reports.filter(({ status }) => status !== 'entered-in-error' && status !== 'cancelled');
  if (sound.length === 0) throw new LisError('REFERRAL_EMPTY', { detail: 'no report of this patient in this time' });
  return sound;
}

const mostReports = 200;

/** A day is its first moment, or as an end the first of the next day; an instant as an end includes itself. */
function moment(text: string | undefined, zone: string, end: boolean): string {
  const at = DateTime.fromISO(text ?? '', { zone });
  if (!at.isValid) throw new LisError('REQUEST_INVALID', { detail: `${end ? 'to' : 'from'}: a day or an instant` });
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text ?? '');
  const moved = !end ? at : isDay ? at.plus({ days: 1 }) : at.plus({ milliseconds: 1 });
  return moved.toUTC().toISO() ?? '';
}

/** Where a referral stands now, from the outbox and the signatures. */
export async function referralState(lab: Laboratory, referral: ReferralDoc): Promise<ReferralState> {
  const recipient = await lab.collections.recipients.findOne({ _id: referral.recipient });
  const reports = await newestReports(lab, referral.accessions);
  return recipient === null || !isSentTo(recipient)
    ? packageState(lab, reports)
    : pushState(lab, reports, referral.recipient);
}

async function packageState(lab: Laboratory, reports: readonly ReportDoc[]): Promise<ReferralState> {
  const signings = await lab.collections.signings.find({ _id: { $in: reports.map(({ _id }) => _id) } }).toArray();
  for (const { _id, accession, actor } of reports) {
    const signing = signings.find((each) => each._id === _id);
    if (signing === undefined) return { state: 'parked', reason: `${accession}: ${actor.username} has no signing key` };
    if (signing.state === 'refused')
      return { state: 'parked', reason: `${accession}: ${signing.reason ?? 'it could not be signed'}` };
    if (signing.state === 'waiting')
      return { state: 'queued', reason: `${accession}: ${signing.reason ?? 'it is being signed'}` };
  }
  return { state: 'ready' };
}

async function pushState(lab: Laboratory, reports: readonly ReportDoc[], recipient: string): Promise<ReferralState> {
  const ids = reports.map(({ _id }) => `${_id}.${recipient}`);
  const deliveries = await lab.collections.outbox.find({ _id: { $in: ids } }).toArray();
  const parked = deliveries.find(({ state }) => state === 'parked');
  if (parked !== undefined)
    return { state: 'parked', reason: `${parked.accession}: ${parked.reason ?? 'it was refused'}` };
  const open = deliveries.find(({ state }) => state === 'queued' || state === 'sending');
  if (open !== undefined || deliveries.length < ids.length)
    return { state: 'queued', ...(open?.reason === undefined ? {} : { reason: `${open.accession}: ${open.reason}` }) };
  return { state: 'delivered' };
}

/** The earliest time a ZIP knows: the same content is the same bytes whenever it is fetched. */
const zipTime = new Date(1980, 0, 2);

/** The package: the newest version of each report, every form of it. Throws REFERRAL_NOT_READY. */
export async function referralPackage(lab: Laboratory, papers: Papers, referral: ReferralDoc): Promise<Uint8Array> {
  return packageOf(papers, referral._id, await newestReports(lab, referral.accessions));
}

/**
 * What a notified recipient fetches: the newest version of the report, whichever it was told of, as a package of its own;
 * that it was fetched stands with the delivery. Throws AUTH_REQUIRED for a token that does not open it,
 * REFERRAL_NOT_READY.
 */
export async function pulledPackage(
  lab: Laboratory,
  papers: Papers,
  pull: Pull,
  token: string,
): Promise<{ report: ReportDoc; zip: Uint8Array }> {
  const recipient = await lab.collections.recipients.findOne({ _id: pull.recipient });
  const secret = recipient?.referral === true ? recipient.webhook?.secret : undefined;
  if (secret === undefined || !isPullToken(secret, pull, token, new Date(lab.now())))
    throw new LisError('AUTH_REQUIRED');
  const told = await lab.collections.reports.findOne({ _id: pull.report });
  const [report] = told === null ? [] : await newestReports(lab, [told.accession]);
  if (report === undefined) throw new LisError('NOT_FOUND', { what: `Report ${pull.report}` });
  const zip = await packageOf(papers, pull.report, [report]);
  await lab.collections.outbox.updateOne(
    { _id: `${report._id}.${pull.recipient}` },
    { $set: { ack: { code: 'fetched', at: isoNow(lab) } } },
  );
  return { report, zip };
}

async function packageOf(papers: Papers, id: string, reports: readonly ReportDoc[]): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const report of reports) {
    const forms = await papers.forms(report).catch((thrown: unknown) => {
      const detail = thrown instanceof Error ? thrown.message : 'a report is not signed';
      throw new LisError('REFERRAL_NOT_READY', { id, detail }, thrown);
    });
    for (const kind of partKinds) files[`${report._id}${partEndings[kind]}`] = forms[kind];
    files[`${report._id}${sealEnding}`] = forms.seal;
  }
  return zipSync(files, { level: 6, mtime: zipTime });
}
