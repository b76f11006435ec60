import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';
import { horibaHostInterface } from '../../families/horiba.ts';

export const horibaPentraXlr = defineAstmDriver({
  id: 'horiba/pentra-xlr',
  vendor: 'Horiba',
  model: 'ABX Pentra XLR / XL80 / 80',
  alsoSoldAs: ['ABX Pentra 80', 'ABX Pentra XL80', 'ABX Pentra XLR', 'ABX Pentra ES60'],
  section: 'hematology',
  evidence: 'capture',
  sources: [
    {
      title:
        'Fields of the HORIBA output format as a working host documents them (9.4.3 sample, 9.4.5 test, 10.1.3 result, tables 23 to 25)',
      page: 'senaite/senaite.astm 1518962, horiba_pentra_xlr.py',
    },
    {
      title:
        'Frames of a Pentra XLR with their sums: a differential with suspect values, alarms and two that were not measured',
      page: 'senaite/senaite.astm 7093cc5, src/senaite/astm/tests/data/pentra_xlr.txt',
    },
    { title: 'Field facts of the Pentra XLR', page: 'analyzers.md A1, row Horiba Pentra XLR/ES60' },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^ABX' }], score: 80 }],
  accession: ['O.3.1'],
  patient: horibaHostInterface.patient,
  observation: {
    code: ['R.3.4'],
    // results of a dilution stand in brackets
    value: [{ at: 'R.4', pick: '^\\(?([^()]*)\\)?$' }],
    // R.5 is the number of a system of units, no unit
    unit: ['R.5.9'],
    runMark: ['R.3.6'],
    observedAt: ['R.13', 'R.12'],
  },
  rows: [
    // only system 1 (conventional units) is the one the code map is in
    { when: [{ at: 'R.5', matches: '^[2-9]$' }], as: 'fact' },
  ],
  comments: { text: ['C.4'] },
  codes: codeMap('senaite.astm pentra_xlr.txt, R.3.4 with the LOINC code behind it; units of system 1', [
    ['WBC', 'WBC', '10*3/uL'],
    ['RBC', 'RBC', '10*6/uL'],
    ['HGB', 'HGB', 'g/dL'],
    ['HCT', 'HCT', '%'],
    ['MCV', 'MCV', 'fL'],
    ['MCH', 'MCH', 'pg'],
    ['MCHC', 'MCHC', 'g/dL'],
    ['PLT', 'PLT', '10*3/uL'],
    ['MPV', 'MPV', 'fL'],
    ['RDW', 'RDW-CV', '%'],
    ['RDWSD', 'RDW-SD', 'fL'],
    ['LYM#', 'LYMPH#', '10*3/uL'],
    ['LYM%', 'LYMPH%', '%'],
    ['MON#', 'MONO#', '10*3/uL'],
    ['MON%', 'MONO%', '%'],
    ['NEU#', 'NEUT#', '10*3/uL'],
    ['NEU%', 'NEUT%', '%'],
    ['EOS#', 'EO#', '10*3/uL'],
    ['EOS%', 'EO%', '%'],
    ['BAS#', 'BASO#', '10*3/uL'],
    ['BAS%', 'BASO%', '%'],
  ]),
  flagWords: {
    L: 'below the reference range',
    H: 'above the reference range',
    LL: 'below the panic limit',
    HH: 'above the panic limit',
    '>': 'over the linearity',
    '-----': 'not measured',
  },
  quirks: [
    {
      name: 'systemOfUnits',
      why: 'R.5 is the number of a system of units (1 to 4), never a unit; in another system than 1 the values are shown and not filed',
      source: 'senaite.astm horiba_pentra_xlr.py: units 1 to 4; analyzers.md A1',
      vector: 'results-in-other-units.json',
    },
    {
      name: 'dilutionBehindTheCode',
      why: 'component 6 of the test is the dilution, and a diluted value stands in brackets',
      source: 'senaite.astm horiba_pentra_xlr.py, note on 10.1.3',
      vector: 'rerun.json',
    },
    {
      name: 'alarmsInOneComment',
      why: 'alarms of a parameter come as one comment with its name first',
      source: 'analyzers.md A1: `Alarm_WBC^LL^NL..`',
      vector: 'results.json',
    },
    {
      name: 'controlInHeader',
      why: 'a control is told by Q in H.12',
      source: 'senaite.astm horiba_pentra_xlr.py: processing id P, Q or D',
      vector: 'qc.json',
    },
  ],
});
