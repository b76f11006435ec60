import { type CodeRow, codeMap } from '../definition/code-map.ts';
import type { AstmDefinitionInput } from '../definition/schema.ts';

/** Data alarm numbers of Roche's comment after each result, as far as the captures and drivers of the family show. */
const dataAlarms: Readonly<Record<string, string>> = {
  '26': 'Data alarm 26: over the measuring range',
  '27': 'Data alarm 27: under the measuring range',
  '43': 'Data alarm 43',
  '44': 'Data alarm 44',
  '45': 'Data alarm 45',
};

/** R.4.1 of a qualitative test, before the index: -1 as captured with an index far under the cut-off. */
const qualitativeReadings: Readonly<Record<string, string>> = {
  '-1': 'Reading -1: negative',
  '0': 'Reading 0',
  '1': 'Reading 1',
};

/**
 * What the cobas c 311, e 411, cobas 6000 and Modular share (H.11 RSUPL, TSREQ, TSDWN): R.3.4 carries code, dilution
 * and pre-dilution between slashes (`13/1/not`); the code is the part before the first slash, the rest marks the run.
 */
export const rocheHostInterface = {
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: {
    code: [{ at: 'R.3.4', pick: '^([^/]+)' }],
    // `-1^0.325`: the measured index stands second, before it its reading as a number
    value: ['R.4.2', 'R.4.1'],
    remark: { at: ['R.4.1'], words: qualitativeReadings },
    runMark: [{ at: 'R.3.4', pick: '/(.+)$' }, 'R.3.5'],
    observedAt: ['R.13', 'R.12', 'O.23'],
  },
  comments: { text: ['C.4'], skip: ['^0$', '^[\\s^]*$'], words: dataAlarms },
  query: {
    accession: ['Q.3.3', 'Q.3.2'],
    all: [{ at: 'Q.3', matches: '^\\s*ALL\\s*$' }],
    echo: {
      id: 'Q.3.3',
      sequence: 'Q.3.4',
      rack: 'Q.3.5',
      position: 'Q.3.6',
      kind: 'Q.3.8',
      container: 'Q.3.9',
    },
  },
  answer: {
    header: { '5': '{host}^1', '10': '', '11': 'TSDWN^REPLY', '12': 'P', '13': '1' },
    patient: { '2': '{n}', '3': '{patientId}', '9': '{sex}' },
    order: {
      '2': '{n}',
      '3': '{sent:>22}',
      '4': '{echo.sequence}^{echo.rack}^{echo.position}^^{echo.kind}^{echo.container}',
      '6': '{priority}',
      '12': '{action}',
      '16': '1',
      '26': 'O',
    },
    test: '^^^{test}^',
    priority: { routine: 'R', urgent: 'S', stat: 'S' },
    action: { new: 'A', add: 'A', cancel: 'C' },
    kinds: { '': 'S1', urine: 'S2' },
    nothing: 'emptyOrder',
    messages: 'perSpecimen',
  },
  // published example of a c 311 host: `H|\\^&|||host^1|||||cobas c 311|TSDWN^BATCH|P|1`, `O|1|123456|0^^^^S1^SC|^^^570^\\..`
  download: { header: { '11': 'TSDWN^BATCH' }, order: { '4': '0^^^^{kind}^SC' } },
  urine: [{ at: 'O.4.5', matches: '^S2$' }],
  qc: [{ at: 'O.4', matches: '\\^QC\\^' }],
  flagWords: {
    N: 'normal',
    L: 'below the reference range',
    H: 'above the reference range',
    LL: 'below the critical limit',
    HH: 'above the critical limit',
    A: 'abnormal, or a data alarm: see the comment',
    '<': 'below the measuring range',
    '>': 'above the measuring range',
  },
} satisfies Partial<AstmDefinitionInput>;

/** Application codes of photometric tests that the captures show with value, unit and a plausible quantity. */
const c311: readonly CodeRow[] = [
  ['685', 'ALT', 'U/l'],
  ['687', 'AST', 'U/l'],
  ['717', 'GLU', 'mmol/l'],
  ['690', 'CREA', 'umol/l'],
  ['158', 'ALP', 'U/l'],
  ['712', 'TBIL', 'umol/l'],
  ['735', 'DBIL', 'umol/l'],
];

const immunology: readonly CodeRow[] = [['10', 'TSH', 'uIU/ml']];

const modular: readonly CodeRow[] = [
  ['989', 'NA', 'mmol/l'],
  ['990', 'K', 'mmol/l'],
  ['991', 'CL', 'mmol/l'],
  ['413', 'ALB', 'g/dl'],
];

export function rocheC311Codes(): ReturnType<typeof codeMap> {
  return [
    ...codeMap('corpus senaite.astm/cobas_c311.astm, O.5 and R.3.4', c311),
    ...codeMap('corpus idx-14351133097 roche-modular-h7600-20-tests, R.3.4 with ISE1 or P1 in R.14', modular),
  ];
}

/** Immunoassays whose number a page of the manual or a capture shows with a unit that leaves no doubt. */
export function rocheImmunologyCodes(): ReturnType<typeof codeMap> {
  return codeMap('cobas e 411 host interface manual, p. 42: `^^^10//not|0.310|ulU/ml`', immunology);
}
