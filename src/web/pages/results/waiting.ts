import type { Observation, Specimen, WorkRow } from '../../api/types.ts';

/** Waits for a technician and stands: what verification takes. Another run beside a verified value is chosen first. */
export const isPending = (observation: Observation): boolean => observation.state === 'pending' && observation.current;

/** In range, no flag, no alert, a value, not kept back: the server's own rule for `clean`. */
export const isClean = (observation: Observation): boolean =>
  observation.value !== '' &&
  observation.flags.length === 0 &&
  observation.alerts.length === 0 &&
  observation.hold === undefined;

export const pendingOf = (specimen: Specimen): readonly Observation[] => specimen.observations.filter(isPending);
export const cleanOf = (specimen: Specimen): readonly Observation[] => pendingOf(specimen).filter(isClean);
/** What `verify all` takes: everything that waits, save what is kept back. */
export const takenOf = (specimen: Specimen): readonly Observation[] =>
  pendingOf(specimen).filter((each) => each.hold === undefined);

/** All that waits of a specimen is clean. */
export const isCleanRow = (row: WorkRow): boolean => row.pending > 0 && row.clean === row.pending;
