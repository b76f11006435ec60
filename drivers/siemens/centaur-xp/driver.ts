import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

const capture = 'Chistousov/ASTM1394 3c5343c CentaurXP/results 1 to 15, R.3.4 with the unit of the DOSE or INDX row';

export const siemensCentaurXp = defineAstmDriver({
  id: 'siemens/centaur-xp',
  vendor: 'Siemens',
  model: 'ADVIA Centaur XP',
  alsoSoldAs: ['ADVIA Centaur', 'ADVIA Centaur CP', 'ADVIA Centaur XPT'],
  section: 'immunology',
  evidence: 'capture',
  sources: [
    {
      title: 'Queries, orders and results of fifteen specimens of an ADVIA Centaur XP',
      page: 'Chistousov/ASTM1394 3c5343c, src/test/resources/CentaurXP (requests, orders, results 1 to 15)',
    },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results', 'queries', 'orders'],
  recognise: [
    // H.5 holds a name the site chose: the shape tells it
    { when: [{ at: 'R.3.8', matches: '^(RLU|COFF|DOSE|INDX|INTR)$' }], score: 85 },
    { when: [{ at: 'Q.4', matches: '^\\^[^^]+\\^\\d{4}\\^[A-Z]$' }], score: 85 },
  ],
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4'], runMark: ['R.3.7'], observedAt: ['R.13', 'R.12'] },
  rows: [
    { when: [{ at: 'R.3.8', matches: '^(RLU|COFF)$' }], as: 'raw' },
    { when: [{ at: 'R.3.8', matches: '^INTR$' }], as: 'interpretation' },
  ],
  comments: { text: ['C.4'] },
  query: { accession: ['Q.3.2'], all: [{ at: 'Q.3', matches: '^\\^*ALL$' }], echo: {} },
  answer: {
    header: { '12': 'P' },
    patient: { '2': '{n}', '3': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
    order: { '2': '{n}', '3': '{accession}', '6': '{priority}', '12': '{action}', '26': 'O\\Q' },
    test: '^^^{test}',
    priority: { routine: 'R', urgent: 'S', stat: 'S' },
    action: { new: '', add: 'A', cancel: 'C' },
    nothing: 'terminate',
    messages: 'perSpecimen',
  },
  // SYPH stays unmapped: its index is no S/CO, and the laboratory sets where it is reactive
  codes: codeMap(capture, [
    ['VitD', 'VITD', 'ng/mL'],
    ['CEA', 'CEA', 'ng/mL'],
    ['CA199', 'CA199', 'U/mL'],
  ]),
  quirks: [
    {
      name: 'rowsOfOneTest',
      why: 'a test comes as three or four rows under one code, told apart by the last component: RLU and COFF are the signal and the cut-off behind the value, DOSE or INDX is the value, INTR its reading in a word',
      source: 'ASTM1394 CentaurXP/results/1 and 5: `^^^SYPH^^^1^INDX`, `^^^SYPH^^^1^INTR`',
      vector: 'results-with-interpretation.json',
    },
    {
      name: 'siteNamesTheSender',
      why: 'H.5 and H.10 hold names that were set at the site, so the analyzer is known by the shape of its rows and queries',
      source: 'ASTM1394 CentaurXP/results/1: `H|\\^&|||UIW_LIS|||||LIS_ID||P|`',
      vector: 'results.json',
    },
    {
      name: 'rangeOfOneInTheQuery',
      why: 'a query names the same specimen as beginning and as end, each with rack and position behind',
      source: 'ASTM1394 CentaurXP/requests/1: `^K403911^0024^A|^K403911^0024^A|ALL`',
      vector: 'query-and-answer.json',
    },
    {
      name: 'commentsRepeat',
      why: 'the comments on a test stand behind each of its rows',
      source: 'ASTM1394 CentaurXP/results/5: `Below Check`, `Final Result Ru`',
      vector: 'results-with-interpretation.json',
    },
  ],
});
