import type { Actor } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ObservationDoc } from '../store/documents.ts';
import { type ActView, asSeen, commitAct, type Decision } from './commit.ts';

/** Ask for a repeat: this run is not to be used. Throws REASON_MISSING, OBSERVATION_NOT_FOUND, _STALE, _STATE_CONFLICT. */
export function rejectObservation(
  lab: Laboratory,
  actor: Actor,
  id: string,
  request: { readonly version: number; readonly reason: string },
): Promise<ObservationDoc> {
  const reason = requireReason(request.reason);
  return onObservation(lab, actor, id, (view) => {
    const seen = asSeen(view.observations, { id, version: request.version });
    requireState(seen, ['pending'], 'reject');
    return { kind: 'reject', observations: [{ id, version: seen.version }], reason };
  });
}

/** Keep an observation back from verification of many, or let it go again. */
export function holdObservation(
  lab: Laboratory,
  actor: Actor,
  id: string,
  request: { readonly hold: boolean; readonly version?: number | undefined; readonly reason?: string | undefined },
): Promise<ObservationDoc> {
  return onObservation(lab, actor, id, (view) => {
    const seen = seenOrNow(view, id, request.version);
    requireState(seen, ['pending'], request.hold ? 'hold' : 'unhold');
    return {
      kind: request.hold ? 'hold' : 'unhold',
      observations: [{ id, version: seen.version }],
      ...(request.reason === undefined || request.reason === '' ? {} : { reason: request.reason }),
    };
  });
}

/** A remark that goes with the value into the report: as long as it has not left. */
export function commentObservation(
  lab: Laboratory,
  actor: Actor,
  id: string,
  request: { readonly text: string; readonly version?: number | undefined },
): Promise<ObservationDoc> {
  const text = request.text.normalize('NFC').trim();
  if (text === '') throw new LisError('REQUEST_INVALID', { detail: 'text: is empty' });
  return onObservation(lab, actor, id, (view) => {
    const seen = seenOrNow(view, id, request.version);
    requireState(seen, ['pending', 'verified'], 'comment');
    return { kind: 'comment', observations: [{ id, version: seen.version }], comment: text };
  });
}

/** Make another pending run the current one: the one that verification takes. */
export function chooseRun(
  lab: Laboratory,
  actor: Actor,
  id: string,
  request: { readonly version: number },
): Promise<ObservationDoc> {
  return onObservation(lab, actor, id, (view) => {
    const seen = asSeen(view.observations, { id, version: request.version });
    requireState(seen, ['pending'], 'choose');
    const others = view.observations.filter((each) => each.analyte === seen.analyte && each._id !== id && each.current);
    for (const other of others) requireState(other, ['pending', 'rejected'], 'choose');
    return {
      kind: 'choose',
      observations: [{ id, version: seen.version }],
      supersedes: others.map((each) => each._id),
    };
  });
}

/** Decide on one observation, known by its id, and give it as it is afterwards. */
async function onObservation(
  lab: Laboratory,
  actor: Actor,
  id: string,
  decide: (view: ActView) => Decision,
): Promise<ObservationDoc> {
  const known = await lab.collections.observations.findOne({ _id: id }, { projection: { accession: 1 } });
  if (known === null) throw new LisError('OBSERVATION_NOT_FOUND', { id });
  await commitAct(lab, actor, known.accession, decide);
  const after = await lab.collections.observations.findOne({ _id: id });
  if (after === null) throw new LisError('OBSERVATION_NOT_FOUND', { id });
  return after;
}

function seenOrNow(view: ActView, id: string, version: number | undefined): ObservationDoc {
  const now = view.observations.find((each) => each._id === id);
  if (now === undefined) throw new LisError('OBSERVATION_NOT_FOUND', { id });
  return version === undefined ? now : asSeen(view.observations, { id, version });
}

/** Throws OBSERVATION_STATE_CONFLICT. */
export function requireState(
  observation: ObservationDoc,
  states: readonly ObservationDoc['state'][],
  action: string,
): void {
  if (states.includes(observation.state)) return;
  throw new LisError('OBSERVATION_STATE_CONFLICT', {
    state: observation.state,
    action,
    observations: [observation._id],
  });
}

/** Throws REASON_MISSING. */
export function requireReason(reason: string | undefined): string {
  const text = (reason ?? '').normalize('NFC').trim();
  if (text === '') throw new LisError('REASON_MISSING');
  return text;
}
