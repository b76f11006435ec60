import { type CodeRow, codeMap } from '../definition/code-map.ts';
import type { Hl7DefinitionInput } from '../definition/schema.ts';

const parameters: readonly CodeRow[] = [
  ['6690-2', 'WBC', '10*9/L', 'WBC'],
  ['789-8', 'RBC', '10*12/L', 'RBC'],
  ['718-7', 'HGB', 'g/dL', 'HGB'],
  ['4544-3', 'HCT', '%', 'HCT'],
  ['787-2', 'MCV', 'fL', 'MCV'],
  ['785-6', 'MCH', 'pg', 'MCH'],
  ['786-4', 'MCHC', 'g/dL', 'MCHC'],
  ['777-3', 'PLT', '10*9/L', 'PLT'],
  ['788-0', 'RDW-CV', '%', 'RDW-CV'],
  ['21000-5', 'RDW-SD', 'fL', 'RDW-SD'],
  ['32623-1', 'MPV', 'fL', 'MPV'],
  // a geometric spread (10GSD): the analyzer names no unit
  ['32207-3', 'PDW-R', '{ratio}', 'PDW'],
  ['10002', 'PCT', '%', 'PCT'],
  ['10013', 'P-LCC', '10*9/L', 'PLCC'],
  ['10014', 'P-LCR', '%', 'PLCR'],
];

const differential: readonly CodeRow[] = [
  ['751-8', 'NEUT#', '10*9/L', 'NEU#'],
  ['770-8', 'NEUT%', '%', 'NEU%'],
  ['731-0', 'LYMPH#', '10*9/L', 'LYM#'],
  ['736-9', 'LYMPH%', '%', 'LYM%'],
  ['742-7', 'MONO#', '10*9/L', 'MON#'],
  ['5905-5', 'MONO%', '%', 'MON%'],
  ['711-2', 'EO#', '10*9/L', 'EOS#'],
  ['713-8', 'EO%', '%', 'EOS%'],
  ['704-7', 'BASO#', '10*9/L', 'BAS#'],
  ['706-2', 'BASO%', '%', 'BAS%'],
];

const threePart: readonly CodeRow[] = [
  ['10027', 'MID#', '10*9/L', 'MID#'],
  ['10029', 'MID%', '%', 'MID%'],
  ['10028', 'GRAN#', '10*9/L', 'GRAN#'],
  ['10030', 'GRAN%', '%', 'GRAN%'],
];

const extended: readonly CodeRow[] = [
  ['51584-1', 'IG#', '10*9/L', 'IMG#'],
  ['38518-7', 'IG%', '%', 'IMG%'],
];

const nucleated: readonly CodeRow[] = [['26461-4', 'NRBC%', '/100WBC', 'NRBC%']];

export const mindrayHematologyCodes = [
  ...codeMap('idx-67503827440 mindray-bc5150-ORU-R01-51obx, OBX-3', [
    ...parameters,
    ...differential,
    ['30392-5', 'NRBC#', '10*9/L', 'NRBC#'],
  ]),
];

/** The three-part analyzers of the series have middle cells and granulocytes instead of a differential. */
export const mindrayThreePartCodes = codeMap(
  'stored index, files 15630873434 and 65843020685, OBX-3 of a BC-20 class analyzer',
  threePart,
);

export const mindrayExtendedCodes = [
  ...mindrayHematologyCodes,
  ...codeMap('AnalizadoresInterface mindray-bc6000-ORU-R01-02, OBX-3', [...extended, ...nucleated]),
];

/**
 * What the BC series shares: HL7 2.3.1 over MLLP. OBX-8 holds the range flag and, behind it, N or A (suspect or
 * edited). IS rows are modes and alarms, ED rows pictures.
 */
export const mindrayHematology = {
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
    { when: [{ at: 'OBX-2', matches: '^ED$' }], as: 'attachment', mediaType: 'image/bmp' },
    {
      when: [
        { at: 'OBX-2', matches: '^IS$' },
        { at: 'OBX-3.1', matches: '^0' },
      ],
      as: 'mode',
    },
    {
      when: [
        { at: 'OBX-2', matches: '^IS$' },
        { at: 'OBX-5', matches: '^T$' },
      ],
      as: 'alarm',
    },
    // some models send their numbers as IS too
    {
      when: [
        { at: 'OBX-2', matches: '^IS$' },
        { at: 'OBX-5', matches: '^(?![<>]?[\\d.]+$|\\*+$)' },
      ],
      as: 'mode',
    },
    {
      when: [
        { at: 'OBX-2', matches: '^ST$' },
        { at: 'OBX-3.1', matches: '^0' },
      ],
      as: 'fact',
    },
    // the age of the patient as keyed in
    { when: [{ at: 'OBX-3.1', matches: '^30525-0$' }], as: 'fact' },
    // research parameters: shown, and no result anybody releases
    { when: [{ at: 'OBX-3.2', matches: '^\\*' }], as: 'fact' },
    {
      when: [
        { at: 'OBX-3.1', matches: '^100(0[01]|2[0-6]|3[1-9]|4\\d|5\\d|9\\d)$' },
        { at: 'OBX-3.3', matches: '^99MRC$' },
      ],
      as: 'fact',
    },
    { when: [{ at: 'OBX-3.1', matches: '^(15199-3|15198-5|30376-8|12227-5)$' }], as: 'fact' },
    // coordinates of the centres of a scattergram
    { when: [{ at: 'OBX-3.2', matches: '-[XYZ]$' }], as: 'raw' },
  ],
  control: { name: ['OBR-3.1'], lot: ['PID-3.1'] },
  query: { message: 'ORM', when: [{ at: 'ORC-1', matches: '^RF$' }], accession: ['ORC-3.1'] },
  answer: 'mindray-orr',
  acknowledge: { echo: ['processingId'], errorNumbers: true },
} satisfies Partial<Hl7DefinitionInput>;

export const mindrayHematologyFlagWords = {
  N: 'normal',
  H: 'above the reference range',
  L: 'below the reference range',
  A: 'suspect, or edited by hand: look at the message and the scattergram',
};
