import { defineHl7Driver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const wienerCmd600 = defineHl7Driver({
  id: 'wiener/cmd600',
  vendor: 'Wiener Lab',
  model: 'CM260 / CMD600',
  alsoSoldAs: ['CM260', 'CMD600', 'Metrolab CMD'],
  section: 'chemistry',
  evidence: 'capture',
  sources: [
    {
      title: 'Captures of a CM260 and a CMD600: results, queries, and what a host answered (QCK, DSR, ACK)',
      page: 'frisonexDev/AnalizadoresInterface 47c2399, wiener-*',
    },
  ],
  protocol: 'hl7v2',
  transports: ['tcp'],
  transportDefaults: { tcp: { role: 'listen', port: 5050 } },
  charset: 'latin1',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'MSH-3.1', matches: '^Autoanalyzer$' }], score: 90 }],
  accession: ['OBR-2.1', 'OBR-3.1'],
  observation: {
    code: ['OBX-3.1'],
    value: ['OBX-5'],
    unit: ['OBX-6.1'],
    range: ['OBX-7'],
    flags: ['OBX-8'],
    status: ['OBX-11'],
    observedAt: ['OBX-13.1', 'OBX-14.1', 'OBR-7.1'],
  },
  value: { decimalComma: true },
  query: { message: 'QRY', accession: ['QRD-8.1'], echo: {} },
  answer: 'mindray-qck-dsr',
  acknowledge: { echo: ['applicationAck'], errorNumbers: true },
  codes: codeMap('AnalizadoresInterface wiener-autoanalyzer-ORU-R01-01 to -04, OBX-3', [
    ['URE', 'UREA', 'mg/dL'],
    ['BTL', 'TBIL', 'mg/dL'],
    ['COLL', 'CHOL', 'mg/dL'],
    ['GLUL', 'GLU', 'mg/dL'],
  ]),
  flagWords: {},
  quirks: [
    {
      name: 'decimalComma',
      why: 'values have a decimal comma and always four places',
      source: 'AnalizadoresInterface wiener-autoanalyzer-ORU-R01-01: `26,9700`',
      vector: 'results.json',
    },
    {
      name: 'controlIdIsAlwaysOne',
      why: 'MSH-10 is 1 in every message: it tells no message from another',
      source: 'AnalizadoresInterface wiener-*: MSH-10',
      vector: 'results.json',
    },
    {
      name: 'emptySegmentBeforeTheEnd',
      why: 'an empty segment stands before the end of the block',
      source: 'AnalizadoresInterface wiener-autoanalyzer-ORU-R01-01: CR CR FS',
      vector: 'results.json',
    },
    {
      name: 'oneTestInAMessage',
      why: 'every test is a message of its own, its only number in OBR-2',
      source: 'AnalizadoresInterface wiener-cm260-ORU-R01-01: `OBR||202402230001-3`',
      vector: 'results.json',
    },
  ],
});
