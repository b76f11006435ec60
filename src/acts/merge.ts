import type { Actor } from '../domain/ids.ts';
import { isLisError, LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { PatientDoc } from '../store/documents.ts';
import { appendAudit } from './audit.ts';
import { commitAct } from './commit.ts';
import { issueDue } from './issue.ts';

/**
 * Merge a patient into another: one write on the loser decides it; specimens, orders and results are moved after, and what
 * was released is sent again under the survivor. The loser stays, and says who he is now.
 * Throws PATIENT_MERGE_IMPOSSIBLE.
 */
export async function mergePatients(lab: Laboratory, actor: Actor, loser: string, into: string): Promise<string> {
  const survivor = await survivorOf(lab, into);
  const refuse = (detail: string): never => {
    throw new LisError('PATIENT_MERGE_IMPOSSIBLE', { loser, survivor: into, detail });
  };
  if (survivor === loser) refuse('it is the same patient');
  const { patients } = lab.collections;
  const known = await patients.findOne({ _id: loser });
  if (known?.mergedInto !== undefined && (await survivorOf(lab, loser)) !== survivor) {
    refuse(`${loser} was merged into ${known.mergedInto} before`);
  }
  if (known?.mergedInto === undefined) await decide(lab, actor, loser, survivor, known);
  await finishMerge(lab, actor, loser, survivor);
  return survivor;
}

/** Who a patient is after all merges. */
async function survivorOf(lab: Laboratory, id: string): Promise<string> {
  const seen = new Set<string>();
  for (let at = id; ; ) {
    const next = (await lab.collections.patients.findOne({ _id: at }))?.mergedInto;
    if (next === undefined || seen.has(next)) return at;
    seen.add(at);
    at = next;
  }
}

async function decide(
  lab: Laboratory,
  actor: Actor,
  loser: string,
  survivor: string,
  known: PatientDoc | null,
): Promise<void> {
  const { patients, specimens } = lab.collections;
  const at = isoNow(lab);
  const merged = { mergedInto: survivor, mergeOpen: true, updatedAt: at };
  const moved = await specimens.find({ patient: loser }, { projection: { _id: 1 } }).toArray();
  if (known === null) {
    const stub: PatientDoc = {
      _id: loser,
      name: '',
      searchName: '',
      sex: 'unknown',
      birthDate: '',
      version: 1,
      ...merged,
    };
    try {
      await patients.insertOne(stub);
    } catch (thrown) {
      if (isLisError(thrown, 'STORE_DUPLICATE_KEY'))
        throw new LisError('VERSION_CONFLICT', { what: `Patient ${loser}` });
      throw thrown;
    }
  } else {
    const done = await patients.updateOne(
      { _id: loser, version: known.version },
      { $set: merged, $inc: { version: 1 } },
    );
    if (done.matchedCount === 0) throw new LisError('VERSION_CONFLICT', { what: `Patient ${loser}` });
  }
  await appendAudit(lab, {
    actor: actor.username,
    action: 'merge',
    subject: survivor,
    before: { patient: known, accessions: moved.map((each) => each._id) },
    after: { patient: survivor, merged: loser },
    source: `merge/${loser}/${survivor}`,
    at,
  });
}

/** Move what is the loser's, one specimen after the other; done again it changes nothing. */
async function finishMerge(lab: Laboratory, actor: Actor, loser: string, survivor: string): Promise<void> {
  const { patients, specimens, orders } = lab.collections;
  await patients.updateMany({ mergedInto: loser }, { $set: { mergedInto: survivor } });
  const theirs = await specimens.find({ patient: loser }, { projection: { _id: 1 } }).toArray();
  for (const { _id: accession } of theirs) {
    await commitAct(lab, actor, accession, ({ specimen, observations, acts, at }) => {
      if (specimen.patient !== loser) return null;
      const published = acts.some((act) => act.kind === 'issue');
      return {
        kind: 'merge',
        observations: observations.map((each) => ({ id: each._id, version: each.version })),
        patient: { from: loser, to: survivor },
        reason: `patient ${loser} merged into ${survivor}`,
        ...(published ? { dueAt: at, waitingUntil: at } : {}),
      };
    });
    await issueDue(lab, accession);
  }
  await orders.updateMany({ patient: loser }, { $set: { patient: survivor } });
  await patients.updateOne({ _id: loser }, { $unset: { mergeOpen: '' } });
}

/** At start: finish merges that a crash left half moved. */
export async function finishMerges(lab: Laboratory): Promise<void> {
  const open = await lab.collections.patients.find({ mergeOpen: true }).toArray();
  for (const each of open) {
    if (each.mergedInto === undefined) continue;
    await finishMerge(lab, { username: 'system', role: 'system' }, each._id, each.mergedInto);
  }
}
