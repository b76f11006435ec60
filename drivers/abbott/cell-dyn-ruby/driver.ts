import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

const listing =
  'chiblinx/TargetPathology_2 61024f5, SerialPortWatcher.cs, R.3.7 of 22 results; no unit is sent, the numbers agree among themselves in these (MCHC = HGB / HCT)';

/** The analyzer runs selections: `CBC` is the count with its differential, whatever of it was ordered. */
const orderedAs = 'CBC';

export const abbottCellDynRuby = defineAstmDriver({
  id: 'abbott/cell-dyn-ruby',
  vendor: 'Abbott',
  model: 'CELL-DYN Ruby',
  section: 'hematology',
  evidence: 'manual',
  sources: [
    {
      title:
        'Host of a CELL-DYN Ruby: records with the words of Abbott 09H05-01 beside each field, and a whole transmission of 35 results as text',
      page: 'chiblinx/TargetPathology_2 61024f5, TargetPathology.Core/Messaging/Records and Services/SerialPortWatcher.cs (stored index)',
    },
    {
      title:
        'Host in use in Vietnam: name of the result in component 7, date in R.12, hemoglobin and MCHC taken times ten',
      page: 'vmshis2015/LabServiceServer 208e3b9, CellDynRuby.cs (stored index, file 20410693073)',
    },
    {
      title: 'Hosts of two more makers: sender `36094BG^CDRuby^2.0ML^1.0`, FLAG in place of a value is no result',
      page: 'stored index, files 40759765500 (FillCellDyn_Ruby) and 44791649185 (DataEdit_CellDynRuby)',
    },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'H.5.2', matches: '^CDRuby$' }], score: 90 }],
  accession: ['O.3.1'],
  patient: { id: ['P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: {
    code: ['R.3.7'],
    value: ['R.4'],
    unit: ['R.5'],
    flags: ['R.7', { at: 'R.9', pick: '^([WX])$' }],
    status: ['R.9'],
    observedAt: ['R.12'],
  },
  value: { masks: ['^>{5}$', '^<{5}$'] },
  rows: [{ when: [{ at: 'R.4', matches: '^FLAG$' }], as: 'interpretation' }],
  qc: [{ at: 'O.16.1', matches: '^(?!Patient$).' }],
  control: { name: ['O.3.1'], level: ['O.16.1'] },
  query: { accession: ['Q.3.2'], all: [{ at: 'Q.3', matches: '^\\^*ALL$' }], echo: {} },
  answer: {
    header: { '5': '{host}', '12': 'P', '13': 'LIS2-A' },
    patient: { '2': '{n}', '4': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
    // parameter set and limit set 1, as the analyzer has them in its own order records
    order: { '2': '{n}', '3': '{accession}', '8': '{collectedAt}', '16': 'Patient^Human' },
    test: '^^^{test}^1^1',
    nothing: 'terminate',
    messages: 'perSpecimen',
  },
  codes: codeMap(listing, [
    ['WBC', 'WBC', '10*3/uL'],
    ['NEU', 'NEUT#', '10*3/uL'],
    ['LYM', 'LYMPH#', '10*3/uL'],
    ['MONO', 'MONO#', '10*3/uL'],
    ['EOS', 'EO#', '10*3/uL'],
    ['BASO', 'BASO#', '10*3/uL'],
    ['RBC', 'RBC', '10*6/uL'],
    ['HGB', 'HGB', 'g/dL'],
    ['HCT', 'HCT', '%'],
    ['MCV', 'MCV', 'fL'],
    ['MCH', 'MCH', 'pg'],
    ['MCHC', 'MCHC', 'g/dL'],
    ['RDW', 'RDW-CV', '%'],
    ['PLT', 'PLT', '10*3/uL'],
    ['MPV', 'MPV', 'fL'],
    ['PCT', 'PCT', '%'],
    ['%N', 'NEUT%', '%'],
    ['%L', 'LYMPH%', '%'],
    ['%M', 'MONO%', '%'],
    ['%E', 'EO%', '%'],
    ['%B', 'BASO%', '%'],
  ]).map((code) => ({ ...code, orderCode: orderedAs })),
  flagWords: {
    W: 'the analyzer doubts the value: look at the messages beside it',
    X: 'no value could be given',
    '-----': 'not measured or not calculable',
    '>>>>>': 'over the measuring range: dilute',
    '<<<<<': 'below the measuring range',
  },
  quirks: [
    {
      name: 'nameInComponentSeven',
      why: 'R.3 has the test selection in component 4 and the name of the result in component 7: a reader of component 4 finds CBC on every row',
      source: 'TargetPathology_2 SerialPortWatcher.cs: `^^^CBC^^^WBC`; CellDynRuby.cs',
      vector: 'results-with-flags.json',
    },
    {
      name: 'flagsAmongResults',
      why: 'suspect messages are result records whose value is the word FLAG; one may bear the name of a measured quantity (`WBC`, `MCHC`) and is not its value',
      source: 'TargetPathology_2 SerialPortWatcher.cs: R 23 to 35; DataEdit_CellDynRuby',
      vector: 'results-with-flags.json',
    },
    {
      name: 'doubtInTheStatus',
      why: 'R.7 is empty: W in R.9 says that a value is doubted, X that there is none, F that it stands',
      source: 'TargetPathology_2 SerialPortWatcher.cs: R 1 to 22',
      vector: 'results-with-flags.json',
    },
    {
      name: 'fiveSignsForNoValue',
      why: '`>>>>>` stands where the value is beyond what can be measured, `-----` where none can be calculated',
      source: 'TargetPathology_2 SerialPortWatcher.cs: R 14 and R 16',
      vector: 'results-with-flags.json',
    },
    {
      name: 'pointWithoutZero',
      why: 'numbers below one begin with their point (`.5580`)',
      source: 'TargetPathology_2 SerialPortWatcher.cs: R 4 to 7; DataEdit_CellDynRuby puts the zero there',
      vector: 'results-with-flags.json',
    },
    {
      name: 'specimenTypeTellsPatient',
      why: 'O.16 says Patient for a patient; whatever else stands there is no patient and is kept apart (how controls are named must be seen on the bench)',
      source: 'TargetPathology_2 TestOrderRecord.cs and its test: `Patient^Human`',
      vector: 'not-a-patient.json',
    },
  ],
});
