import { startEscalation } from '../acts/criticals.ts';
import { startIssuer } from '../acts/issue.ts';
import { finishMerges } from '../acts/merge.ts';
import { finishActs } from '../acts/projections.ts';
import { createApp } from '../api/app.ts';
import { type Lines, openLines } from '../connection/lines.ts';
import { proposeMappings } from '../connection/propose-mappings.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { siteDriverFolder } from '../laboratory/drivers.ts';
import { listenForOrders } from '../orders/listen.ts';
import { createPipeline, type Pipeline } from '../pipeline/pipeline.ts';
import { openPapers } from '../publish/papers.ts';
import { startFetching } from '../publish/referral/fetching.ts';
import { openIntake } from '../publish/referral/import.ts';
import { startSigning } from '../publish/signing/loop.ts';
import { startPublishing } from '../publish/start.ts';
import { onRenewal, type Renewal } from '../transport/tls-files.ts';
import type { OpenedLaboratory } from './open-lab.ts';

/** A laboratory at work: lines open, API listening. */
export interface RunningLaboratory {
  readonly url: string;
  readonly lines: Lines;
  readonly pipeline: Pipeline;
  /** Stop taking in, finish what was taken, close the store. */
  close(): Promise<void>;
}

/**
 * Start everything of an opened laboratory, in the order that makes a crash harmless: first finish what the journal and
 * the acts hold, then let new traffic in. Throws CONFIG_PORT_BUSY when the HTTP port is taken; a busy analyzer port is
 * that line's state and stops nothing else.
 */
export async function runLaboratory(opened: OpenedLaboratory): Promise<RunningLaboratory> {
  const { lab } = opened;
  const pipeline = createPipeline(lab);
  const undo: (() => Promise<void> | void)[] = [() => opened.close()];
  const closeAll = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  undo.push(onRenewal((renewal) => logRenewal(lab.log, renewal)));
  try {
    undo.push(() => pipeline.close());
    await proposeMappings(lab);
    const resumed = await pipeline.resume();
    if (resumed > 0) lab.log.info({ messages: resumed }, 'finished what the journal held');
    await finishActs(lab);
    await finishMerges(lab);
    const issuer = startIssuer(lab);
    undo.push(() => issuer.close());
    const escalation = startEscalation(lab);
    undo.push(() => escalation.close());
    const papers = openPapers(lab);
    undo.push(() => papers.close());
    const signer = startSigning(lab, papers);
    undo.push(() => signer.close());
    const intake = openIntake(lab);
    undo.push(() => intake.close());
    const fetching = startFetching(lab, intake);
    undo.push(() => fetching.close());
    const publishing = await startPublishing(lab, papers);
    undo.push(() => publishing.close());
    const lines = await openLines(lab, pipeline, { spoolFolder: `${opened.dataFolder}/spool` });
    undo.push(() => lines.close());
    const ordersIn = lab.config.orders?.hl7;
    if (ordersIn !== undefined) {
      const orders = await listenForOrders(lab, ordersIn);
      undo.push(() => orders.close());
    }
    const app = await createApp({
      lab,
      lines,
      pipeline,
      publishing,
      papers,
      intake,
      driverFolder: siteDriverFolder(opened.dataFolder),
    });
    undo.push(() => app.close());
    const url = await listen(app, lab.config.http.host, lab.config.http.port);
    return { url, lines, pipeline, close: closeAll };
  } catch (thrown) {
    await closeAll();
    throw thrown;
  }
}

/** Whoever renews certificates sees that they are in use, or why not while there is time. */
function logRenewal(log: Laboratory['log'], { files, trouble }: Renewal): void {
  if (trouble === undefined) log.info({ files }, 'renewed TLS files are in use');
  else
    log.error(
      { files, code: trouble.code, detail: trouble.message },
      'renewed TLS files are no use; those of before stay in use',
    );
}

async function listen(app: Awaited<ReturnType<typeof createApp>>, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE') {
      throw new LisError('CONFIG_PORT_BUSY', { port }, thrown);
    }
    throw thrown;
  }
}
