import type { Actor } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { SpecimenDoc, SpecimenState } from '../store/documents.ts';
import { appendAudit } from './audit.ts';
import { inTurn } from './turn.ts';
import { rankOf } from './work.ts';

export type CustodyAction = 'collect' | 'receive';

/** From which states an action leads where. */
const steps: Readonly<Record<CustodyAction, { readonly from: readonly SpecimenState[]; readonly to: SpecimenState }>> =
  {
    collect: { from: ['ordered'], to: 'collected' },
    receive: { from: ['ordered', 'collected'], to: 'received' },
  };

/**
 * One step of a specimen's custody. Throws SPECIMEN_ACCESSION_UNKNOWN, SPECIMEN_STATE_CONFLICT.
 * @param step.at when it was done (UTC instant); now when absent
 */
export function moveSpecimen(
  lab: Laboratory,
  actor: Actor,
  accession: string,
  action: CustodyAction,
  step: { readonly at?: string | undefined } = {},
): Promise<SpecimenDoc> {
  return inTurn(lab.collections, accession, async () => {
    for (;;) {
      const specimen = await lab.collections.specimens.findOne({ _id: accession });
      if (specimen === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
      const { from, to } = steps[action];
      if (!from.includes(specimen.state)) {
        throw new LisError('SPECIMEN_STATE_CONFLICT', { state: specimen.state, action });
      }
      const at = step.at ?? isoNow(lab);
      const moved = movedBy(specimen, action, to, at, actor);
      const done = await lab.collections.specimens.updateOne(
        { _id: accession, version: specimen.version },
        { $set: moved },
      );
      if (done.matchedCount === 0) continue;
      const audit = {
        actor: actor.username,
        action,
        subject: accession,
        before: { state: specimen.state },
        after: { state: to, at },
      };
      await appendAudit(lab, audit);
      lab.events.emit({ type: 'worklist', accession });
      return { ...specimen, ...moved };
    }
  });
}

function movedBy(
  specimen: SpecimenDoc,
  action: CustodyAction,
  to: SpecimenState,
  at: string,
  actor: Actor,
): Partial<SpecimenDoc> {
  const receivedAt = action === 'receive' ? { receivedAt: at } : {};
  const collected =
    action === 'collect'
      ? { collectedAt: at, collectedAtSource: 'given' as const }
      : specimen.collectedAtSource === 'assumed'
        ? { collectedAt: at }
        : {};
  return {
    state: to,
    ...receivedAt,
    ...collected,
    custody: [...specimen.custody, { action, at, by: actor.username }],
    work: { ...specimen.work, rank: rankOf({ ...specimen, ...receivedAt }) },
    version: specimen.version + 1,
  };
}
