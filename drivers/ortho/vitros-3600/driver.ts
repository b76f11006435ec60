import { defineAstmDriver } from '../../define.ts';

export const orthoVitros3600 = defineAstmDriver({
  id: 'ortho/vitros-3600',
  vendor: 'Ortho',
  model: 'VITROS 3600 / 5600 / ECi',
  alsoSoldAs: ['VITROS 3600', 'VITROS 4600', 'VITROS 5600', 'VITROS XT 7600'],
  section: 'immunology',
  evidence: 'capture',
  sources: [
    {
      title: 'Captures of a VITROS 3600: query, order download and result of the same tube, replicates, no result',
      page: 'nishishailesh/astm_general 20519b0, ortho-vitros3600-*',
    },
    {
      title: 'Field facts of VITROS: dilution, assay and diluent in one code',
      page: 'analyzers.md A2, row Ortho Vitros',
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
  // the sender is the serial number, which begins with the model
  recognise: [
    {
      when: [
        { at: 'H.5.1', matches: '^(3600|4600|5600|7600)\\d{3,}$' },
        { at: 'H.13', matches: '^LIS2-A' },
      ],
      score: 80,
    },
  ],
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: {
    // `1.0000+002+1.0`: manual dilution, assay, dilution by the analyzer
    code: [{ at: 'R.3.4', pick: '\\+(\\d{3})\\+' }],
    runMark: ['R.3.4'],
    value: ['R.4'],
    observedAt: ['R.13', 'R.12'],
  },
  rows: [
    // haemolysis, turbidity and icterus of the sample
    { when: [{ at: 'R.3.4', matches: '\\+95[0-2]\\+' }], as: 'fact' },
  ],
  value: { masks: ['^No Result$'] },
  query: {
    accession: ['Q.3.2', 'Q.3.1'],
    all: [{ at: 'Q.3', matches: '^\\^*ALL$' }],
    withdrawn: [{ at: 'Q.13', matches: '^A$' }],
    echo: {},
  },
  answer: {
    header: { '13': 'LIS2-A', '14': '{now}' },
    patient: { '2': '{n}', '3': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
    order: { '2': '{n}', '3': '{accession}', '6': '{priority}', '8': '{now}', '12': '{action}', '16': '5', '26': 'O' },
    test: '^^^1.0000+{test}+1.0',
    nextTest: '{test}+1.0',
    priority: { routine: 'R', urgent: 'S', stat: 'S' },
    nothing: 'terminate',
    messages: 'perSpecimen',
  },
  // which assay a number is depends on the assay data disk that was loaded: the captures name none
  codes: [],
  flagWords: {
    '^0^NQ': 'nothing to be said',
    '^0^NR': 'no result, or no further code',
    '^0^NQLS': 'lot or system without valid QC',
    '^0^FRMN': 'mean of several replicates',
  },
  quirks: [
    {
      name: 'codeBetweenDilutions',
      why: 'R.3.4 holds the manual dilution, the assay number and the dilution by the analyzer; the number is the code, the whole marks the run',
      source: 'astm_general/ortho-vitros3600-result: `1.0000+002+1.0`',
      vector: 'replicates.json',
    },
    {
      name: 'replicatesAndTheirMean',
      why: 'an assay in replicates gives its mean (FRMN) and each replicate under one code in one message; times tell them apart',
      source: 'astm_general/ortho-vitros3600-result-11-11-22-43-31-584309',
      vector: 'replicates.json',
    },
    {
      name: 'noResultInWords',
      why: '`No Result` stands where the value would: it is a mask, not a finding',
      source: 'astm_general/ortho-vitros3600-result-11-11-22-43-31-584309: R.6',
      vector: 'replicates.json',
    },
    {
      name: 'testsShareTheDilution',
      why: 'in an order the manual dilution is written once, before the first test',
      source: 'astm_general/ortho-vitros3600-result: `^^^1.0000+950+1.0\\951+1.0\\952+1.0`',
      vector: 'query-and-answer.json',
    },
    {
      name: 'queryTakenBack',
      why: 'when no answer came in time the same query comes with status A and ends with T: it asks for nothing any more',
      source: 'astm_general/ortho-vitros3600-host-query-11-21-11-10-11: Q.13 A, L.3 T',
      vector: 'query-withdrawn.json',
    },
  ],
});
