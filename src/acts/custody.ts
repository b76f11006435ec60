import type { Actor } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { ContainerDoc, SpecimenDoc, SpecimenState } from '../store/documents.ts';
import { appendAudit } from './audit.ts';
import { closingMark } from './close.ts';
import { requirePast } from './past.ts';
import { dropCriticals, isRejected } from './rejected.ts';
import { type Place, placeOf, takeOut, takePlace } from './storage.ts';
import { inTurn } from './turn.ts';
import { rankOf, refreshWork } from './work.ts';

export type CustodyAction = 'collect' | 'receive' | 'reject' | 'store' | 'dispose';

/** From which states an action leads where. */
const steps: Readonly<Record<CustodyAction, { readonly from: readonly SpecimenState[]; readonly to: SpecimenState }>> =
  {
    collect: { from: ['ordered'], to: 'collected' },
    receive: { from: ['ordered', 'collected'], to: 'received' },
    reject: { from: ['ordered', 'collected', 'received'], to: 'rejected' },
    store: { from: ['collected', 'received', 'stored'], to: 'stored' },
    dispose: { from: ['collected', 'received', 'stored', 'rejected'], to: 'disposed' },
  };

export interface CustodyStep {
  /** When it was done (UTC instant); now when absent. */
  readonly at?: string | undefined;
  /** One of several tubes; all of the specimen when absent. */
  readonly container?: string | undefined;
  /** reject: a code of the catalogue. */
  readonly reason?: string | undefined;
  readonly told?: string | undefined;
  readonly comment?: string | undefined;
  readonly rack?: string | undefined;
  readonly position?: string | undefined;
}

/**
 * One step of a specimen's custody, or of one of its tubes. Throws SPECIMEN_ACCESSION_UNKNOWN, SPECIMEN_STATE_CONFLICT,
 * NOT_FOUND (container), REASON_MISSING, REASON_UNKNOWN, SPECIMEN_RELEASED, STORAGE_OCCUPIED, SPECIMEN_TIME_AHEAD.
 */
export function moveSpecimen(
  lab: Laboratory,
  actor: Actor,
  accession: string,
  action: CustodyAction,
  step: CustodyStep = {},
): Promise<SpecimenDoc> {
  return inTurn(lab.collections, accession, async () => {
    for (;;) {
      const specimen = await lab.collections.specimens.findOne({ _id: accession });
      if (specimen === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
      if (step.at !== undefined) requirePast(lab, step.at);
      const place = await prepare(lab, specimen, action, step);
      const at = step.at ?? isoNow(lab);
      const moved = movedBy(specimen, action, step, at, actor, place);
      if (place !== null) await takePlace(lab, specimen, step.container, place, actor);
      const done = await lab.collections.specimens.updateOne(
        { _id: accession, version: specimen.version },
        {
          $set: { ...moved, ...closingOf(lab, actor, moved) },
          ...(action === 'dispose' && step.container === undefined ? { $unset: { storage: '' } } : {}),
        },
      );
      if (done.matchedCount === 0) continue;
      if (action === 'dispose') await takeOut(lab, accession, step.container);
      await auditStep(lab, actor, specimen, action, step, moved, at);
      if (isRejected({ ...specimen, ...moved })) {
        await dropCriticals(lab, accession);
        await refreshWork(lab, accession);
      }
      lab.events.emit({ type: 'worklist', accession });
      return { ...specimen, ...moved };
    }
  });
}

/** Nothing comes of it any more, unless it is drawn again. */
function closingOf(lab: Laboratory, actor: Actor, moved: Partial<SpecimenDoc>): Pick<SpecimenDoc, 'closing'> {
  return moved.state === 'rejected' && moved.rejection !== undefined
    ? { closing: closingMark(lab, actor, undefined) }
    : {};
}

/** What must be right before anything is written; where it is to stand. */
async function prepare(
  lab: Laboratory,
  specimen: SpecimenDoc,
  action: CustodyAction,
  step: CustodyStep,
): Promise<Place | null> {
  if (action === 'reject') await requireRejectable(lab, specimen, step);
  const { from } = steps[action];
  const tube = step.container === undefined ? undefined : tubeOf(specimen, step.container);
  const state = tube?.state ?? specimen.state;
  if (!from.includes(state)) throw new LisError('SPECIMEN_STATE_CONFLICT', { state, action });
  return action === 'store' ? placeOf(step) : null;
}

async function requireRejectable(lab: Laboratory, specimen: SpecimenDoc, step: CustodyStep): Promise<void> {
  const reason = step.reason ?? '';
  if (reason === '') throw new LisError('REASON_MISSING');
  if (!lab.catalogue.words('rejection-reason').some((each) => each.code === reason))
    throw new LisError('REASON_UNKNOWN', { reason });
  // With one level a verified value is on its way out.
  const states = lab.config.verification.length === 1 ? ['released', 'verified'] : ['released'];
  const released = await lab.collections.observations.findOne({ accession: specimen._id, state: { $in: states } });
  if (released !== null && step.container === undefined)
    throw new LisError('SPECIMEN_RELEASED', { accession: specimen._id });
}

function tubeOf(specimen: SpecimenDoc, id: string): ContainerDoc {
  const tube = specimen.containers?.find((each) => each.id === id);
  if (tube === undefined) throw new LisError('NOT_FOUND', { what: `Container ${id}` });
  return tube;
}

function movedBy(
  specimen: SpecimenDoc,
  action: CustodyAction,
  step: CustodyStep,
  at: string,
  actor: Actor,
  place: Place | null,
): Partial<SpecimenDoc> {
  const { from, to } = steps[action];
  const { container, reason, told, comment } = step;
  const containers = specimen.containers?.map((each) => {
    const moves = container === undefined ? from.includes(each.state) : each.id === container;
    return moves ? tubeAt(each, to, container === undefined ? null : place) : each;
  });
  const state = container === undefined || containers === undefined ? to : stateOf(containers);
  const receivedAt = action === 'receive' && specimen.receivedAt === undefined ? { receivedAt: at } : {};
  const rejected = {
    ...(reason === undefined ? {} : { reason }),
    ...(told === undefined ? {} : { told }),
    ...(comment === undefined ? {} : { comment }),
  };
  return {
    state,
    ...receivedAt,
    ...collectedBy(specimen, action, at),
    ...(containers === undefined ? {} : { containers }),
    ...(place === null || container !== undefined ? {} : { storage: place }),
    ...(action === 'reject' ? { rejection: { ...rejected, reason: reason ?? '', at, by: actor.username } } : {}),
    custody: [
      ...specimen.custody,
      {
        action,
        at,
        by: actor.username,
        ...rejected,
        ...(container === undefined ? {} : { container }),
        ...(place === null ? {} : { place: `${place.rack}/${place.position}` }),
      },
    ],
    work: { ...specimen.work, rank: rankOf({ ...specimen, ...receivedAt }) },
    version: specimen.version + 1,
  };
}

function tubeAt({ storage: _before, ...tube }: ContainerDoc, state: SpecimenState, place: Place | null): ContainerDoc {
  return { ...tube, state, ...(place === null ? {} : { storage: place }) };
}

function collectedBy(specimen: SpecimenDoc, action: CustodyAction, at: string): Partial<SpecimenDoc> {
  if (action === 'collect' && specimen.collectedAtSource === 'assumed')
    return { collectedAt: at, collectedAtSource: 'given' };
  const assumed = action === 'receive' && specimen.collectedAtSource === 'assumed' && specimen.receivedAt === undefined;
  return assumed ? { collectedAt: at } : {};
}

/** How far a specimen is by its tubes: what can still be worked with decides. */
function stateOf(tubes: readonly ContainerDoc[]): SpecimenState {
  const states = new Set(tubes.map((each) => each.state));
  const only = (...allowed: SpecimenState[]): boolean => [...states].every((each) => allowed.includes(each));
  if (only('disposed')) return 'disposed';
  if (only('rejected', 'disposed')) return 'rejected';
  if (only('stored', 'rejected', 'disposed')) return 'stored';
  if (states.has('received') || states.has('stored')) return 'received';
  return states.has('collected') ? 'collected' : 'ordered';
}

async function auditStep(
  lab: Laboratory,
  actor: Actor,
  specimen: SpecimenDoc,
  action: CustodyAction,
  step: CustodyStep,
  moved: Partial<SpecimenDoc>,
  at: string,
): Promise<void> {
  await appendAudit(lab, {
    actor: actor.username,
    action,
    subject: specimen._id,
    before: { state: specimen.state },
    after: {
      state: moved.state,
      at,
      ...(step.container === undefined ? {} : { container: step.container }),
      ...(step.told === undefined ? {} : { told: step.told }),
      ...(action === 'store' ? { place: moved.custody?.at(-1)?.place } : {}),
    },
    ...(step.reason === undefined ? {} : { reason: step.reason }),
  });
}

/**
 * Pour part of a tube into others. Throws SPECIMEN_ACCESSION_UNKNOWN, SPECIMEN_STATE_CONFLICT, NOT_FOUND, REQUEST_INVALID
 * where a container's id is used already.
 */
export function aliquot(
  lab: Laboratory,
  actor: Actor,
  accession: string,
  request: {
    readonly parent?: string | undefined;
    readonly containers: readonly { readonly id: string; readonly type: string }[];
  },
): Promise<SpecimenDoc> {
  return inTurn(lab.collections, accession, async () => {
    const specimen = await lab.collections.specimens.findOne({ _id: accession });
    if (specimen === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
    const { parent } = request;
    const state = parent === undefined ? specimen.state : tubeOf(specimen, parent).state;
    if (state !== 'received' && state !== 'stored')
      throw new LisError('SPECIMEN_STATE_CONFLICT', { state, action: 'aliquot' });
    const known = specimen.containers ?? [{ id: accession, type: specimen.type ?? '', state: specimen.state }];
    const ids = [...known, ...request.containers].map((each) => each.id);
    const doubled = ids.find((id, at) => ids.indexOf(id) !== at);
    if (doubled !== undefined)
      throw new LisError('REQUEST_INVALID', { detail: `containers: ${doubled} is there already` });
    const at = isoNow(lab);
    const from = parent ?? known[0]?.id ?? accession;
    const poured = request.containers.map((each): ContainerDoc => ({ ...each, state: 'received', parent: from }));
    const moved: Partial<SpecimenDoc> = {
      containers: [...known, ...poured],
      custody: [
        ...specimen.custody,
        ...poured.map((each) => ({ action: 'aliquot', at, by: actor.username, container: each.id })),
      ],
      version: specimen.version + 1,
    };
    const done = await lab.collections.specimens.updateOne(
      { _id: accession, version: specimen.version },
      { $set: moved },
    );
    if (done.matchedCount === 0) throw new LisError('VERSION_CONFLICT', { what: accession });
    await appendAudit(lab, {
      actor: actor.username,
      action: 'aliquot',
      subject: accession,
      after: { parent: from, containers: request.containers },
    });
    lab.events.emit({ type: 'worklist', accession });
    return { ...specimen, ...moved };
  });
}
