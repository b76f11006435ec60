import { type CodeRow, codeMap } from '../definition/code-map.ts';
import type { Hl7DefinitionInput } from '../definition/schema.ts';

const parameters: readonly CodeRow[] = [
  ['6690-2', 'WBC', '10*3/uL', 'WBC'],
  ['731-0', 'LYMPH#', '10*3/uL', 'LYM#'],
  ['736-9', 'LYMPH%', '%', 'LYM%'],
  // the maker has the two LOINC codes of granulocytes the wrong way round: its name and unit tell
  ['20482-6', 'GRAN%', '%', 'GRAN%'],
  ['19023-1', 'GRAN#', '10*3/uL', 'GRAN#'],
  ['32154-7', 'MID#', '10*3/uL', 'MID#'],
  ['32155-4', 'MID%', '%', 'MID%'],
  ['789-8', 'RBC', '10*6/uL', 'RBC'],
  ['718-7', 'HGB', 'g/dL', 'HGB'],
  ['4544-3', 'HCT', '%', 'HCT'],
  ['787-2', 'MCV', 'fL', 'MCV'],
  ['785-6', 'MCH', 'pg', 'MCH'],
  ['786-4', 'MCHC', 'g/dL', 'MCHC'],
  ['788-0', 'RDW-CV', '%', 'RDW-CV'],
  ['21000-5', 'RDW-SD', 'fL', 'RDW-SD'],
  ['777-3', 'PLT', '10*3/uL', 'PLT'],
  ['32623-1', 'MPV', 'fL', 'MPV'],
  ['32207-3', 'PDW', 'fL', 'PDW'],
  ['11003', 'PCT', '%', 'PCT'],
  ['48386-7', 'P-LCR', '%', 'P-LCR'],
  ['34167-7', 'P-LCC', '10*3/uL', 'P-LCC'],
];

/** Parameters of the three-part analyzers Dymind makes, under its own and other names. */
export function dymindCodes(cite: string): ReturnType<typeof codeMap> {
  return codeMap(cite, parameters);
}

/**
 * HL7 2.3.1 in the manner of Mindray, with codes of its own: modes 02001 to 09001, alarms 13xxx, OBX-8 with an empty
 * first repeat where the value is in range.
 */
export const dymindHematology = {
  accession: ['OBR-3.1'],
  observation: {
    code: ['OBX-3.1'],
    name: ['OBX-3.2'],
    value: ['OBX-5'],
    unit: ['OBX-6.1'],
    range: ['OBX-7'],
    flags: ['OBX-8'],
    status: ['OBX-11'],
    observedAt: ['OBX-14.1', 'OBR-7.1'],
  },
  rows: [
    {
      when: [
        { at: 'OBX-2', matches: '^IS$' },
        { at: 'OBX-5', matches: '^T$' },
      ],
      as: 'alarm',
    },
    { when: [{ at: 'OBX-2', matches: '^IS$' }], as: 'mode' },
    { when: [{ at: 'OBX-3.1', matches: '^30525-0$' }], as: 'fact' },
  ],
  acknowledge: { echo: ['processingId'], errorNumbers: false },
} satisfies Partial<Hl7DefinitionInput>;

export const dymindFlagWords = {
  N: 'normal',
  H: 'above the reference range',
  L: 'below the reference range',
  A: 'suspect, or edited by hand',
};
