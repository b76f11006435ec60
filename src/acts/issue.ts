import type { Actor } from '../domain/ids.ts';
import { isLisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { ActDoc, ObservationDoc } from '../store/documents.ts';
import { closeDue } from './close.ts';
import { type ActView, commitAct, type Decision } from './commit.ts';
import { newestReport, untoldOrders } from './untold.ts';

const system: Actor = { username: 'system', role: 'system' };

/** Acts that publish: when their time has come, a report version is made of them. */
const publishing: readonly ActDoc['kind'][] = ['verify', 'release', 'amend', 'withdraw', 'merge'];

/** Issue what is due of one specimen: one act, one report version. Does nothing where nothing is due. */
export async function issueDue(lab: Laboratory, accession: string): Promise<void> {
  await commitAct(lab, system, accession, (view) => decideIssue(lab, view));
}

async function decideIssue(lab: Laboratory, { acts, at, observations, specimen }: ActView): Promise<Decision | null> {
  const settled = new Set(acts.flatMap((act) => (act.kind === 'issue' || act.kind === 'undo' ? (act.of ?? []) : [])));
  const waiting = acts.filter(
    (act) => publishing.includes(act.kind) && act.dueAt !== undefined && !settled.has(act.number),
  );
  const isVerified = (id: string): boolean => observations.some((each) => each._id === id && each.state === 'verified');
  const due = waiting.filter((act) => act.dueAt !== undefined && act.dueAt <= at);
  if (due.length === 0) return null;
  // A verification that was taken back while it waited (wrong patient) has nothing left to publish.
  const empty = waiting.filter((act) => !due.includes(act) && !act.observations.some(({ id }) => isVerified(id)));
  due.push(...empty);
  const named = new Set(
    due.flatMap((act) => [...act.observations.map(({ id }) => id), ...(act.makes === undefined ? [] : [act.makes])]),
  );
  const supersedes = [...new Set(due.flatMap((act) => act.supersedes ?? []))];
  const orphans = orphansOf(observations, supersedes);
  const verified = observations.filter(
    (each) => named.has(each._id) && each.state === 'verified' && !orphans.includes(each._id),
  );
  // What was cancelled beside them is said with the values, not in a version of its own.
  const untold =
    verified.length === 0 ? [] : await untoldOrders(lab, specimen, await newestReport(lab, specimen._id), at);
  return {
    kind: 'issue',
    observations: verified.map((each) => ({ id: each._id, version: each.version })),
    supersedes,
    ...(orphans.length === 0 ? {} : { orphans }),
    ...(untold.length === 0 ? {} : { cancelledOrders: untold }),
    of: due.map((act) => act.number),
    reportVersion: acts.filter((act) => act.kind === 'issue').length + 1,
  };
}

/** States in which a run is no source any more. */
const fallen: readonly ObservationDoc['state'][] = ['rejected', 'superseded', 'withdrawn'];

/**
 * Calculated values that were verified and whose source was corrected, taken back or set aside by another run: a report
 * must not say both the new source and what the old one came to. What is made of the new source waits for a person.
 */
function orphansOf(observations: readonly ObservationDoc[], supersedes: readonly string[]): string[] {
  const gone = new Set([
    ...supersedes,
    ...observations.filter((each) => fallen.includes(each.state)).map((each) => each._id),
  ]);
  return observations
    .filter((each) => (each.state === 'verified' || each.state === 'released') && !gone.has(each._id))
    .filter((each) => each.calculatedFrom?.some((source) => gone.has(source)) === true)
    .map((each) => each._id);
}

export interface Issuer {
  close(): Promise<void>;
}

/** How often is looked for what is due: a fraction of the shortest time to undo. */
const everyMs = 200;
const mostAtOnce = 200;

/** Work through what is due, now and from now on. A failure is logged and tried again. */
export function startIssuer(lab: Laboratory): Issuer {
  let closed = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const sweep = async (): Promise<void> => {
    try {
      await issueAllDue(lab);
    } catch (thrown) {
      if (!isLisError(thrown, 'STORE_UNAVAILABLE') || !closed)
        lab.log.error({ err: thrown }, 'what is due could not be issued');
    }
    if (!closed) timer = setTimeout(start, everyMs);
  };
  const start = (): void => {
    running = sweep();
  };
  start();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function issueAllDue(lab: Laboratory): Promise<void> {
  const due = await lab.collections.acts
    .find({ waitingUntil: { $lte: isoNow(lab) } }, { sort: { waitingUntil: 1 }, limit: mostAtOnce })
    .toArray();
  for (const accession of new Set(due.map((act) => act.accession))) await issueDue(lab, accession);
  const closing = await lab.collections.specimens
    .find({ 'closing.dueAt': { $lte: isoNow(lab) } }, { sort: { 'closing.dueAt': 1 }, limit: mostAtOnce })
    .toArray();
  for (const { _id } of closing) await closeDue(lab, _id);
}
