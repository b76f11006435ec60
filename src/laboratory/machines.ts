import type { CatalogueView } from './catalogue-view.ts';
import type { LabConfig } from './config.ts';

type Known = { readonly catalogue: Pick<CatalogueView, 'analyzer'>; readonly config: LabConfig };

/** What an analyzer is called: as the catalogue says, else lab.yaml; undefined where neither does. */
export function nameOfLine({ catalogue, config }: Known, line: string): string | undefined {
  return catalogue.analyzer(line)?.displayName ?? config.analyzers.find(({ id }) => id === line)?.name;
}

/**
 * MA_MAY of an analyzer for the health insurance, `XX.n.YYYYY.Z`: machine group, funding, facility, serial number; as the
 * catalogue says, else from the parts in lab.yaml; empty where neither does. It is the code that holds now: a machine that
 * takes another's place gets a line of its own, so that earlier results keep theirs.
 */
export function machineCodeOf({ catalogue, config }: Known, line: string): string {
  const own = catalogue.analyzer(line)?.machineCode;
  if (own !== undefined) return own;
  const parts = config.analyzers.find(({ id }) => id === line)?.insurance;
  return parts === undefined ? '' : `${parts.group}.${parts.funding}.${config.lab.id}.${parts.serial}`;
}
