import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const radiometerAbl80 = defineAstmDriver({
  id: 'radiometer/abl80',
  vendor: 'Radiometer',
  model: 'ABL80 / ABL9 / ABL800',
  alsoSoldAs: ['ABL80 FLEX', 'ABL80 BASIC', 'ABL9', 'ABL800 FLEX'],
  section: 'blood-gas',
  evidence: 'capture',
  sources: [
    {
      title: 'Message of an ABL9 kept by a working host: measured, calculated and keyed-in values',
      page: 'stored index, file 66575501579',
    },
    {
      title: 'QC message of an ABL80 kept by a working host: lot in O.14, level in O.16',
      page: 'stored index, file 44966120293',
    },
    {
      title: 'Example of an ABL analyzer: doubtful values with a question mark, corrected values',
      page: 'stored index, file 11235903815',
    },
    { title: 'Field facts of ABL80 and ABL9', page: 'analyzers.md A3, row Radiometer ABL80/ABL9' },
  ],
  protocol: 'astm',
  transports: ['tcp', 'serial'],
  transportDefaults: {
    tcp: { role: 'listen' },
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  },
  charset: 'latin1',
  capabilities: ['results', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^ABL ?\\d' }], score: 90 }],
  // O.4 is the count of the analyzer (`Sample #^259`): the number keyed in stands in the patient record
  accession: ['O.3.1', 'P.4.1', 'P.3.1'],
  patient: { id: ['P.4.1', 'P.3.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: {
    code: ['R.3.4'],
    value: [{ at: 'R.4', pick: '^\\??(.*)$' }],
    flags: [
      { at: 'R.7', pick: '^([A-Z<>]{1,2})$' },
      { at: 'R.4', pick: '^(\\?)' },
    ],
    runMark: ['O.4.2'],
    observedAt: ['R.13', 'R.12', 'O.7', 'O.8'],
  },
  rows: [
    // I: keyed in (age, oxygen given); E: estimated; values at the patient's temperature; the temperature itself
    { when: [{ at: 'R.3.5', matches: '^[IE]$' }], as: 'fact' },
    { when: [{ at: 'R.3.4', matches: '\\(T\\)$|,T$|^T$' }], as: 'fact' },
  ],
  qc: [{ at: 'O.4', matches: '^QC #' }],
  control: { name: ['O.16.2'], lot: ['O.14.1'], level: ['O.14.2'] },
  codes: codeMap('stored index, file 66575501579, R.3.4', [
    ['pH', 'PH', '[pH]'],
    ['pCO2', 'PCO2', 'mmHg'],
    ['pO2', 'PO2', 'mmHg'],
    ['Na+', 'NA', 'mmol/L'],
    ['K+', 'K', 'mmol/L'],
    ['Ca++', 'ICA', 'mmol/L'],
    ['Cl-', 'CL', 'mmol/L'],
    ['Hct', 'HCT', '%'],
    ['HCO3-', 'HCO3', 'mmol/L'],
    ['ABE', 'BE', 'mmol/L'],
  ]),
  flagWords: {
    '?': 'doubtful: see the comment of the analyzer',
    '.....': 'not measured',
    L: 'below the reference range',
    H: 'above the reference range',
    N: 'normal',
  },
  quirks: [
    {
      name: 'runNumberIsNoAccession',
      why: "O.4 is the analyzer's own count (`Sample #^259`): only the number keyed in as patient names the specimen",
      source: 'stored index, file 66575501579: `O|1||Sample #^28258`; analyzers.md A3',
      vector: 'results.json',
    },
    {
      name: 'measuredOrCalculated',
      why: 'R.3.5 says M measured, C calculated, E estimated, I keyed in; values at the temperature of the patient carry (T): both are shown and never filed as the plain ones',
      source: 'stored index, file 66575501579: `pH^M`, `FIO2^I`, `pH(T)^C`',
      vector: 'results.json',
    },
    {
      name: 'dotsForNothing',
      why: 'five dots stand for a value that was not measured',
      source: 'analyzers.md A3: `.....`',
      vector: 'results.json',
    },
    {
      name: 'questionMarkBeforeTheValue',
      why: 'a question mark before the digits says the value is doubtful: it is a flag, no part of the value',
      source: 'stored index, file 11235903815: `?7.412`',
      vector: 'doubtful.json',
    },
    {
      name: 'controlByLevel',
      why: 'a control has no action code: its lot stands in O.14 and its level in O.16',
      source: 'stored index, file 44966120293: `250279^02||QCLevel^C8002`',
      vector: 'qc.json',
    },
  ],
});
