import { defineAstmDriver } from '../../define.ts';

export const thermoIndiko = defineAstmDriver({
  id: 'thermo/indiko',
  vendor: 'Thermo Fisher',
  model: 'Indiko',
  alsoSoldAs: ['Indiko Plus', 'Konelab'],
  section: 'chemistry',
  evidence: 'capture',
  sources: [
    {
      title: 'Captures of an Indiko: five host queries, host frames it refused',
      page: 'hmislk/MaglumiX3 1acb473, thermo-indiko-query-01 to -05',
    },
    {
      title: 'Field facts of the Indiko: role, port, one query in a message',
      page: 'analyzers.md A2, row Thermo Indiko',
    },
  ],
  protocol: 'astm',
  transports: ['tcp', 'serial'],
  transportDefaults: {
    tcp: { role: 'listen', port: 10_100 },
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  },
  charset: 'latin1',
  capabilities: ['queries', 'orders'],
  recognise: [
    {
      when: [
        { at: 'H.5.1', matches: '^\\d+$' },
        { at: 'H.5.2', matches: '^Analyzer \\d+$' },
      ],
      score: 80,
    },
  ],
  accession: ['O.3.1', 'O.3.2'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4'] },
  query: { accession: ['Q.3.2', 'Q.3.1'], all: [{ at: 'Q.3', matches: '^\\^*ALL\\^*$' }], echo: {} },
  answer: {
    header: { '5': '{host}', '12': 'P', '14': '{now}' },
    patient: { '2': '{n}', '3': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
    order: { '2': '{n}', '3': '{accession}', '6': '{priority}', '12': '{action}', '26': 'Q' },
    test: '^^^{test}',
    priority: { routine: 'R', urgent: 'S', stat: 'S' },
    nothing: 'terminate',
    messages: 'perSpecimen',
  },
  // no result of this analyzer was seen: its codes are held until they are mapped
  codes: [],
  flagWords: {},
  quirks: [
    {
      name: 'strictAboutOurChecksum',
      why: 'a host frame whose checksum leaves out the ETX is refused: the sum covers number through ETX',
      source: 'MaglumiX3 README: host frames NAKed by the analyzer',
      vector: 'query-and-answer.json',
    },
    {
      name: 'testIdWithTail',
      why: 'the query asks for `^^^ALL^`, with an empty component behind',
      source: 'MaglumiX3/thermo-indiko-query-01: `Q|1|^2240801063^^||^^^ALL^`',
      vector: 'query-and-answer.json',
    },
  ],
});
