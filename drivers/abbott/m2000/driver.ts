import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

const harness = 'the capture of a production laboratory, software 8.1.9.0 (stored index, file 61318333255)';

export const abbottM2000 = defineAstmDriver({
  id: 'abbott/m2000',
  vendor: 'Abbott',
  model: 'm2000 RealTime',
  alsoSoldAs: ['m2000rt', 'm2000sp'],
  section: 'molecular',
  evidence: 'capture',
  sources: [
    {
      title:
        'Capture of a production laboratory (8.1.9.0), its identifiers replaced, every control byte as transmitted: a run as one session, failed orders, controls',
      page: 'test harness of a host, header comment and messages (stored index, file 61318333255)',
    },
    {
      title: 'Frames of an m2000 with their checksums: HIV1mlDBS not detected, with interpretation and cycle number',
      page: 'felicity-astm, serial replay (stored index, file 13645610231)',
    },
    {
      title: 'Messages as text: a load below the limit, and a number that holds the escape character',
      page: 'felicity-astm (stored index, files 47305405244 and 13408858391)',
    },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^m2000$' }], score: 90 }],
  accession: ['O.3.1'],
  observation: {
    code: ['R.3.4'],
    name: ['R.3.5'],
    value: ['R.4'],
    unit: ['R.5'],
    status: ['R.9'],
    observedAt: ['R.13'],
  },
  rows: [
    { when: [{ at: 'R.3.9', matches: '^I$' }], as: 'interpretation' },
    { when: [{ at: 'R.3.9', matches: '^(?!F$)' }], as: 'raw' },
  ],
  qc: [{ at: 'O.3.1', matches: '_(NEG|LOPOS|HIPOS)$' }],
  control: { name: ['O.3.1'], level: [{ at: 'O.3.1', pick: '_(NEG|LOPOS|HIPOS)$' }] },
  codes: codeMap('R.3.4 of the captures', [
    ['HIV0.6ml', 'HIVVL', 'Copies / mL'],
    ['HIV1mlDBS', 'HIVVL', 'Copies / mL', 'HIV1.0mlDBS'],
  ]),
  flagWords: {},
  quirks: [
    {
      name: 'threeRowsOfOneResult',
      why: 'result, interpretation and cycle number come under one code and differ in R.3.9: the cycle number is not the load',
      source: harness,
      vector: 'not-detected.json',
    },
    {
      name: 'wordsInPlaceOfANumber',
      why: 'a load that is not there is `Not detected` beside the unit: it is a result, not a value that can not be read',
      source: 'felicity-astm (stored index, file 13645610231)',
      vector: 'not-detected.json',
    },
    {
      name: 'aRunInOneSession',
      why: 'up to 96 messages stand between one ENQ and EOT, frame numbers go on through them, and a NUL may precede ENQ',
      source: harness,
      vector: 'run.json',
    },
    {
      name: 'failedOrder',
      why: 'an order that failed has O.26 X, no result and the error in a comment: it is told, it is not a result',
      source: harness,
      vector: 'failed-order.json',
    },
    {
      name: 'escapeCharacterInTheNumber',
      why: 'a number that holds `&` comes with `&E&` in its place',
      source: 'felicity-astm (stored index, file 47305405244): `DB&E&23-33E22`',
      vector: 'escaped-number.json',
    },
  ],
});
