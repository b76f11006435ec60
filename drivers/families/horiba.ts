import { type CodeRow, codeMap } from '../definition/code-map.ts';
import type { AstmDefinitionInput } from '../definition/schema.ts';

const parameters: readonly CodeRow[] = [
  ['WBC', 'WBC', '10E3/uL'],
  ['RBC', 'RBC', '10E6/uL'],
  ['HGB', 'HGB', 'g/dL'],
  ['HCT', 'HCT', '%'],
  ['MCV', 'MCV', 'um3'],
  ['MCH', 'MCH', 'pg'],
  ['MCHC', 'MCHC', 'g/dL'],
  ['RDW-CV', 'RDW-CV', '%'],
  ['RDW-SD', 'RDW-SD', 'um3'],
  ['PLT', 'PLT', '10E3/uL'],
  ['MPV', 'MPV', 'um3'],
  ['PCT', 'PCT', '%'],
  ['PDW', 'PDW', 'um3'],
  ['P-LCR', 'P-LCR', '%'],
  ['P-LCC', 'P-LCC', '10E3/uL'],
  ['NEU#', 'NEUT#', '10E3/uL'],
  ['NEU%', 'NEUT%', '%'],
  ['LYM#', 'LYMPH#', '10E3/uL'],
  ['LYM%', 'LYMPH%', '%'],
  ['MON#', 'MONO#', '10E3/uL'],
  ['MON%', 'MONO%', '%'],
  ['EOS#', 'EO#', '10E3/uL'],
  ['EOS%', 'EO%', '%'],
  ['BAS#', 'BASO#', '10E3/uL'],
  ['BAS%', 'BASO%', '%'],
  ['LIC#', 'LIC#', '10E3/uL'],
  ['LIC%', 'LIC%', '%'],
];

/** Parameters of the Yumizen analyzers; beside the name the analyzer sends the LOINC code itself. */
export function horibaCodes(cite: string): ReturnType<typeof codeMap> {
  return codeMap(cite, parameters);
}

/** Where the analyzers of Horiba with LIS2-A2 have their parts. */
export const horibaHostInterface = {
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], observedAt: ['R.13', 'R.12'] },
  rows: [{ when: [{ at: 'R.4', matches: '-stream/' }], as: 'attachment', mediaType: 'application/octet-stream' }],
  manufacturer: [
    { when: [{ at: 'M.3', matches: '^(HISTOGRAM|MATRIX)$' }], name: ['M.5', 'M.4'], mediaType: 'application/deflate' },
  ],
  control: { name: ['O.16.3', 'O.16.1'], lot: ['O.3.1'] },
  comments: { text: ['C.4'] },
  query: { accession: ['Q.3.2', 'Q.3.1'], all: [{ at: 'Q.3', matches: '^\\^*ALL$' }], echo: {} },
  answer: {
    header: { '12': 'P', '13': 'LIS2-A2', '14': '{now}' },
    patient: { '2': '{n}', '3': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
    order: { '2': '{n}', '3': '{accession}', '6': '{priority}', '7': '{now}', '12': '{action}', '26': 'Q' },
    test: '^^^{test}',
    priority: { routine: 'R', urgent: 'S', stat: 'S' },
    nothing: 'terminate',
    messages: 'perSpecimen',
  },
} satisfies Partial<AstmDefinitionInput>;

export const horibaFlagWords = {
  N: 'normal',
  L: 'below the reference range',
  H: 'above the reference range',
  LL: 'below the panic limit',
  HH: 'above the panic limit',
};
