import { codeMap } from '../definition/code-map.ts';
import type { AstmDefinitionInput } from '../definition/schema.ts';

type Rows = NonNullable<AstmDefinitionInput['rows']>;

/**
 * Kind of a row: F final value, I interpretation in words, P raw signal, G identifier of the result. It stands in
 * R.3.11 on ARCHITECT (whose R.3.7 names the dilution protocol) and in R.3.7 on Alinity.
 */
export function abbottRows(kind: 'R.3.7' | 'R.3.11'): Rows {
  return [
    { when: [{ at: kind, matches: '^G$' }], as: 'attachment', mediaType: 'text/plain' },
    { when: [{ at: kind, matches: '^P$' }], as: 'raw' },
    { when: [{ at: kind, matches: '^I$' }], as: 'interpretation' },
  ];
}

/** What ARCHITECT and Alinity share. */
export const abbottHostInterface = {
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1', 'P.5.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], name: ['R.3.5'], runMark: ['R.3.6'], observedAt: ['R.13'], value: ['R.4'] },
  control: { name: ['M.4'], lot: ['M.9', 'O.3.1'] },
  query: {
    accession: ['Q.3.2', 'Q.3.1'],
    all: [{ at: 'Q.3', matches: '^\\^?ALL$' }],
    echo: {},
  },
  answer: {
    header: { '12': 'P', '13': '1' },
    patient: { '2': '{n}', '3': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
    order: { '2': '{n}', '3': '{accession}', '6': '{priority}', '12': '{action}', '26': 'Q' },
    test: '^^^{test}',
    priority: { routine: 'R', urgent: 'S', stat: 'S' },
    nothing: 'terminate',
    terminator: { '2': '1', '3': '{code}' },
    // the captures show one order in a message
    messages: 'perSpecimen',
  },
  flagWords: {
    '<': 'below the measuring range',
    '>': 'above the measuring range',
    L: 'below the reference range',
    H: 'above the reference range',
    CNTL: 'control outside a Westgard rule',
    '1-2s': 'Westgard 1-2s',
    '1-3s': 'Westgard 1-3s',
  },
} satisfies Partial<AstmDefinitionInput>;

/** Assay numbers are fixed by Abbott; each of these stands in a capture with its name and unit. */
export const abbottCodes = [
  ...codeMap('idx-4848046403 (ARCHITECT), R.3.4 and R.3.5', [['651', 'BHCG', 'mIU/mL', '_B-hCG']]),
  ...codeMap('idx-45141325204 alinity-ci-qc-nine-assays, R.3.4 and R.3.5', [
    ['593', 'CA125', 'U/mL', 'CA 125 II'],
    ['658', 'BHCG', 'mIU/mL', 'B-hCG'],
    ['10', 'AFP', 'ng/mL', 'AFP'],
    ['598', 'CA199', 'U/mL', 'CA19-9XR'],
    ['47', 'CEA', 'ng/mL', 'CEA'],
    ['355', 'PSA', 'ng/mL', 'Total PSA'],
    ['68', 'FERR', 'ng/mL', 'Ferritin'],
    ['774', 'INS', 'uU/mL', 'Insulin'],
  ]),
  ...codeMap('idx-45141325204 alinity-doc-sample-antiHCV and idx-41185245353, R.3.4 and R.3.5', [
    ['161', 'AHCV', 'S/CO', 'Anti-HCV'],
    ['565', 'SYPH', 'S/CO', 'Syphilis'],
  ]),
];
