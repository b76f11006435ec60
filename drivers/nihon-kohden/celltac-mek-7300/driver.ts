import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const nihonKohdenMek7300 = defineAstmDriver({
  id: 'nihon-kohden/celltac-mek-7300',
  vendor: 'Nihon Kohden',
  model: 'Celltac Es MEK-7300',
  alsoSoldAs: ['MEK-7300K', 'MEK-7300P'],
  section: 'hematology',
  evidence: 'capture',
  sources: [
    {
      title: 'Capture of a MEK-7300, excerpt of three parameters: JLAC10 code, name, unit with decimals',
      page: 'stored index, file 58405119787',
    },
    { title: 'Field facts of the Celltac MEK-7300', page: 'analyzers.md A1, row Nihon Kohden Celltac MEK-7300' },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^MEK-7\\d{3}' }], score: 90 }],
  // O.3 holds the patient's number once more (id^M^1); the number of the tube stands in O.4
  accession: ['O.4.1', 'O.3.1'],
  patient: { id: ['P.5.1', 'P.3.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.3'], name: ['R.3.4'], value: ['R.4'], observedAt: ['R.13', 'O.23'] },
  codes: codeMap('idx-58405119787 nihonkohden-mek7300-excerpt, R.3.3 with the name in R.3.4', [
    ['2A0100000019301', 'WBC', '10e3/uL', 'WBC'],
    ['2A0200000019301', 'RBC', '10e6/uL', 'RBC'],
    ['2A0300000019301', 'HGB', 'g/dL', 'HGB'],
  ]),
  flagWords: { H: 'above the reference range', L: 'below the reference range' },
  quirks: [
    {
      name: 'nationalCodes',
      why: 'the code is JLAC10 in component 3, its name in 4, the name of the coding in 5; component 2 that others use is empty',
      source: 'idx-58405119787: `^^2A0100000019301^WBC^JC10`',
      vector: 'results.json',
    },
    {
      name: 'unitWithDecimals',
      why: 'the unit is followed by two numbers, how it is shown and with how many decimals',
      source: 'idx-58405119787: `g/dL^1^0`',
      vector: 'results.json',
    },
    {
      name: 'highlightInEmptyFields',
      why: 'empty patient fields hold the escapes that switch highlighting on and off: nothing at all',
      source: 'idx-58405119787: `&H&&N&`',
      vector: 'results.json',
    },
    {
      name: 'specimenBehindPatient',
      why: "O.3 repeats the patient's number, O.4 is the number on the tube",
      source: 'idx-58405119787: `0279070002^M^1|25134`',
      vector: 'results.json',
    },
  ],
});
