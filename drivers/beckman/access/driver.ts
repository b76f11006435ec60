import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

const capture = 'idx-23040322236 beckman-access2-b12, R.3.4; ordered as B12 in O.5';

export const beckmanAccess = defineAstmDriver({
  id: 'beckman/access',
  vendor: 'Beckman Coulter',
  model: 'Access 2 / UniCel DxI',
  alsoSoldAs: ['Access 2', 'DxI 600', 'DxI 800'],
  section: 'immunology',
  evidence: 'capture',
  sources: [
    {
      title: 'Capture of an Access 2: vitamin B12, ordered under one name and reported under another',
      page: 'stored index, file 23040322236',
    },
    {
      title: 'Field facts of Access 2 and DxI 800: query, terminator F, positions',
      page: 'analyzers.md A2, row Beckman Access 2 / DxI 800',
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
  recognise: [{ when: [{ at: 'H.5.1', matches: '^(ACCESS|DXI|DxI)' }], score: 90 }],
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4'], runMark: ['R.3.5'], observedAt: ['R.13', 'R.12'] },
  query: { accession: ['Q.3.2', 'Q.3.1'], all: [{ at: 'Q.3', matches: '^\\^*ALL$' }], echo: {} },
  answer: {
    header: { '5': '{host}', '12': 'P', '13': '1', '14': '{now}' },
    patient: { '2': '{n}', '3': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
    order: { '2': '{n}', '3': '{accession}', '6': '{priority}', '12': '{action}', '16': 'Serum' },
    test: '^^^{test}',
    priority: { routine: 'R', urgent: 'S', stat: 'S' },
    action: { new: 'A', add: 'A', cancel: 'C' },
    nothing: 'terminate',
    terminator: { '2': '1', '3': '{code}' },
    messages: 'perSpecimen',
  },
  codes: codeMap(capture, [['B12II', 'B12', 'pg/mL', 'B12']]).map((code) => ({ ...code, orderCode: 'B12' })),
  flagWords: { N: 'normal', L: 'below the reference range', H: 'above the reference range' },
  quirks: [
    {
      name: 'reportedUnderAnotherName',
      why: 'a test is ordered by its name and reported under the name of the reagent generation: results map by the reported name, orders go out under the other',
      source: 'idx-23040322236 beckman-access2-b12: O.5 `B12`, R.3.4 `B12II`',
      vector: 'query-and-answer.json',
    },
    {
      name: 'rangeWithWords',
      why: 'the range is two numbers with `to` between and the word normal behind',
      source: 'idx-23040322236 beckman-access2-b12: `222 to 1439^normal`',
      vector: 'results.json',
    },
    {
      name: 'terminatorF',
      why: 'a message ends with code F, which elsewhere means the end of an answer',
      source: 'idx-23040322236 beckman-access2-b12: `L|1|F`',
      vector: 'results.json',
    },
  ],
});
