import type { PaperContent } from './content.ts';
import { drawReports } from './report.ts';

/** What the worker threads do: print. */
export function run(contents: readonly PaperContent[]): Promise<Uint8Array> {
  return drawReports(contents);
}
