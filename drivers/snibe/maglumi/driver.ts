import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const snibeMaglumi = defineAstmDriver({
  id: 'snibe/maglumi',
  vendor: 'Snibe',
  model: 'Maglumi series (600 to 4000, X3, X8)',
  alsoSoldAs: [
    'Maglumi 600',
    'Maglumi 800',
    'Maglumi 1000',
    'Maglumi 2000',
    'Maglumi 4000',
    'Maglumi X3',
    'Maglumi X8',
  ],
  section: 'immunology',
  evidence: 'capture',
  sources: [
    { title: 'Capture of a Maglumi: three thyroid tests', page: 'stored index, file 23040322236' },
    {
      title: 'Working host for the Maglumi: text without frame number and checksum, one order record for each test',
      page: 'analyzers.md A3, row Snibe Maglumi (stored index, file 55749978418)',
    },
    {
      title: 'Message of a Maglumi 2000 in a working host: TSH, FT4, FT3 with units',
      page: 'stored index, file 38197349659',
    },
  ],
  protocol: 'astm',
  transports: ['tcp', 'serial'],
  transportDefaults: {
    tcp: { role: 'listen' },
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  },
  link: { framing: 'simplified' },
  charset: 'utf8',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^M(aglumi|AGLUMI)' }], score: 90 }],
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4'], observedAt: ['R.13', 'R.12'] },
  query: { accession: ['Q.3.2', 'Q.3.1'], all: [{ at: 'Q.3', matches: '^\\^*ALL$' }], echo: {} },
  answer: {
    header: { '4': 'PSWD', '5': 'Maglumi User', '10': 'Lis', '12': 'P', '13': 'E1394-97', '14': '{now}' },
    patient: { '2': '{n}', '3': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
    order: { '2': '{n}', '3': '{accession}', '6': '{priority}' },
    orders: 'perTest',
    test: '^^^{test}',
    priority: { routine: 'R', urgent: 'S', stat: 'S' },
    nothing: 'terminate',
    messages: 'perSpecimen',
  },
  codes: [
    ...codeMap('idx-23040322236 snibe-maglumi-thyroid, R.3.4', [
      ['TT3 II', 'T3', 'ng/mL'],
      ['TT4 II', 'T4', 'ug/dL'],
      ['TSH II', 'TSH', 'uIU/mL'],
    ]),
    ...codeMap('stored index, file 38197349659, R.3.4', [
      ['TSH', 'TSH', 'uIU/mL'],
      ['FT4', 'FT4', 'pg/mL'],
      ['FT3', 'FT3', 'pg/mL'],
    ]),
  ],
  flagWords: { N: 'normal', L: 'below the reference range', H: 'above the reference range' },
  quirks: [
    {
      name: 'textWithoutFrames',
      why: 'between STX and ETX stands the whole message, without frame number and checksum',
      source: 'analyzers.md A3 (stored index, file 55749978418)',
      vector: 'results.json',
    },
    {
      name: 'noStatusAndDateOnlyHeader',
      why: 'R.9 is empty and the header has a date without a time',
      source: 'idx-23040322236 snibe-maglumi-thyroid',
      vector: 'results.json',
    },
    {
      name: 'orderForEachTest',
      why: 'the answer needs an order record for each test',
      source: 'analyzers.md A3 (stored index, file 55749978418)',
      vector: 'query-and-answer.json',
    },
    {
      name: 'generationInTheName',
      why: 'the name of a test carries its reagent generation: `TSH` and `TSH II` are codes of their own',
      source: 'idx-23040322236: `TSH II`; stored index, file 38197349659: `TSH`',
      vector: 'results.json',
    },
  ],
});
