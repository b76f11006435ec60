import type { Columns } from './columns.ts';
import { type FigureTask, figuresOf } from './figures.ts';

/** Figures over many days, in a thread of its own. */
export function run({ days, task }: { readonly days: readonly Columns[]; readonly task: FigureTask }) {
  return figuresOf(days, task);
}
