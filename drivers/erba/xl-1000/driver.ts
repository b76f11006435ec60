import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const erbaXl1000 = defineAstmDriver({
  id: 'erba/xl-1000',
  vendor: 'Erba',
  model: 'XL series and EM series (XL-200 to XL-1000, EM 200)',
  alsoSoldAs: ['XL-200', 'XL-300', 'XL-640', 'XL-1000', 'EM 200', 'EM 360'],
  section: 'chemistry',
  evidence: 'capture',
  sources: [
    {
      title: 'Captures of an XL-1000: nineteen results, a query for five tubes at once, an order to it',
      page: 'nishishailesh/astm_general 20519b0, erba-xl1000-*',
    },
    {
      title: 'Captures of an EM 200: query, results',
      page: 'wordjelly/Ruby-ASTM 19579df, em_200_query_sample, em_200_sample',
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
  // the header names nobody: its delimiters (repeat is a backtick) and its version tell
  recognise: [
    {
      when: [
        { at: 'H.2', matches: '^`\\^&$' },
        { at: 'H.5', matches: '^$' },
        { at: 'H.13', matches: '^E 1394-97$' },
      ],
      score: 80,
    },
  ],
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4'], range: ['R.6.1'], observedAt: ['R.13', 'R.12'] },
  urine: [{ at: 'O.16', matches: '^[Uu](rine|RINE)' }],
  comments: { text: ['C.4'] },
  query: { accession: ['Q.3.2', 'Q.3.1'], all: [{ at: 'Q.3', matches: '^\\^*ALL$' }], echo: {} },
  answer: {
    delimiters: '|`^&',
    header: { '5': '{host}' },
    patient: { '2': '{n}', '3': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
    order: { '2': '{n}', '3': '{accession}^', '6': '{priority}', '8': '{now}', '12': '{action}', '16': 'Serum' },
    test: '^^^{test}',
    priority: { routine: 'R', urgent: 'S', stat: 'S' },
    action: { new: 'A', add: 'A', cancel: 'C' },
    nothing: 'terminate',
    messages: 'perSpecimen',
  },
  // names are typed in at the analyzer; these are plain in both captures
  codes: codeMap('Ruby-ASTM/erba-em200-results-many-messages, R.3.4', [
    ['GLU', 'GLU', 'mg/dl'],
    ['CRE', 'CREA', 'mg/dl'],
  ]),
  flagWords: {
    A: 'abnormal, see the instrument flags',
    N: 'normal',
    H: 'above the reference range',
    L: 'below the reference range',
  },
  quirks: [
    {
      name: 'backtickRepeats',
      why: 'the header names the backtick as repeat; a query for a whole rack repeats its numbers with it, and orders to the analyzer do too',
      source: 'astm_general/erba-xl1000-query-five-samples; host-order-to-erba-xl1000',
      vector: 'query-of-a-rack.json',
    },
    {
      name: 'oneTestInAMessage',
      why: 'every test is a message of its own',
      source: 'astm_general/erba-xl1000-result-13-30-35-025439',
      vector: 'results.json',
    },
    {
      name: 'namesInsteadOfNumbers',
      why: 'where no barcode was read the operator typed something, often a name: the specimen number is what was sent, and it matches no tube',
      source: 'Ruby-ASTM/erba-em200-results-many-messages: O.3.1',
      vector: 'results-under-a-name.json',
    },
  ],
});
