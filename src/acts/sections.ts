import { type Actor, decidesFor } from '../domain/ids.ts';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { ActDoc, ObservationDoc } from '../store/documents.ts';
import type { ActView, Decision } from './commit.ts';

/**
 * Acts that are no decision about values: publishing is due by itself, a merge and a pregnancy are about who the patient is,
 * and a person may take back what she did herself whatever her sections are since.
 */
function isDecision(actor: Actor, { acts }: ActView, { kind, of }: Decision): boolean {
  if (kind === 'issue' || kind === 'merge' || kind === 'pregnancy') return false;
  return kind !== 'undo' || !acts.some((act) => isOwn(actor, act) && of?.includes(act.number) === true);
}

export const isOwn = (actor: Actor, act: ActDoc): boolean => act.actor.username === actor.username;

/** Throws AUTH_SECTION where a person decides about an observation of a section that is not hers. */
export function requireSections(lab: Laboratory, actor: Actor, view: ActView, decision: Decision): void {
  if (!isDecision(actor, view, decision)) return;
  const named = new Set(decision.observations.map(({ id }) => id));
  requireSectionsOf(
    lab,
    actor,
    view.observations.filter((each) => named.has(each._id)).map(({ section }) => section),
  );
}

/** Throws AUTH_SECTION, which names the sections among these that the person does not decide for. */
export function requireSectionsOf(lab: Laboratory, actor: Actor, sections: readonly string[]): void {
  const foreign = [...new Set(sections)].filter((section) => !decidesFor(actor.sections, section));
  if (foreign.length === 0) return;
  const known = lab.catalogue.words('section');
  const named = (language: 'vi' | 'en'): string =>
    foreign.map((code) => known.find((each) => each.code === code)?.name[language] || code).join(', ');
  throw new LisError('AUTH_SECTION', {
    section: named('en'),
    sections: foreign,
    names: { vi: named('vi'), en: named('en') },
  });
}

/** Those of the observations that the actor decides about. */
export const ofSections = (actor: Actor, observations: readonly ObservationDoc[]): ObservationDoc[] =>
  observations.filter((each) => decidesFor(actor.sections, each.section));
