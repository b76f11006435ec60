import { isDecimal } from '../domain/decimal.ts';
import type { Actor, Comparator } from '../domain/ids.ts';
import { isWordAnswer, readTypedValue } from '../domain/value.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ActDoc, ObservationDoc } from '../store/documents.ts';
import { type ActView, asSeen, commitAct, type Decision } from './commit.ts';
import { observationKey } from './hash.ts';
import { issueDue } from './issue.ts';
import { requireReason, requireState } from './observation-acts.ts';

export interface Amendment {
  readonly version: number;
  readonly reason: string;
  readonly value: string | undefined;
  readonly comparator?: Comparator | undefined;
}

/**
 * Correct a released value: the old one stays, a new report version says both. It leaves at once.
 * Throws REASON_MISSING, OBSERVATION_VALUE_INVALID, OBSERVATION_NOT_FOUND, _STALE, _STATE_CONFLICT.
 */
export async function amendObservation(
  lab: Laboratory,
  actor: Actor,
  id: string,
  request: Amendment,
): Promise<ObservationDoc> {
  const reason = requireReason(request.reason);
  const known = await knownObservation(lab, id);
  const typed = readTypedValue(request.value ?? '');
  const comparator = request.comparator ?? typed.comparator;
  requireValue(lab, known.analyte, typed.value, comparator);
  const act = await commitAct(lab, actor, known.accession, (view) => {
    const seen = asSeen(view.observations, { id, version: request.version });
    requireState(seen, ['released'], 'amend');
    if (!seen.current) throw conflict(seen, 'amend');
    return {
      kind: 'amend',
      observations: [{ id, version: seen.version }],
      reason,
      value: typed.value,
      ...(comparator === undefined ? {} : { comparator }),
      was: `${seen.comparator ?? ''}${seen.value}`,
      makes: observationKey(known.accession, ['amend', id, String(seen.version), view.at, typed.value].join('\u001f')),
      ...atOnce(view),
    };
  });
  await issueDue(lab, known.accession);
  return knownObservation(lab, act?.makes ?? id);
}

/** Take a released value back. Throws REASON_MISSING, OBSERVATION_NOT_FOUND, _STALE, _STATE_CONFLICT. */
export async function withdrawObservation(
  lab: Laboratory,
  actor: Actor,
  id: string,
  request: { readonly version: number; readonly reason: string },
): Promise<ObservationDoc> {
  const reason = requireReason(request.reason);
  const known = await knownObservation(lab, id);
  await commitAct(lab, actor, known.accession, (view) => {
    const seen = asSeen(view.observations, { id, version: request.version });
    requireState(seen, ['released'], 'withdraw');
    if (!seen.current) throw conflict(seen, 'withdraw');
    return { kind: 'withdraw', observations: [{ id, version: seen.version }], reason, ...atOnce(view) };
  });
  await issueDue(lab, known.accession);
  return knownObservation(lab, id);
}

/**
 * Take all of a specimen back in one act (wrong patient): what was released, what was verified and waits to leave, and
 * what nobody has verified. Throws REASON_MISSING, SPECIMEN_ACCESSION_UNKNOWN, OBSERVATION_STATE_CONFLICT where nothing
 * was released yet.
 */
export async function withdrawSpecimen(
  lab: Laboratory,
  actor: Actor,
  accession: string,
  request: { readonly reason: string },
): Promise<ActDoc | null> {
  const reason = requireReason(request.reason);
  const act = await commitAct(lab, actor, accession, (view): Decision => {
    const standing = view.observations.filter((each) => ['pending', 'verified', 'released'].includes(each.state));
    if (!standing.some((each) => each.state === 'released')) {
      throw new LisError('OBSERVATION_STATE_CONFLICT', { state: 'not released', action: 'withdraw', observations: [] });
    }
    return {
      kind: 'withdraw',
      observations: standing.map((each) => ({ id: each._id, version: each.version })),
      reason,
      ...atOnce(view),
    };
  });
  await issueDue(lab, accession);
  return act;
}

/** A correction does not wait: the clinic acts on what was wrong. */
function atOnce({ at }: ActView): Pick<Decision, 'dueAt' | 'waitingUntil'> {
  return { dueAt: at, waitingUntil: at };
}

function conflict(observation: ObservationDoc, action: string): LisError {
  return new LisError('OBSERVATION_STATE_CONFLICT', { state: 'superseded', action, observations: [observation._id] });
}

async function knownObservation(lab: Laboratory, id: string): Promise<ObservationDoc> {
  const known = await lab.collections.observations.findOne({ _id: id });
  if (known === null) throw new LisError('OBSERVATION_NOT_FOUND', { id });
  return known;
}

function requireValue(lab: Laboratory, analyte: string, value: string, comparator: Comparator | undefined): void {
  const rules = lab.catalogue.analyte(analyte);
  const refuse = (detail: string): never => {
    throw new LisError('OBSERVATION_VALUE_INVALID', { analyte, detail });
  };
  if (value === '') refuse('it is empty');
  if (rules?.valueKind === 'numeric' && !isDecimal(value) && !isWordAnswer(value, rules)) refuse('it is not a number');
  if (rules !== undefined && comparator !== undefined && isWordAnswer(value, rules)) refuse('words take no comparator');
  if (rules?.valueKind === 'qualitative' && comparator !== undefined) refuse('words take no comparator');
}
