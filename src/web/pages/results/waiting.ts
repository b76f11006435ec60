import type { Observation, Specimen, WorkRow } from '../../api/types.ts';

/** Waits for a technician and stands: what verification takes. Another run beside a verified value is chosen first. */
export const isPending = (observation: Observation): boolean => observation.state === 'pending' && observation.current;

/** Was verified and waits for the doctor. */
export const isForDoctor = ({ state, current, releasedAt }: Observation): boolean =>
  state === 'verified' && current && releasedAt === undefined;

/** In range, no flag, no alert, a value, not kept back: the server's own rule for `clean`. */
export const isClean = (observation: Observation): boolean =>
  observation.value !== '' &&
  observation.flags.length === 0 &&
  observation.alerts.length === 0 &&
  observation.hold === undefined;

export const pendingOf = (specimen: Specimen): readonly Observation[] => specimen.observations.filter(isPending);
/** Whether the person decides about it: all do for everything, unless they are kept to sections. */
type Decides = (observation: Observation) => boolean;

export const cleanOf = (specimen: Specimen, decides: Decides): readonly Observation[] =>
  cleanAmong(pendingOf(specimen), decides);
/** Of what waits, what is clean and the person's to verify. */
export const cleanAmong = (waiting: readonly Observation[], decides: Decides): readonly Observation[] =>
  withSources(
    waiting,
    waiting.filter((each) => isClean(each) && decides(each)),
  );
/** What `verify all` takes: everything that waits and is the person's, save what is kept back. */
export const takenOf = (specimen: Specimen, decides: Decides): readonly Observation[] =>
  withSources(
    pendingOf(specimen),
    pendingOf(specimen).filter((each) => each.hold === undefined && decides(each)),
  );

/** Without calculated values of which a source still waits and is not taken: they do not go before it. */
function withSources(waiting: readonly Observation[], taken: readonly Observation[]): readonly Observation[] {
  const left = new Set(waiting.filter((each) => !taken.includes(each)).map((each) => each.id));
  return taken.filter((each) => !(each.calculatedFrom ?? []).some((source) => left.has(source)));
}

/** All that waits of a specimen is clean. */
export const isCleanRow = (row: WorkRow): boolean => row.pending > 0 && row.clean === row.pending;
