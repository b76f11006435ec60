import type { Observation, Specimen } from '../../api/types.ts';

/** A result as it was when the person began to look at the specimen, and as it is now. */
export interface Change {
  readonly id: string;
  readonly analyte: string;
  readonly before: Observation | undefined;
  readonly now: Observation | undefined;
}

/** What differs in what waits or waited: other value, other state, a new run in the place of the one that was seen. */
export function changesBetween(seen: Specimen, now: Specimen): readonly Change[] {
  const changes: Change[] = [];
  for (const before of seen.observations) {
    if (before.state !== 'pending' || !before.current) continue;
    const after = now.observations.find((each) => each.id === before.id);
    if (after !== undefined && same(before, after)) continue;
    const replacement = now.observations.find((each) => each.analyte === before.analyte && each.current);
    changes.push({ id: before.id, analyte: before.analyte, before, now: replacement ?? after });
  }
  return changes;
}

const same = (before: Observation, after: Observation): boolean =>
  before.version === after.version ||
  (before.value === after.value && before.state === after.state && before.current === after.current);
