import { appendAudit } from '../../acts/audit.ts';
import { isoNow, type Laboratory } from '../../laboratory/context.ts';
import type { PaperDoc, ReportDoc, SigningDoc, UserDoc } from '../../store/documents.ts';
import { documentBundle } from '../fhir/document.ts';
import { type PaperContent, paperLanguages } from '../paper/content.ts';
import { gatherPaper } from '../paper/gather.ts';
import { medicalRecordXml, recordSources } from '../referral/record.ts';
import { makeSeal } from '../referral/seal.ts';
import { resultSummary } from '../referral/summary.ts';
import { type Card, makeCard } from './card.ts';
import { commonName } from './certificates.ts';
import type { Timestamper } from './cms.ts';
import { signDocument } from './document.ts';
import type { Keys } from './keys.ts';
import { signPdf } from './pades.ts';
import type { SigningKey } from './port.ts';

/** What signing works with. */
export interface Signatures {
  readonly lab: Laboratory;
  readonly keys: Keys;
  readonly timestamper: Timestamper | null;
  print(content: PaperContent): Promise<Uint8Array>;
  keep(report: string, kind: PaperDoc['kind'], make: () => Promise<Uint8Array>): Promise<Uint8Array>;
}

/** What becomes of the entry: the members to set. */
export type SigningOutcome =
  | (Pick<SigningDoc, 'signedAt' | 'signer' | 'level' | 'evidence'> & { readonly state: 'signed' })
  | { readonly state: 'refused' | 'waiting'; readonly reason: string };

/**
 * Sign one report version with the key of who released it: the PDF in both languages, then the document Bundle around
 * the Vietnamese one. Each part is kept as soon as it is made, so a second try after a crash goes on with the same bytes.
 */
export async function signReport(
  signatures: Signatures,
  report: ReportDoc,
  signing: SigningDoc,
): Promise<SigningOutcome> {
  const { lab } = signatures;
  const permission = await signatures.keys.permission(signing.user);
  if (permission.kind !== 'may')
    return { state: permission.kind === 'never' ? 'refused' : 'waiting', reason: permission.reason };
  const { key, evidence } = permission;
  const signer = commonName(key.certificate);
  const at = new Date(lab.now());
  const card = await makeCard(key, report, lab.config, at);
  let timestamped = signatures.timestamper !== null;
  for (const language of paperLanguages) {
    await signatures.keep(report._id, language, async () => {
      const printed = await printSigned(signatures, report, language, signer, card);
      const signed = await signPdf(printed, {
        key,
        name: signer,
        reason: language === 'vi' ? 'Duyệt kết quả xét nghiệm' : 'Release of laboratory results',
        location: lab.config.lab.name,
        at,
        timestamper: signatures.timestamper,
      });
      timestamped &&= signed.timestamped;
      return signed.pdf;
    });
  }
  const users = await usersOf(lab, report);
  const parts = {
    vi: await signatures.keep(report._id, 'vi', () => Promise.reject(new Error('the signed PDF is not there'))),
    document: await signatures.keep(report._id, 'document', () =>
      document(signatures, report, users, key, signing.user, at),
    ),
    xml: await signatures.keep(report._id, 'xml', async () => Buffer.from(recordXml(lab, report, users), 'utf8')),
    summary: await signatures.keep(report._id, 'summary', async () => Buffer.from(summaryOf(lab, report), 'utf8')),
  };
  await signatures.keep(report._id, 'seal', () => makeSeal(key, report._id, parts, at));
  await appendAudit(lab, {
    actor: signing.user,
    action: 'sign',
    subject: report.accession,
    after: { report: report._id, signer },
    source: `sign:${report._id}`,
  });
  return {
    state: 'signed',
    signedAt: at.toISOString(),
    signer,
    level: timestamped ? 'B-T' : 'B-B',
    evidence: evidence.flatMap(({ status, detail: _detail, ...each }) =>
      status === 'revoked' ? [] : [{ ...each, status }],
    ),
  };
}

async function printSigned(
  { lab, print }: Signatures,
  report: ReportDoc,
  language: PaperContent['language'],
  signer: string,
  card: Card | null,
): Promise<Uint8Array> {
  const code =
    card === null
      ? { text: report._id, signed: false, included: 0 }
      : { text: card.text, signed: true, included: card.included };
  return print({ ...(await gatherPaper(lab, report, language)), signer, code });
}

/** Those who verified and released; one who is no user any more by his user name. */
async function usersOf(lab: Laboratory, report: ReportDoc): Promise<UserDoc[]> {
  const names = new Set([report.actor.username, ...report.observations.map((each) => each.verifiedBy)]);
  const known = await lab.collections.users.find({ _id: { $in: [...names] } }).toArray();
  return [...names]
    .filter((each) => each !== '')
    .map(
      (each) =>
        known.find(({ _id }) => _id === each) ?? {
          _id: each,
          role: 'technician',
          passwordHash: '',
          failures: 0,
          createdAt: isoNow(lab),
          version: 1,
        },
    );
}

async function document(
  { lab, keep }: Signatures,
  report: ReportDoc,
  users: readonly UserDoc[],
  key: SigningKey,
  username: string,
  at: Date,
): Promise<Uint8Array> {
  const { specimens, orders } = lab.collections;
  const bundle = documentBundle({
    report,
    specimen: await specimens.findOne({ _id: report.accession }),
    orders: await orders.find({ accession: report.accession }).toArray(),
    users,
    pdf: await keep(report._id, 'vi', () => Promise.reject(new Error('the signed PDF is not there'))),
    config: lab.config,
    catalogue: lab.catalogue,
  });
  return Buffer.from(await signDocument(key, bundle, username, at), 'utf8');
}

function recordXml(lab: Laboratory, report: ReportDoc, users: readonly UserDoc[]): string {
  const { username } = report.actor;
  return medicalRecordXml(recordSources(lab, report, users.find(({ _id }) => _id === username)?.name));
}

function summaryOf(lab: Laboratory, report: ReportDoc): string {
  const type = lab.catalogue.words('specimen-type').find(({ code }) => code === report.specimen.type);
  return resultSummary(report, lab.config, type?.name.vi);
}
