import type { Actor } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ObservationDoc } from '../store/documents.ts';
import { type ActView, asSeen, commitAct, type Decision } from './commit.ts';
import { issueDue } from './issue.ts';
import { requireState } from './observation-acts.ts';
import { requireNotRejected } from './rejected.ts';
import { otherRuns } from './verify.ts';

export interface ReleaseRequest {
  /** As the doctor saw them; all that were verified when absent. */
  readonly observations?: readonly { readonly id: string; readonly version: number }[] | undefined;
  readonly comment?: string | undefined;
}

/**
 * Medical release of what the technician verified: it leaves once `undoSeconds` have passed.
 * Throws SPECIMEN_ACCESSION_UNKNOWN, OBSERVATION_STALE, OBSERVATION_STATE_CONFLICT where nothing was verified, or where
 * the laboratory has one level.
 */
export async function releaseSpecimen(
  lab: Laboratory,
  actor: Actor,
  accession: string,
  request: ReleaseRequest,
): Promise<{ act: number; dueAt: string | null }> {
  const act = await commitAct(lab, actor, accession, (view) => decideRelease(lab, view, request));
  if (lab.config.undoSeconds === 0) await issueDue(lab, accession);
  return { act: act?.number ?? 0, dueAt: act?.dueAt ?? null };
}

function decideRelease(lab: Laboratory, view: ActView, request: ReleaseRequest): Decision {
  requireNotRejected(view.specimen);
  const chosen = chosenOf(view.observations, request);
  if (lab.config.verification.length === 1 || chosen.length === 0) {
    throw new LisError('OBSERVATION_STATE_CONFLICT', {
      state: view.observations.some((each) => each.state === 'released') ? 'released' : 'not verified',
      action: 'release',
      observations: chosen.map((each) => each._id),
    });
  }
  const dueAt = new Date(Date.parse(view.at) + lab.config.undoSeconds * 1000).toISOString();
  return {
    kind: 'release',
    observations: chosen.map((each) => ({ id: each._id, version: each.version })),
    supersedes: otherRuns(view.observations, chosen),
    ...(request.comment === undefined || request.comment === '' ? {} : { comment: request.comment }),
    dueAt,
    waitingUntil: dueAt,
  };
}

function chosenOf(observations: readonly ObservationDoc[], request: ReleaseRequest): ObservationDoc[] {
  if (request.observations === undefined) {
    return observations.filter((each) => each.state === 'verified' && each.current && each.releasedAt === undefined);
  }
  return request.observations.map((wanted) => {
    const seen = asSeen(observations, wanted);
    requireState(seen, ['verified'], 'release');
    if (seen.releasedAt !== undefined) {
      throw new LisError('OBSERVATION_STATE_CONFLICT', {
        state: 'released',
        action: 'release',
        observations: [seen._id],
      });
    }
    return seen;
  });
}
