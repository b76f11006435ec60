import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { Update, WriteOperation } from '../store/collection.ts';
import type { ActDoc, ObservationDoc } from '../store/documents.ts';
import { appendAudit } from './audit.ts';
import { noteCriticalsOf } from './criticals.ts';
import { refileCalculated } from './filing.ts';
import { judgesAnew, runsMadeBy } from './made-runs.ts';
import { moveToPatient } from './merged.ts';
import { markPregnant } from './pregnancy-mark.ts';
import { issueReport } from './reports.ts';
import { refreshWork } from './work.ts';

/**
 * Write what follows from an act: observation states, report and outbox, worklist, audit. Every part may be written
 * again without changing anything; the act is marked when all of it is there.
 */
export async function projectAct(lab: Laboratory, act: ActDoc): Promise<void> {
  if (act.pregnant !== undefined) await markPregnant(lab, act.accession, act.pregnant);
  const changes = [...changesOf(act), ...(await runsMadeBy(lab, act))];
  if (changes.length > 0) await lab.collections.observations.bulkWrite(changes);
  if (act.kind === 'merge') await moveToPatient(lab, act);
  if (act.kind === 'issue') await issueReport(lab, act);
  if (act.of !== undefined) await settle(lab, act);
  if (changesRuns(act)) await refileCalculated(lab, act.accession);
  if (judgesAnew(act)) await noteCriticalsOf(lab, act.accession);
  await forgetDays(lab, act);
  await refreshWork(lab, act.accession);
  if (act.kind === 'issue') await auditOrphans(lab, act);
  else await auditAct(lab, act);
  await lab.collections.acts.updateOne({ _id: act._id }, { $set: { projected: true } }, { durable: false });
  lab.events.emit({ type: 'worklist', accession: act.accession });
}

/** Figures of a day that is over are made anew when something released on it changes. */
async function forgetDays(lab: Laboratory, act: ActDoc): Promise<void> {
  const today = isoNow(lab).slice(0, 10);
  const ids = [...act.observations.map(({ id }) => id), ...(act.supersedes ?? []), ...(act.orphans ?? [])];
  const corrects = act.kind === 'amend' || act.kind === 'withdraw' || (act.kind === 'issue' && ids.length > 0);
  if (!corrects) return;
  const found = await lab.collections.observations
    .find({ _id: { $in: ids } }, { projection: { releasedAt: 1 } })
    .toArray();
  const days = new Set(found.flatMap((each) => each.releasedAt?.slice(0, 10) ?? []));
  for (const day of days) if (day !== today) await lab.collections.days.deleteOne({ _id: day });
}

/** Whether an act may change which runs stand: what is calculated from them follows. */
function changesRuns({ kind, supersedes = [], orphans = [] }: ActDoc): boolean {
  if (kind === 'verify' || kind === 'issue') return supersedes.length + orphans.length > 0;
  return kind === 'reject' || kind === 'choose' || kind === 'amend' || kind === 'withdraw' || kind === 'undo';
}

/** Acts of a specimen in their order, each with its projections written. */
export async function finishActsOf(lab: Laboratory, accession: string): Promise<ActDoc[]> {
  const acts = await lab.collections.acts.find({ accession }, { sort: { number: 1 } }).toArray();
  for (const act of acts) if (!act.projected) await projectAct(lab, act);
  return acts;
}

/** At start: finish what a crash left between an act and its projections. */
export async function finishActs(lab: Laboratory): Promise<void> {
  const open = await lab.collections.acts.find({ projected: false }).toArray();
  for (const accession of new Set(open.map((act) => act.accession))) await finishActsOf(lab, accession);
}

/** The waiting acts it is about wait no longer. */
async function settle(lab: Laboratory, act: ActDoc): Promise<void> {
  await lab.collections.acts.updateMany(
    { accession: act.accession, number: { $in: act.of ?? [] } },
    { $unset: { waitingUntil: '' } },
    { durable: false },
  );
}

/** One conditional update an observation: applied when the observation has not seen this act. */
function changesOf(act: ActDoc): WriteOperation<ObservationDoc>[] {
  const change = (id: string, update: Update): WriteOperation<ObservationDoc> => ({
    updateOne: {
      filter: { _id: id, lastAct: { $lt: act.number } },
      update: {
        ...update,
        $set: { ...update.$set, lastAct: act.number },
        $inc: { version: 1 },
      },
    },
  });
  const named = act.observations.map(({ id }) => change(id, ownChange(act)));
  // What is judged anew is written with its judgement; a verified value is not touched.
  if (judgesAnew(act)) return [];
  const aside = act.supersedes ?? [];
  if (act.kind === 'verify' || act.kind === 'choose') {
    return [...aside.map((id) => change(id, { $set: { current: false } })), ...named];
  }
  if (act.kind === 'issue') {
    return [
      ...aside.map((id) => change(id, { $set: { state: 'superseded', current: false } })),
      ...(act.orphans ?? []).map((id) => change(id, { $set: { state: 'withdrawn' } })),
      ...named,
    ];
  }
  return named;
}

/** What an act does to the observations it names. */
function ownChange(act: ActDoc): Update {
  const by = act.actor.username;
  const comment = act.comment === undefined ? {} : { $push: { comments: { text: act.comment, by, at: act.at } } };
  switch (act.kind) {
    case 'verify':
      return {
        $set: { state: 'verified', current: true, verifiedBy: by, verifiedAt: act.at },
        $unset: { hold: '' },
        ...comment,
      };
    case 'release':
      return { $set: { releasedBy: by, releasedAt: act.at } };
    case 'undo':
      return act.reason === 'release'
        ? { $unset: { releasedBy: '', releasedAt: '' } }
        : { $set: { state: 'pending' }, $unset: { verifiedBy: '', verifiedAt: '' } };
    case 'issue':
      return { $set: { state: 'released', current: true }, $min: { releasedAt: act.at } };
    case 'reject':
      return { $set: { state: 'rejected' }, $unset: { hold: '' } };
    case 'hold':
      return { $set: { hold: { by, at: act.at, ...(act.reason === undefined ? {} : { reason: act.reason }) } } };
    case 'unhold':
      return { $unset: { hold: '' } };
    case 'comment':
      return comment;
    case 'choose':
      return { $set: { current: true } };
    case 'amend':
      return { $set: { state: 'superseded', current: false } };
    case 'withdraw':
      return { $set: { state: 'withdrawn' }, $unset: { hold: '' } };
    case 'reevaluate':
    case 'pregnancy':
      return {};
    case 'merge':
      return { $set: { patient: act.patient?.to ?? '' } };
    default:
      return act.kind satisfies never;
  }
}

/** What falls with its source nobody named: the trail says so for each. */
async function auditOrphans(lab: Laboratory, act: ActDoc): Promise<void> {
  for (const id of act.orphans ?? []) {
    await appendAudit(lab, {
      actor: act.actor.username,
      action: 'withdraw',
      subject: id,
      after: { accession: act.accession },
      reason: 'What it was calculated from stands no longer',
      source: `${act._id}/${id}`,
      at: act.at,
    });
  }
}

async function auditAct(lab: Laboratory, act: ActDoc): Promise<void> {
  const one = act.observations.length === 1 ? act.observations[0]?.id : undefined;
  const onObservation =
    act.kind === 'reject' ||
    act.kind === 'hold' ||
    act.kind === 'unhold' ||
    act.kind === 'comment' ||
    act.kind === 'amend' ||
    act.kind === 'withdraw';
  await appendAudit(lab, {
    actor: act.actor.username,
    action: act.kind,
    subject: onObservation && one !== undefined ? one : act.accession,
    after: {
      accession: act.accession,
      observations: act.observations.map(({ id, version, acknowledged }) => ({
        id,
        version,
        ...(acknowledged === undefined || acknowledged.length === 0 ? {} : { acknowledged }),
      })),
      ...(act.comment === undefined ? {} : { comment: act.comment }),
      ...(act.value === undefined ? {} : { value: `${act.comparator ?? ''}${act.value}` }),
      ...(act.patient === undefined ? {} : { patient: act.patient }),
      ...(act.pregnant === undefined ? {} : { pregnant: act.pregnant }),
    },
    ...(act.kind === 'amend' && act.was !== undefined ? { before: { value: act.was } } : {}),
    ...(act.pregnant === undefined ? {} : { before: { pregnant: !act.pregnant } }),
    ...(act.reason === undefined ? {} : { reason: act.reason }),
    source: act._id,
    at: act.at,
  });
}
