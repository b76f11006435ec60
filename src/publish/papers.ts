import { inTurn } from '../acts/turn.ts';
import { isLisError, LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import { openWorkers, type Workers, workerFile } from '../laboratory/workers.ts';
import type { PaperDoc, ReportDoc, SigningDoc } from '../store/documents.ts';
import type { PaperContent, PaperLanguage } from './paper/content.ts';
import { gatherPaper } from './paper/gather.ts';
import type { PartKind } from './referral/seal.ts';
import { openKeys } from './signing/keys.ts';
import { type Signatures, signReport } from './signing/sign-report.ts';
import { httpTimestamper } from './signing/timestamp.ts';

/** The printed and the signed forms of report versions. Each is made once: the same version is always the same bytes. */
export interface Papers {
  /** Throws REPORT_SIGNING_PENDING while a signature that is to be on it can't be made. */
  pdf(report: ReportDoc, language: PaperLanguage): Promise<Uint8Array>;
  /** The signed document Bundle as JSON text. Throws REPORT_UNSIGNED, REPORT_SIGNING_PENDING. */
  document(report: ReportDoc): Promise<string>;
  /** Every form of a signed report, as a referral package holds them. Throws as `document`. */
  forms(report: ReportDoc): Promise<Readonly<Record<PartKind | 'seal', Uint8Array>>>;
  /** Many reports in one PDF to print, unsigned. */
  batch(reports: readonly ReportDoc[], language: PaperLanguage): Promise<Uint8Array>;
  /** Make the signatures that are due. Returns how many are still to come. */
  signDue(): Promise<number>;
  close(): Promise<void>;
}

const mostAtOnce = 50;
const firstWaitMs = 2_000;
const longestWaitMs = 300_000;

/** Threads that print. */
export type Printers = Workers<readonly PaperContent[], Uint8Array>;

export function openPrinters(): Printers {
  return openWorkers(workerFile('./paper/worker', import.meta.url));
}

/** `printers`: threads shared with others, who close them; its own where none are given. */
export function openPapers(lab: Laboratory, printers?: Printers): Papers {
  const workers = printers ?? openPrinters();
  const keys = openKeys(lab);
  const { papers, signings, reports } = lab.collections;
  const signing = lab.config.signing;
  const timestamper =
    signing?.tsa === undefined
      ? null
      : httpTimestamper(signing.tsa, (thrown) =>
          lab.log.warn({ err: thrown }, 'no time stamp: the signature goes without it'),
        );

  /** Keep a paper, or take the one that is there already. */
  async function keep(report: string, kind: PaperDoc['kind'], make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const id = `${report}.${kind}`;
    const known = await papers.findOne({ _id: id });
    if (known !== null) return known.content;
    const content = await make();
    await papers.updateOne(
      { _id: id },
      { $setOnInsert: { report, kind, content, madeAt: isoNow(lab) } },
      { upsert: true },
    );
    return (await papers.findOne({ _id: id }))?.content ?? content;
  }

  const signatures: Signatures = { lab, keys, timestamper, print: (content) => workers.run([content]), keep };

  async function plain(report: ReportDoc, language: PaperLanguage): Promise<PaperContent> {
    const code = { text: report._id, signed: false, included: 0 };
    return { ...(await gatherPaper(lab, report, language)), code };
  }

  /** Where the signature of a report stands, after a try when it waits. Null where none is to be. */
  function settle(id: string): Promise<SigningDoc | null> {
    return inTurn(signings, id, async () => {
      const waiting = await signings.findOne({ _id: id });
      if (waiting?.state !== 'waiting') return waiting;
      const report = await reports.findOne({ _id: id });
      if (report === null) return waiting;
      const outcome = await signReport(signatures, report, waiting).catch((thrown: unknown) => {
        lab.log.error({ err: thrown, report: id }, 'a report could not be signed');
        return { state: 'waiting' as const, reason: isLisError(thrown) ? thrown.message : 'it failed; see the log' };
      });
      if (outcome.state !== 'waiting') await signings.updateOne({ _id: id, state: 'waiting' }, { $set: outcome });
      else {
        const wait = Math.min(firstWaitMs * 2 ** Math.min(waiting.attempts, 20), longestWaitMs);
        const nextAt = new Date(lab.now() + wait).toISOString();
        await signings.updateOne(
          { _id: id, state: 'waiting' },
          { $set: { reason: outcome.reason, nextAt }, $inc: { attempts: 1 } },
        );
      }
      return signings.findOne({ _id: id });
    });
  }

  async function requireSettled(report: ReportDoc): Promise<SigningDoc | null> {
    const state = await settle(report._id);
    if (state?.state === 'waiting')
      throw new LisError('REPORT_SIGNING_PENDING', { report: report._id, detail: state.reason ?? 'not made yet' });
    return state;
  }

  async function requireForm(report: ReportDoc, kind: PaperDoc['kind']): Promise<Uint8Array> {
    const state = await requireSettled(report);
    const known = state?.state === 'signed' ? await papers.findOne({ _id: `${report._id}.${kind}` }) : null;
    if (known === null) {
      const detail = state?.reason ?? `${report.actor.username} has no key`;
      throw new LisError('REPORT_UNSIGNED', { report: report._id, detail });
    }
    return known.content;
  }

  return {
    async pdf(report, language) {
      await requireSettled(report);
      return keep(report._id, language, async () => workers.run([await plain(report, language)]));
    },
    async document(report) {
      return Buffer.from(await requireForm(report, 'document')).toString('utf8');
    },
    async forms(report) {
      return {
        document: await requireForm(report, 'document'),
        vi: await requireForm(report, 'vi'),
        xml: await requireForm(report, 'xml'),
        summary: await requireForm(report, 'summary'),
        seal: await requireForm(report, 'seal'),
      };
    },
    async batch(chosen, language) {
      const contents: PaperContent[] = [];
      for (const report of chosen) contents.push(await plain(report, language));
      return workers.run(contents);
    },
    async signDue() {
      const due = await signings.find({ state: 'waiting' }, { sort: { createdAt: 1 }, limit: mostAtOnce }).toArray();
      for (const { _id, nextAt } of due) if (nextAt <= isoNow(lab)) await settle(_id);
      return due.length;
    },
    async close() {
      await keys.close();
      if (printers === undefined) await workers.close();
    },
  };
}
