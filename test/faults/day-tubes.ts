import { xnMessage } from '../journeys/harness.ts';

/** The tubes of a replayed day: what was asked, and what the analyzers make of it. */
export interface Tube {
  readonly accession: string;
  readonly patient: number;
  readonly kind: 'blood count' | 'chemistry';
  /** Its hemoglobin is critical. */
  readonly critical: boolean;
}

/** So many specimens of so many patients; every sixtieth is critical. */
export const tubesOf = (specimens: number, patients: number): Tube[] =>
  Array.from({ length: specimens }, (_each, at) => ({
    accession: `D${String(at + 1).padStart(6, '0')}`,
    patient: at % patients,
    kind: at % 12 < 7 ? 'blood count' : 'chemistry',
    critical: at % 60 === 6,
  }));

/** How many values the analyzers send of it. */
export const expectedOf = ({ kind }: Tube): number =>
  Object.keys(kind === 'blood count' ? bloodCount : chemistry).length;

/** Middle of what is normal, and a spread that leaves some outside. */
export const bloodCount: Readonly<Record<string, readonly [middle: number, spread: number, decimals: number]>> = {
  WBC: [7, 3, 2],
  RBC: [4.6, 0.7, 2],
  HGB: [13.6, 2, 1],
  HCT: [41, 5, 1],
  MCV: [89, 8, 1],
  MCH: [30, 3, 1],
  MCHC: [33.5, 2, 1],
  PLT: [250, 90, 0],
  'RDW-CV': [13, 1.5, 1],
  'NEUT#': [4, 1.8, 2],
  'LYMPH#': [2, 0.8, 2],
  'MONO#': [0.5, 0.2, 2],
  'EO#': [0.2, 0.15, 2],
  'BASO#': [0.04, 0.03, 2],
  'NEUT%': [58, 10, 1],
  'LYMPH%': [30, 8, 1],
  'MONO%': [7, 2, 1],
  'EO%': [3, 2, 1],
  'BASO%': [0.6, 0.3, 1],
};
export const chemistry: Readonly<
  Record<string, readonly [code: string, unit: string, middle: number, spread: number]>
> = {
  GLU: ['717', 'mmol/l', 5.4, 1.2],
  CREA: ['690', 'umol/l', 80, 25],
  AST: ['687', 'U/l', 24, 12],
  ALT: ['685', 'U/l', 22, 12],
};

/** The message of the analyzer that measured it. */
export function messageOf(tube: Tube, random: () => number): Uint8Array {
  const around = (middle: number, spread: number, decimals: number): string =>
    Math.max(0.01, middle + (random() + random() - 1) * 1.6 * spread).toFixed(decimals);
  if (tube.kind === 'blood count') {
    const values = Object.entries(bloodCount).map(([code, [middle, spread, decimals]]) => [
      code,
      around(middle, spread, decimals),
    ]);
    return xnMessage(tube.accession, { ...Object.fromEntries(values), ...(tube.critical ? { HGB: '5.8' } : {}) });
  }
  const rows = Object.values(chemistry).map(
    ([code, unit, middle, spread], at) =>
      `R|${at + 1}|^^^${code}/|${around(middle, spread, 1)}|${unit}||N||F||||20261125081500|P1`,
  );
  const tests = Object.values(chemistry).map(([code]) => `^^^${code}/`);
  const records = [
    'H|\\^&|||c311^1|||||host|RSUPL^REAL|P|1',
    'P|1',
    `O|1|${tube.accession.padStart(22)}|1^50001^001^^S1^SC|${tests.join('\\')}|R||||||N||||1|||||||20261125081500|||F`,
    ...rows,
    'L|1|N',
  ];
  return Buffer.from(`${records.join('\r')}\r`, 'latin1');
}
