import { LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';

/** Clocks of a hospital differ by so much. */
const skewMs = 10 * 60_000;

/** Whether an instant lies ahead, by more than clocks differ. */
export const isAhead = (lab: Pick<Laboratory, 'now'>, at: string): boolean => Date.parse(at) > lab.now() + skewMs;

/** Throws SPECIMEN_TIME_AHEAD: what is done was done before now. */
export function requirePast(lab: Laboratory, at: string): void {
  if (isAhead(lab, at)) throw new LisError('SPECIMEN_TIME_AHEAD', { at, now: isoNow(lab) });
}
