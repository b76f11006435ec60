import { defineAstmDriver } from '../../define.ts';
import { abbottCodes, abbottHostInterface, abbottRows } from '../../families/abbott.ts';

export const abbottArchitect = defineAstmDriver({
  id: 'abbott/architect',
  vendor: 'Abbott',
  model: 'ARCHITECT c/i',
  alsoSoldAs: ['i1000SR', 'i2000SR', 'c4000', 'c8000', 'ci4100', 'ci8200'],
  section: 'immunology',
  evidence: 'capture',
  sources: [
    { title: 'Captures of an i1000SR: over-range, diluted rerun, host query', page: 'stored index, file 4848046403' },
    {
      title: 'Capture of an ARCHITECT 9.45: several messages',
      page: 'blutspende/go-astm, e2e identify test (stored index, file 1459133950)',
    },
    {
      title: 'Host of the AxSYM and ARCHITECT family: order record of the reply',
      page: 'stored index, file 44993886473',
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
  recognise: [{ when: [{ at: 'H.5.1', matches: '^ARCHITECT$' }], score: 90 }],
  ...abbottHostInterface,
  rows: abbottRows('R.3.11'),
  codes: abbottCodes,
  quirks: [
    {
      name: 'threeRowsForOneResult',
      why: 'one result comes as rows F (final), I (interpretation) and P (raw light units) under one code; only F is the measured quantity',
      source: 'idx-4848046403 architect-i1000sr-bhcg-over-range: R.3.11',
      vector: 'over-range-and-dilution.json',
    },
    {
      name: 'dilutionProtocolMarksTheRun',
      why: 'a rerun at another dilution repeats code and specimen; the protocol in R.3.6 tells them apart',
      source: 'idx-4848046403: `UNDILUTED` and `1:15`',
      vector: 'over-range-and-dilution.json',
    },
    {
      name: 'comparatorWithBlank',
      why: 'a value over the range has a blank behind the comparator',
      source: 'idx-4848046403: `> 15000.00`',
      vector: 'over-range-and-dilution.json',
    },
  ],
});
