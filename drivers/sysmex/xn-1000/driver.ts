import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';
import {
  sysmexFivePartCodes,
  sysmexFlagWords,
  sysmexGranulocyteCodes,
  sysmexHematology,
  sysmexHostQuery,
} from '../../families/sysmex.ts';

const capture = 'corpus senaite.astm/sysmex_xn550.astm and Ruby-ASTM/sysmex-xn550-qc.astm, R.3.5';

export const sysmexXn1000 = defineAstmDriver({
  id: 'sysmex/xn-1000',
  vendor: 'Sysmex',
  model: 'XN-1000',
  alsoSoldAs: ['XN-2000', 'XN-3000', 'XN-9000'],
  section: 'hematology',
  evidence: 'capture',
  sources: [
    {
      title: 'Captures of an XN-550 of the same series: patient with messages and pictures',
      page: 'senaite/senaite.astm b701c18, sysmex_xn550.astm',
    },
    {
      title: 'Captures of an XN-550: QC, one frame for each record',
      page: 'wordjelly/Ruby-ASTM 19579df, sysmex-xn550-qc',
    },
    {
      title: 'Host that answers the XN-1000: order record of the reply',
      page: 'public VB6 LIS, routine SendOrder_XN1000 (stored index, file 44462861777)',
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
  recognise: [{ when: [{ at: 'H.5.1', matches: '^XN-(1|2|3|9)\\d00' }], score: 90 }],
  ...sysmexHematology,
  ...sysmexHostQuery,
  codes: [
    ...sysmexFivePartCodes(capture),
    ...sysmexGranulocyteCodes(capture),
    ...codeMap(
      'XN channels NRBC (WNR) and RET; names as in the order list of the XN series, not seen in the captures',
      [
        ['NRBC#', 'NRBC#', '10*3/uL'],
        ['NRBC%', 'NRBC%', '%'],
        ['RET#', 'RET#', '10*6/uL'],
        ['RET%', 'RET%', '%'],
      ],
    ),
  ],
  flagWords: sysmexFlagWords,
  quirks: [
    {
      name: 'acknowledgedWithPadding',
      why: 'the specimen number is padded with blanks to 22 and stands in component 3 behind rack and position; the reply repeats it as sent',
      source: 'Ruby-ASTM/sysmex-xn550-qc: O.4 `1^1^           QC-82151403^B`',
      vector: 'query-and-answer.json',
    },
    {
      name: 'pathsAmongResults',
      why: 'scattergrams come as result records that hold a file path with escaped separators',
      source: 'senaite.astm/sysmex_xn550: R.4 `PNG&R&20240628&R&..`',
      vector: 'results-with-messages.json',
    },
    {
      name: 'messagesAmongResults',
      why: 'suspect messages come as result records, some with a grade and no unit, some without any value',
      source: 'senaite.astm/sysmex_xn550: R.26 `Blasts/Abn_Lympho?|40`, R.25 `Anemia||||A`',
      vector: 'results-with-messages.json',
    },
    {
      name: 'controlByNumberAndAction',
      why: 'a control is marked twice: specimen number QC-... and action code Q; either is enough',
      source: 'Ruby-ASTM/sysmex-xn550-qc: O.4.3 and O.12',
      vector: 'qc.json',
    },
  ],
});
