import { type Actor, recorded } from '../domain/ids.ts';
import { isLisError, LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { ActDoc, ObservationDoc, SpecimenDoc } from '../store/documents.ts';
import { finishActsOf, projectAct } from './projections.ts';
import { requireSections } from './sections.ts';
import { inTurn } from './turn.ts';

/** What a decision is made on: the specimen as every act so far has left it. */
export interface ActView {
  readonly specimen: SpecimenDoc;
  readonly observations: readonly ObservationDoc[];
  /** In their order. */
  readonly acts: readonly ActDoc[];
  readonly at: string;
}

/** What was decided: an act without its place. */
export type Decision = Omit<ActDoc, '_id' | 'accession' | 'number' | 'at' | 'actor' | 'projected'>;

/** How often a decision is made anew when someone else acted first. */
const mostTries = 10;

/**
 * The one commit point of acts on a specimen: decide on what is there, then insert the act under the next number. Where
 * someone else took the number, what they did is looked at and the decision made anew (or refused). Resolves when the
 * act's projections are written; null where `decide` finds nothing to do.
 * Throws SPECIMEN_ACCESSION_UNKNOWN, AUTH_SECTION where it concerns a section the actor does not decide for, and whatever
 * `decide` throws.
 */
export function commitAct(
  lab: Laboratory,
  actor: Actor,
  accession: string,
  decide: (view: ActView) => Decision | null | Promise<Decision | null>,
): Promise<ActDoc | null> {
  return inTurn(lab.collections, accession, async () => {
    for (let attempt = 1; ; attempt += 1) {
      const view = await viewOf(lab, accession);
      const decision = await decide(view);
      if (decision === null) return null;
      requireSections(lab, actor, view, decision);
      const number = (view.acts.at(-1)?.number ?? 0) + 1;
      const act: ActDoc = {
        _id: actId(accession, number),
        accession,
        number,
        at: view.at,
        actor: recorded(actor),
        ...decision,
        projected: false,
      };
      try {
        await lab.collections.acts.insertOne(act);
      } catch (thrown) {
        if (!isLisError(thrown, 'STORE_DUPLICATE_KEY') || attempt >= mostTries) throw thrown;
        continue;
      }
      await projectAct(lab, act);
      return act;
    }
  });
}

export const actId = (accession: string, number: number): string => `${accession}#${String(number).padStart(6, '0')}`;

async function viewOf(lab: Laboratory, accession: string): Promise<ActView> {
  const specimen = await lab.collections.specimens.findOne({ _id: accession });
  if (specimen === null) throw new LisError('SPECIMEN_ACCESSION_UNKNOWN', { accession });
  const acts = await finishActsOf(lab, accession);
  const observations = await lab.collections.observations.find({ accession }).toArray();
  return { specimen, observations, acts, at: isoNow(lab) };
}

/** The observation a caller means, as he saw it. Throws OBSERVATION_NOT_FOUND, OBSERVATION_STALE with `details`. */
export function asSeen(
  observations: readonly ObservationDoc[],
  seen: { readonly id: string; readonly version: number },
): ObservationDoc {
  const found = observations.find((each) => each._id === seen.id);
  if (found === undefined) throw new LisError('OBSERVATION_NOT_FOUND', { id: seen.id });
  if (found.version !== seen.version) throw new LisError('OBSERVATION_STALE', { observations: [seen.id] });
  return found;
}
