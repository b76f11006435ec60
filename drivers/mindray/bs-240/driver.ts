import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';
import { readMindrayAstmQc } from '../../families/mindray-astm.ts';

export const mindrayBs240 = defineAstmDriver(
  {
    id: 'mindray/bs-240',
    vendor: 'Mindray',
    model: 'BS and CL series in ASTM mode (BS-240, BS-430, CL-900i)',
    alsoSoldAs: ['BS-230', 'BS-240', 'BS-240Pro', 'BS-430', 'BS-600M', 'CL-900i', 'CL-1000i', 'CL-1200i'],
    section: 'chemistry',
    evidence: 'capture',
    sources: [
      {
        title: 'Capture of a BS-240 class analyzer: two tests, numbers that go on over messages',
        page: 'stored index, file 23040322236',
      },
      {
        title: 'Mindray host interface manual, ASTM option: PR, QR, RQ, QA and SA examples',
        page: 'corpus mindray-astm-manual',
      },
    ],
    protocol: 'astm',
    transports: ['tcp', 'serial'],
    transportDefaults: {
      tcp: { role: 'listen' },
      serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    },
    charset: 'latin1',
    capabilities: ['results', 'queries', 'orders', 'qc', 'calibration'],
    // the sender is what the site typed; H.12 says the purpose in Mindray's own letters
    recognise: [
      {
        when: [
          { at: 'H.2', matches: '^\\\\\\^&$' },
          { at: 'H.12', matches: '^(PR|QR|CR|RQ)$' },
          { at: 'H.13', matches: '^1394-97$' },
        ],
        score: 80,
      },
    ],
    // barcode in O.4 with the position in O.3; without a barcode the number is O.3
    accession: ['O.4.1', 'O.3.1'],
    patient: { id: ['P.4.1', 'P.3.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
    observation: {
      code: ['R.3.1'],
      name: ['R.3.2'],
      value: ['R.4.1', 'R.4.2'],
      runMark: ['R.3.3'],
      // the manual has range, flag and status one field behind where the capture has them
      range: [
        { at: 'R.6', pick: '(.*\\d.*)' },
        { at: 'R.7', pick: '^([\\d.,]+\\^[\\d.,]+)$' },
      ],
      flags: [
        { at: 'R.7', pick: '^([A-Za-z<>]{1,2})$' },
        { at: 'R.8', pick: '^([A-Za-z<>]{1,2})$' },
        { at: 'R.9', pick: '^([A-Z][a-z]+)$' },
      ],
      status: [
        { at: 'R.9', pick: '^([A-Z])$' },
        { at: 'R.10', pick: '^([A-Z])$' },
      ],
      observedAt: ['R.13', 'R.12'],
    },
    urine: [{ at: 'O.16', matches: '^[Uu](rine|RINE)$' }],
    query: { accession: ['Q.3.2', 'Q.3.1'], all: [{ at: 'Q.3', matches: '^\\^*ALL$' }], echo: {} },
    answer: {
      header: { '5': '{host}', '12': 'SA', '13': '1394-97', '14': '{now}' },
      patient: { '2': '{n}', '4': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
      order: { '2': '{n}', '4': '{accession}', '6': '{priority}', '7': '{now}', '16': '{specimenType}', '26': 'Q' },
      test: '{test}^^^',
      priority: { routine: 'R', urgent: 'S', stat: 'S' },
      nothing: 'terminate',
      messages: 'perSpecimen',
    },
    // SA is an order whether the analyzer asked or not (mindray-astm-manual: SA order)
    download: { header: {} },
    codes: codeMap('idx-23040322236 mindray-bs-astm-result-odd-sequence, R.3.1', [
      ['CREAS', 'CREA', 'mg/dL', 'Creatinine (Sarcosine Oxidase Method)'],
      ['UREA', 'UREA', 'mg/dL', 'Urea'],
    ]),
    flagWords: { N: 'normal', H: 'above the reference range', L: 'below the reference range', Positive: 'positive' },
    quirks: [
      {
        name: 'purposeInHeader',
        why: 'H.12 says what the message is: PR results, QR control, CR calibration, RQ query; QA and SA are the answers',
        source: 'mindray-astm-manual: H.12 of every example',
        vector: 'qc.json',
      },
      {
        name: 'codeInFirstComponent',
        why: 'code and name stand in R.3.1 and R.3.2, where others have empty components',
        source: 'idx-23040322236: `CREAS^Creatinine (Sarcosine Oxidase Method)^^F`',
        vector: 'results.json',
      },
      {
        name: 'barcodeInSecondNumber',
        why: 'the barcode is O.4; O.3 holds the place on the analyzer, or the number where there is no barcode',
        source: 'idx-23040322236: `8^^|2025105875`; mindray-astm-manual: `SAMPLE123^1^1`',
        vector: 'results.json',
      },
      {
        name: 'numbersGoOn',
        why: 'sequence numbers of records go on over messages and even the terminator has one',
        source: 'idx-23040322236: `P|476`, `R|162`, `L|475`',
        vector: 'results.json',
      },
      {
        name: 'wordsInSecondComponent',
        why: 'a qualitative result has an empty number and the words behind it',
        source: 'mindray-astm-manual: `^Negative`',
        vector: 'results.json',
      },
      {
        name: 'controlsInsideTheOrder',
        why: 'control values stand in the order record, a repeat for each control: name, lot, expiry, mean, level, spread, value',
        source: 'mindray-astm-manual/mindray-astm-QR-qc: `1^QC1^1111^20100910^10^L^5^10.28`',
        vector: 'qc.json',
      },
    ],
  },
  { readSpecimen: readMindrayAstmQc },
);
