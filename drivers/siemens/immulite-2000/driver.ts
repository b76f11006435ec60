import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const siemensImmulite2000 = defineAstmDriver({
  id: 'siemens/immulite-2000',
  vendor: 'Siemens',
  model: 'Immulite 2000',
  alsoSoldAs: ['DPC Immulite', 'Immulite 1000', 'Immulite 2500'],
  section: 'immunology',
  evidence: 'capture',
  sources: [
    {
      title: 'Traffic of a DPC Immulite in a working host: results of six patients, host query, orders sent to it',
      page: 'levinalex/lis 405f97d, features/lis.feature',
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
  recognise: [{ when: [{ at: 'H.5.1', matches: '^(DPC|IMMULITE)' }], score: 90 }],
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4'], observedAt: ['R.13', 'R.12'] },
  query: { accession: ['Q.3.2', 'Q.3.1'], all: [{ at: 'Q.3', matches: '^\\^*ALL$' }], echo: {} },
  answer: {
    header: { '5': '{host}', '9': '8N1', '10': 'DPC', '12': 'P', '13': '1' },
    patient: { '2': '{n}', '3': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
    order: { '2': '{n}', '3': '{accession}' },
    orders: 'perTest',
    test: '^^^{test}',
    nothing: 'terminate',
    messages: 'perSpecimen',
  },
  codes: codeMap('lis/immulite-results-six-patients, R.3.4', [
    ['TT4', 'T4', 'ug/dL'],
    ['TU', 'TU', 'Percnt'],
    ['FER', 'FERR', 'ng/mL'],
    ['E2', 'E2', 'pg/mL'],
    ['FSH', 'FSH', 'mIU/mL'],
    ['LH', 'LH', 'mIU/mL'],
    ['IGE', 'IGE', 'IU/mL'],
  ]),
  flagWords: { N: 'normal', L: 'below the reference range', H: 'above the reference range' },
  quirks: [
    {
      name: 'twoRangesInOneField',
      why: 'R.6 holds the limits of the reference range and, behind each, those of the assay; the reference range is shown',
      source: 'lis/immulite-results-six-patients: `4.5\\.4^12.5\\24`',
      vector: 'results-of-two-patients.json',
    },
    {
      name: 'orderForEachTest',
      why: 'every test is an order record of its own, in results and in what the host sends',
      source: 'lis/immulite-results-six-patients and lis/host-orders-to-immulite-latin1',
      vector: 'query-and-answer.json',
    },
    {
      name: 'headerWithoutEscape',
      why: 'the header of results names two delimiters only; there is no escape character',
      source: 'lis/immulite-results-six-patients: `H|\\^||PASSWORD`',
      vector: 'results-of-two-patients.json',
    },
    {
      name: 'pointWithoutDecimals',
      why: 'a value may end with its decimal point',
      source: 'lis/immulite-results-six-patients: `173.`',
      vector: 'results-of-two-patients.json',
    },
  ],
});
