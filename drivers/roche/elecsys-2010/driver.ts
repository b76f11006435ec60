import { defineAstmDriver } from '../../define.ts';

export const rocheElecsys2010 = defineAstmDriver({
  id: 'roche/elecsys-2010',
  vendor: 'Roche',
  model: 'Elecsys 2010 / 1010',
  alsoSoldAs: ['Elecsys 1010', 'Elecsys 2010'],
  section: 'immunology',
  evidence: 'capture',
  sources: [
    {
      title: 'Captures of an Elecsys 1010/2010: a result, one below the measuring range',
      page: 'stored index, file 14351133097, roche-elecsys2010-result and -below-range',
    },
    { title: 'Field facts of the Elecsys', page: 'analyzers.md A2, row Roche Elecsys 1010/2010' },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results', 'qc'],
  // the header names nobody: the kind of the specimen in words behind sequence, rack and position tells
  recognise: [
    {
      when: [
        { at: 'H.5', matches: '^$' },
        { at: 'O.4.5', matches: '^(SAMPLE|CONTROL)$' },
      ],
      score: 60,
    },
  ],
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4'], runMark: ['R.3.6'], observedAt: ['R.13', 'R.12'] },
  qc: [{ at: 'O.4', matches: '\\^CONTROL(\\^|$)' }],
  comments: { text: ['C.4'], skip: ['^0$', '^[\\s^]*$'] },
  // the numbers of the tests are those of the laboratory's own list: they ship unmapped
  codes: [],
  flagWords: {
    N: 'normal',
    '<': 'below the measuring range',
    '>': 'above the measuring range',
    L: 'below the reference range',
    H: 'above the reference range',
  },
  quirks: [
    {
      name: 'headerWithoutSender',
      why: 'the header names neither maker nor model; the kind of the specimen in words (SAMPLE^NORMAL) tells the analyzer',
      source: 'idx-14351133097 roche-elecsys2010-result: `H|\\^&||||||||||P||`',
      vector: 'results.json',
    },
    {
      name: 'resultsUnderOrderMarks',
      why: 'a message with results has action code X and report type O, as if it were an order',
      source: 'idx-14351133097 roche-elecsys2010-result: O.12 X, O.26 O',
      vector: 'results.json',
    },
    {
      name: 'alarmNumberAndWords',
      why: 'the comment behind a result is the alarm number and its words',
      source: 'idx-14351133097 roche-elecsys2010-below-range: `50^Result below measuring range`',
      vector: 'below-range.json',
    },
  ],
});
