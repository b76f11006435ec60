import type { Actor, AlertCode } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ActDoc, ObservationDoc } from '../store/documents.ts';
import { type ActView, asSeen, commitAct, type Decision } from './commit.ts';
import { issueDue } from './issue.ts';
import { requireNotRejected } from './rejected.ts';
import { isOwn, ofSections } from './sections.ts';

/** What a technician verifies: each observation as he saw it, with the alerts he has looked at. */
export interface VerifyRequest {
  readonly observations: readonly {
    readonly id: string;
    readonly version: number;
    readonly acknowledge?: readonly AlertCode[] | undefined;
  }[];
  readonly comment?: string | undefined;
  /** Why the one who entered a value by hand verifies it alone. */
  readonly ownEntryReason?: string | undefined;
}

/**
 * Verify observations of a specimen, all or none. With one verification level the report leaves once `undoSeconds` have
 * passed. Returns the act's number and when it is issued (null where a release must follow).
 * Throws SPECIMEN_ACCESSION_UNKNOWN, SPECIMEN_REJECTED, OBSERVATION_NOT_FOUND, OBSERVATION_STALE, OBSERVATION_STATE_CONFLICT,
 * OBSERVATION_SOURCE_UNVERIFIED, OBSERVATION_ALERT_UNACKNOWLEDGED, OBSERVATION_OWN_ENTRY.
 */
export async function verifyObservations(
  lab: Laboratory,
  actor: Actor,
  accession: string,
  request: VerifyRequest,
): Promise<{ act: number; dueAt: string | null }> {
  if (request.observations.length === 0) throw new LisError('REQUEST_INVALID', { detail: 'observations: is empty' });
  const publishes = lab.config.verification.length === 1;
  const act = await commitAct(lab, actor, accession, (view) => decideVerify(lab, actor, view, request, publishes));
  if (act === null) throw new LisError('OBSERVATION_NOT_FOUND');
  if (publishes && lab.config.undoSeconds === 0) await issueDue(lab, accession);
  return { act: act.number, dueAt: act.dueAt ?? null };
}

function decideVerify(
  lab: Laboratory,
  actor: Actor,
  view: ActView,
  request: VerifyRequest,
  publishes: boolean,
): Decision {
  requireNotRejected(view.specimen);
  requireFresh(view.observations, request);
  const chosen = request.observations.map((seen) => ({ seen, observation: asSeen(view.observations, seen) }));
  for (const { observation } of chosen) requirePending(observation);
  requireOneRun(chosen.map(({ observation }) => observation));
  requireUnblocked(
    lab,
    chosen.map(({ observation }) => observation),
    view.observations,
  );
  requireSources(
    chosen.map(({ observation }) => observation),
    view.observations,
  );
  const open = chosen.flatMap(({ seen, observation }) =>
    observation.alerts
      .filter((alert) => !(seen.acknowledge ?? []).includes(alert))
      .map((alert) => ({ id: observation._id, alert })),
  );
  if (open.length > 0) {
    const alerts = [...new Set(open.map(({ alert }) => alert))].join(', ');
    throw new LisError('OBSERVATION_ALERT_UNACKNOWLEDGED', { alerts, unacknowledged: open });
  }
  const own = chosen.some(({ observation }) => observation.enteredBy === actor.username);
  if (own && (request.ownEntryReason ?? '') === '') throw new LisError('OBSERVATION_OWN_ENTRY');
  const dueAt = new Date(Date.parse(view.at) + lab.config.undoSeconds * 1000).toISOString();
  return {
    kind: 'verify',
    observations: chosen.map(({ seen, observation }) => ({
      id: observation._id,
      version: observation.version,
      ...(seen.acknowledge === undefined || seen.acknowledge.length === 0 ? {} : { acknowledged: seen.acknowledge }),
    })),
    supersedes: otherRuns(
      view.observations,
      chosen.map(({ observation }) => observation),
    ),
    ...(request.comment === undefined || request.comment === '' ? {} : { comment: request.comment }),
    ...(own && request.ownEntryReason !== undefined ? { reason: request.ownEntryReason, ownEntryAt: view.at } : {}),
    ...(publishes ? { dueAt, waitingUntil: dueAt } : {}),
  };
}

/** Throws OBSERVATION_STALE that names every observation that changed since the caller saw it. */
function requireFresh(observations: readonly ObservationDoc[], request: VerifyRequest): void {
  const stale = request.observations.filter((seen) =>
    observations.some((each) => each._id === seen.id && each.version !== seen.version),
  );
  if (stale.length > 0) throw new LisError('OBSERVATION_STALE', { observations: stale.map(({ id }) => id) });
}

function requirePending(observation: ObservationDoc): void {
  if (observation.state === 'pending') return;
  throw new LisError('OBSERVATION_STATE_CONFLICT', {
    state: observation.state,
    action: 'verify',
    observations: [observation._id],
  });
}

/** Throws VERIFY_BLOCKED: the laboratory stopped an analyzer or an analyte, or one of what a value is calculated from. */
function requireUnblocked(lab: Laboratory, chosen: readonly ObservationDoc[], all: readonly ObservationDoc[]): void {
  for (const observation of chosen) {
    const sources = all.filter((each) => observation.calculatedFrom?.includes(each._id) === true);
    for (const each of [observation, ...sources]) {
      const block = lab.catalogue
        .blocks()
        .find(
          ({ analyzer, analyte }) =>
            (analyzer === undefined || analyzer === each.analyzer) &&
            (analyte === undefined || analyte === each.analyte),
        );
      if (block === undefined) continue;
      throw new LisError('VERIFY_BLOCKED', {
        what: [block.analyte, block.analyzer].filter((part) => part !== undefined).join(' / '),
        reason: block.reason,
        observations: [observation._id],
      });
    }
  }
}

/** Throws OBSERVATION_SOURCE_UNVERIFIED: what is calculated does not leave before, or without, what it is calculated from. */
function requireSources(chosen: readonly ObservationDoc[], all: readonly ObservationDoc[]): void {
  const stands = (id: string): boolean =>
    all.some((each) => each._id === id && (each.state === 'verified' || each.state === 'released')) ||
    chosen.some((each) => each._id === id);
  for (const observation of chosen) {
    const open = (observation.calculatedFrom ?? []).filter((id) => !stands(id));
    if (open.length === 0) continue;
    const sources = open.map((id) => all.find((each) => each._id === id)?.analyte ?? id).join(', ');
    throw new LisError('OBSERVATION_SOURCE_UNVERIFIED', {
      analyte: observation.analyte,
      sources,
      observations: [observation._id],
    });
  }
}

/** Two runs of one analyte can't both be what the clinic sees. */
function requireOneRun(observations: readonly ObservationDoc[]): void {
  const analytes = observations.map((each) => each.analyte);
  const doubled = analytes.find((analyte, position) => analytes.indexOf(analyte) !== position);
  if (doubled !== undefined) throw new LisError('REQUEST_INVALID', { detail: `observations: two runs of ${doubled}` });
}

/** The other runs of the analytes that are decided on. */
export function otherRuns(all: readonly ObservationDoc[], chosen: readonly ObservationDoc[]): string[] {
  return all
    .filter((each) => each.state !== 'rejected' && each.state !== 'superseded' && each.state !== 'withdrawn')
    .filter((each) => chosen.some((other) => other.analyte === each.analyte && other._id !== each._id))
    .map((each) => each._id);
}

/**
 * Take the latest verification (or release) of a specimen back before it is issued: nothing has left yet. Who decides for
 * some sections takes back the latest that is her own or of her sections.
 * Throws SPECIMEN_ACCESSION_UNKNOWN, VERIFY_UNDO_TOO_LATE, AUTH_SECTION.
 */
export async function undoVerify(
  lab: Laboratory,
  actor: Actor,
  accession: string,
): Promise<{ undone: readonly number[] }> {
  const act = await commitAct(lab, actor, accession, (view) => {
    const last = chosenUndo(actor, view);
    if (last === undefined) throw new LisError('VERIFY_UNDO_TOO_LATE');
    // A doctor's release is a doctor's to take back.
    if (last.kind === 'release' && actor.role !== 'doctor')
      throw new LisError('AUTH_FORBIDDEN', { right: 'results.release' });
    return {
      kind: 'undo',
      observations: last.observations,
      of: [last.number],
      ...(last.kind === 'release' ? { reason: 'release' } : {}),
    };
  });
  return { undone: act?.of ?? [] };
}

/** What the actor's undo means: where that is someone else's in another section, the commit point refuses it. */
function chosenUndo(actor: Actor, view: ActView): ActDoc | undefined {
  const open = undoable(view);
  const namedBy = (act: ActDoc): ObservationDoc[] =>
    view.observations.filter((each) => act.observations.some(({ id }) => id === each._id));
  const isHers = (act: ActDoc): boolean =>
    isOwn(actor, act) || ofSections(actor, namedBy(act)).length === namedBy(act).length;
  const place = open.findLastIndex(isHers);
  const hers = open[place];
  if (hers === undefined) return open.at(-1);
  // What someone verified on top of it goes first: nothing calculated stands without its source.
  const sources = new Set(hers.observations.map(({ id }) => id));
  const above = open
    .slice(place + 1)
    .findLast((act) =>
      namedBy(act).some((each) => each.calculatedFrom?.some((source) => sources.has(source)) === true),
    );
  return above ?? hers;
}

/** Verifications and releases that may still be taken back, in their order. */
function undoable({ acts, observations, at }: ActView): ActDoc[] {
  const settled = new Set(acts.flatMap((act) => (act.kind === 'issue' || act.kind === 'undo' ? (act.of ?? []) : [])));
  const isOpen = (act: ActDoc): boolean =>
    act.observations.every(({ id }) =>
      observations.some((each) => each._id === id && each.state === 'verified' && each.releasedAt === undefined),
    );
  return acts.filter((act) => {
    if ((act.kind !== 'verify' && act.kind !== 'release') || settled.has(act.number)) return false;
    // A verification that publishes nothing by itself may be taken back until the release.
    return act.dueAt === undefined ? act.kind === 'verify' && isOpen(act) : act.dueAt > at;
  });
}
