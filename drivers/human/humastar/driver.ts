import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const humanHumastar = defineAstmDriver({
  id: 'human/humastar',
  vendor: 'Human',
  model: 'HumaStar / Sphera',
  alsoSoldAs: ['HumaStar 100', 'HumaStar 200', 'Sphera'],
  section: 'chemistry',
  evidence: 'capture',
  sources: [
    {
      title: 'Export of a Sphera: three patients, indented records, value in R.9',
      page: 'frisonexDev/AnalizadoresInterface 47c2399, human-sphera-file-astm',
    },
  ],
  protocol: 'astm',
  transports: ['tcp', 'serial'],
  transportDefaults: {
    tcp: { role: 'listen' },
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  },
  link: { framing: 'none' },
  charset: 'latin1',
  capabilities: ['results', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^(Sphera|HumaStar)' }], score: 90 }],
  // orders carry no number: the tube is named in the patient record
  accession: ['O.3.1', 'P.4.1'],
  patient: { id: ['P.3.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: {
    code: ['R.3.1'],
    value: ['R.9'],
    unit: ['R.5.1'],
    range: ['R.6'],
    flags: ['R.7'],
    status: ['R.10'],
    observedAt: ['R.13'],
  },
  codes: codeMap('AnalizadoresInterface human-sphera-file-astm, R.3', [
    ['Glu', 'GLU', 'mg/dl'],
    ['UreaUV', 'UREA', 'mg/dl'],
    ['CreaA', 'CREA', 'mg/dl'],
  ]),
  flagWords: {},
  quirks: [
    {
      name: 'valueInStatusField',
      why: 'the value stands in R.9, where others have the status; R.4 is empty',
      source: 'AnalizadoresInterface human-sphera-file-astm: `R|1|Glu||mg/dl||||97.0|`',
      vector: 'results.json',
    },
    {
      name: 'numberInPatientRecord',
      why: 'the order has no specimen number; the number of the tube is P.4',
      source: 'AnalizadoresInterface human-sphera-file-astm: `P|1||202302220016-52`',
      vector: 'results.json',
    },
    {
      name: 'indentedRecords',
      why: 'records are indented by their level and the terminator has its code one field late',
      source: 'AnalizadoresInterface human-sphera-file-astm: `   R|1|`, `L||N`',
      vector: 'results.json',
    },
  ],
});
