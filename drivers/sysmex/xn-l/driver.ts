import { defineAstmDriver } from '../../define.ts';
import {
  sysmexFivePartCodes,
  sysmexFlagWords,
  sysmexGranulocyteCodes,
  sysmexHematology,
  sysmexHostQuery,
} from '../../families/sysmex.ts';

const capture = 'corpus senaite.astm/sysmex_xn550.astm and Ruby-ASTM/sysmex-xn550-qc.astm, R.3.5';

export const sysmexXnL = defineAstmDriver({
  id: 'sysmex/xn-l',
  vendor: 'Sysmex',
  model: 'XN-L series (XN-350, XN-450, XN-550)',
  alsoSoldAs: ['XN-330', 'XN-350', 'XN-430', 'XN-450', 'XN-530', 'XN-550'],
  section: 'hematology',
  evidence: 'capture',
  sources: [
    {
      title: 'Capture of an XN-550: patient with messages and pictures, all records in one frame',
      page: 'senaite/senaite.astm b701c18, sysmex_xn550.astm',
    },
    {
      title: 'Capture of an XN-550: QC, one frame for each record',
      page: 'wordjelly/Ruby-ASTM 19579df, sysmex-xn550-qc',
    },
    {
      title: 'XN-L series ASTM Host Interface Specifications, revision 6 (R315005): parameters, IP messages, W results',
      page: 'revision history and parameter lists',
      url: 'https://pdfs.asia/download/xn-550-series-astm-host-interface-specifications-en-rev6-r315005',
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
  recognise: [{ when: [{ at: 'H.5.1', matches: '^XN-[345][35]0$' }], score: 90 }],
  ...sysmexHematology,
  ...sysmexHostQuery,
  codes: [...sysmexFivePartCodes(capture), ...sysmexGranulocyteCodes(capture)],
  flagWords: sysmexFlagWords,
  quirks: [
    {
      name: 'wholeMessageInOneFrame',
      why: 'some units put the whole message of 2.6 kB into one frame, far over 240 characters, others a record into each',
      source: 'senaite.astm/sysmex_xn550; Ruby-ASTM/sysmex-xn550-qc',
      vector: 'results-with-messages.json',
    },
    {
      name: 'gradesAmongResults',
      why: 'suspect messages come as result records with a grade of 0 to 300 and no unit; a grade is raised only where R.7 says A',
      source: 'senaite.astm/sysmex_xn550: `Blasts/Abn_Lympho?|40`, `Left_Shift?|0`',
      vector: 'results-with-messages.json',
    },
    {
      name: 'controlByNumberAndAction',
      why: 'a control is marked twice: specimen number QC-... and action code Q; either is enough',
      source: 'Ruby-ASTM/sysmex-xn550-qc: O.4.3 and O.12',
      vector: 'qc.json',
    },
    {
      name: 'attributeTellsHowTheNumberCame',
      why: 'behind the number stands how it came: M keyed in, B read from the barcode, A counted up by the analyzer; a counted number is no accession anybody printed',
      source: 'senaite.astm/sysmex_xn550: `^^27^M`; analyzers.md A1',
      vector: 'results-with-messages.json',
    },
  ],
});
