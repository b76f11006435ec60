import { defineAstmDriver } from '../../define.ts';

export const immucorNeo = defineAstmDriver({
  id: 'immucor/neo',
  vendor: 'Immucor',
  model: 'NEO / Echo',
  alsoSoldAs: ['NEO Iris', 'Echo Lumena', 'Galileo'],
  section: 'blood-bank',
  evidence: 'capture',
  sources: [
    {
      title:
        'Messages of Immucor analyzers: pooled cells with wells, weak D, an escape in a code, queries for five tubes, orders to them',
      page: 'blutspende/go-astm 9b3fc38, immucor-*, rvt-*',
    },
  ],
  protocol: 'astm',
  transports: ['tcp', 'serial'],
  transportDefaults: {
    tcp: { role: 'listen' },
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  },
  charset: 'latin1',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [
    {
      when: [
        { at: 'H.5.1', matches: '^(NEO|Echo|RVT|Galileo)$' },
        { at: 'H.13', matches: '^LIS2-?A2$' },
      ],
      score: 90,
    },
  ],
  literalNext: true,
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4'], observedAt: ['R.13', 'R.12'] },
  rows: [
    // grade, camera and score of a well
    { when: [{ at: 'R.4', matches: '^[\\d.]+\\^[\\d.]+\\^' }], as: 'raw' },
  ],
  query: { accession: ['Q.3.1', 'Q.3.2'], all: [{ at: 'Q.3', matches: '^\\^*ALL$' }], echo: {} },
  answer: {
    header: { '5': 'LIS', '10': 'NEO', '13': 'LIS2A2', '14': '{now}' },
    patient: { '2': '{n}', '3': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
    order: { '2': '{n}', '3': '{accession}', '9': '{priority}', '12': 'N', '16': 'Blood' },
    orders: 'perTest',
    test: '^^^{test}',
    priority: { routine: 'R', urgent: 'S', stat: 'S' },
    nothing: 'terminate',
    messages: 'perSpecimen',
  },
  // assay names are those of the assay files on the analyzer
  codes: [],
  flagWords: {},
  quirks: [
    {
      name: 'wellsAndTheirMeaning',
      why: 'a test comes as rows of its wells (grade^0^score) and a row with the interpretation, sometimes under one code',
      source: 'go-astm/immucor-rvt-two-orders: `Weak_D1` twice',
      vector: 'results.json',
    },
    {
      name: 'escapeBeforeDelimiter',
      why: 'a delimiter inside a code has the escape character before it, instead of an escape of the standard: the code `ABOD|Full&Interp` is written `ABOD&|Full&&Interp`',
      source: 'go-astm/immucor-echo-escape: R.3',
      vector: 'results-with-escape.json',
    },
    {
      name: 'queryForEachTube',
      why: 'one message holds a query record for each tube, with the number in the first component; empty lines may stand between',
      source: 'go-astm/rvt-query-five-q-records; rvt-query-empty-lines',
      vector: 'query-of-three-tubes.json',
    },
  ],
});
