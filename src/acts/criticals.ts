import type { Actor } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { CriticalDoc, ObservationDoc, SpecimenDoc } from '../store/documents.ts';
import { appendAudit } from './audit.ts';
import { isRejected } from './rejected.ts';

/**
 * Keep each critical value of a specimen until someone is called. Written once for an observation, however often it is
 * filed; one that stood no longer and is critical again (judged anew, its sources brought back) waits again.
 */
export async function noteCriticals(
  lab: Laboratory,
  specimen: Pick<SpecimenDoc, '_id' | 'patient' | 'ward' | 'requester' | 'state' | 'rejection' | 'containers'>,
  observations: readonly ObservationDoc[],
): Promise<void> {
  if (isRejected(specimen)) return;
  const critical = observations.filter(
    (each) =>
      each.current && (each.state === 'pending' || each.state === 'verified') && each.alerts.includes('critical'),
  );
  if (critical.length === 0) return;
  const at = isoNow(lab);
  const written = await lab.collections.criticals.bulkWrite(
    critical.flatMap((each) => [
      {
        updateOne: {
          filter: { _id: each._id, state: 'gone' as const },
          update: {
            $set: { state: 'open' as const, openSince: at },
            $unset: { escalatedAt: '' as const },
            $inc: { version: 1 },
          },
        },
      },
      {
        updateOne: {
          filter: { _id: each._id },
          update: {
            $setOnInsert: {
              accession: specimen._id,
              patient: specimen.patient,
              analyte: each.analyte,
              section: each.section,
              at,
              state: 'open' as const,
              openSince: at,
              calls: [],
              version: 1,
            },
          },
          upsert: true,
        },
      },
    ]),
  );
  if (written.upsertedCount + written.modifiedCount > 0)
    lab.events.emit({ type: 'criticals', accession: specimen._id });
}

/** The same of all that is filed under an accession. */
export async function noteCriticalsOf(lab: Laboratory, accession: string): Promise<void> {
  const specimen = await lab.collections.specimens.findOne({ _id: accession });
  if (specimen === null) return;
  await noteCriticals(lab, specimen, await lab.collections.observations.find({ accession }).toArray());
}

/** What is told of a critical value, and what the other side read back. */
export interface CriticalCall {
  readonly to: string;
  readonly readBack: string | boolean;
  readonly comment?: string | undefined;
}

/**
 * Record that someone was told of a critical value. Only what was read back ends the waiting. Throws NOT_FOUND.
 */
export async function recordCall(lab: Laboratory, actor: Actor, id: string, call: CriticalCall): Promise<CriticalDoc> {
  const at = isoNow(lab);
  const { to, readBack, comment } = call;
  const entry = { by: actor.username, at, to, readBack, ...(comment === undefined ? {} : { comment }) };
  const confirmed = readBack !== false && readBack !== '';
  const after = await lab.collections.criticals.findOneAndUpdate(
    { _id: id },
    {
      $push: { calls: entry },
      $inc: { version: 1 },
      ...(confirmed ? { $set: { state: 'called' }, $min: { calledAt: at }, $unset: { openSince: '' } } : {}),
    },
    { returnDocument: 'after' },
  );
  if (after === null) throw new LisError('NOT_FOUND', { what: 'Critical value' });
  await appendAudit(lab, {
    actor: actor.username,
    action: 'call',
    subject: after.accession,
    after: { id, analyte: after.analyte, to, readBack },
    source: `call/${id}/${after.version}`,
    at,
  });
  lab.events.emit({ type: 'criticals', accession: after.accession });
  return after;
}

/** Whether it still stands: not rejected, set aside, taken back, or judged anew as not critical. */
export function stands(observation: ObservationDoc | undefined): boolean {
  const standing = observation?.current === true && ['pending', 'verified', 'released'].includes(observation.state);
  return standing && observation.alerts.includes('critical');
}

/** How often is looked for what waits too long. */
const everyMs = 2_000;
const mostAtOnce = 200;

/** Hand critical values that nobody called in time to a second person; what no longer stands waits no longer. */
export function startEscalation(lab: Laboratory): { close(): Promise<void> } {
  let closed = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const sweep = async (): Promise<void> => {
    await escalate(lab).catch((thrown: unknown) => {
      if (!closed) lab.log.error({ err: thrown }, 'waiting critical values could not be looked at');
    });
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

/** One look at what waits. */
export async function escalate(lab: Laboratory): Promise<void> {
  const { criticals, observations } = lab.collections;
  const late = new Date(lab.now() - lab.config.criticals.escalateSeconds * 1000).toISOString();
  const waiting = await criticals
    .find({ openSince: { $lte: late } }, { sort: { openSince: 1 }, limit: mostAtOnce })
    .toArray();
  if (waiting.length === 0) return;
  const found = await observations.find({ _id: { $in: waiting.map((each) => each._id) } }).toArray();
  for (const each of waiting) {
    const standing = stands(found.find((observation) => observation._id === each._id));
    if (!standing) {
      await criticals.updateOne(
        { _id: each._id, state: 'open' },
        { $set: { state: 'gone' }, $unset: { openSince: '' } },
      );
      continue;
    }
    if (each.escalatedAt !== undefined) continue;
    const at = isoNow(lab);
    await criticals.updateOne({ _id: each._id, state: 'open' }, { $set: { escalatedAt: at }, $inc: { version: 1 } });
    await appendAudit(lab, {
      actor: 'system',
      action: 'escalate',
      subject: each.accession,
      after: { id: each._id, analyte: each.analyte },
      source: `escalate/${each._id}`,
      at,
    });
    lab.events.emit({ type: 'criticals', accession: each.accession });
  }
}
