import { defineAstmDriver } from '../../define.ts';
import { abbottCodes, abbottHostInterface, abbottRows } from '../../families/abbott.ts';

export const abbottAlinityCi = defineAstmDriver({
  id: 'abbott/alinity-ci',
  vendor: 'Abbott',
  model: 'Alinity ci-series',
  alsoSoldAs: ['Alinity c', 'Alinity i'],
  section: 'immunology',
  evidence: 'capture',
  sources: [
    {
      title: 'Capture of an Alinity ci: QC of nine assays in one message of 66 frames, lots, Westgard flag',
      page: 'stored index, file 45141325204',
    },
    {
      title: 'Capture of an Alinity ci: syphilis of a patient, number with a slash, UTC offset',
      page: 'stored index, file 41185245353',
    },
  ],
  protocol: 'astm',
  transports: ['tcp', 'serial'],
  transportDefaults: {
    tcp: { role: 'listen' },
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  },
  charset: 'utf8',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^Alinity' }], score: 90 }],
  ...abbottHostInterface,
  rows: [
    ...abbottRows('R.3.7'),
    // older firmware of the family has the kind of the row where ARCHITECT has it
    ...abbottRows('R.3.11'),
  ],
  codes: abbottCodes,
  quirks: [
    {
      name: 'fourRowsForOneResult',
      why: 'one result comes as rows F (final), I (interpretation), P (raw light units) and G (identifier); only F is the measured quantity, G is kept as an attachment',
      source: 'idx-41185245353 alinity-ci-syphilis-patient: R.3.7',
      vector: 'results.json',
    },
    {
      name: 'lotsBetweenTheRows',
      why: 'manufacturer records INV between the rows name calibrator (CA) and reagent (SR); the first of an order names the control (CO) and its lot',
      source: 'idx-45141325204 alinity-ci-qc-nine-assays: `M|1|INV|MCC_LEVEL1|CO`',
      vector: 'qc.json',
    },
    {
      name: 'westgardRuleAsFlag',
      why: 'a control outside its limits has the flags CNTL and the rule it broke',
      source: 'idx-45141325204 alinity-ci-qc-nine-assays: `CNTL\\1-2s`',
      vector: 'qc.json',
    },
    {
      name: 'slashInTheNumber',
      why: 'a specimen number may hold a slash',
      source: 'idx-41185245353 alinity-ci-syphilis-patient: `12311/1000`',
      vector: 'results.json',
    },
  ],
});
