import type { Label, Symbology } from './label.ts';
import { sheetOf } from './sheet.ts';

export interface SheetTask {
  readonly labels: readonly Label[];
  readonly symbology: Symbology;
}

/** A sheet of labels, in a thread of its own. */
export function run(task: SheetTask): Promise<Uint8Array> {
  return sheetOf(task.labels, task.symbology);
}
