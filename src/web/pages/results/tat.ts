import type { Priority, WorkRow } from '../../api/types.ts';

/** Time from receipt to verification that a laboratory aims at, in minutes. */
const targets: Readonly<Record<Priority, number>> = { stat: 60, urgent: 120, routine: 240 };

export interface Turnaround {
  /** Share of the target that has passed, at most 1. */
  readonly share: number;
  readonly tone: 'early' | 'soon' | 'over';
}

/** How much of its time a specimen has used. */
export function turnaround(row: WorkRow, now: number): Turnaround {
  const minutes = (now - Date.parse(row.receivedAt ?? row.registeredAt)) / 60_000;
  const share = Math.max(0, minutes / targets[row.priority]);
  return { share: Math.min(1, share), tone: share >= 1 ? 'over' : share >= 0.75 ? 'soon' : 'early' };
}
