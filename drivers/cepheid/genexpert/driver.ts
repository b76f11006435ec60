import { defineAstmDriver } from '../../define.ts';

export const cepheidGenexpert = defineAstmDriver({
  id: 'cepheid/genexpert',
  vendor: 'Cepheid',
  model: 'GeneXpert Dx (ASTM)',
  alsoSoldAs: ['GeneXpert II', 'GeneXpert IV', 'GeneXpert XVI', 'GeneXpert Infinity'],
  section: 'molecular',
  evidence: 'capture',
  sources: [
    {
      title:
        'Capture of a GeneXpert Dx 4.8: MTB/RIF Ultra that was invalid, 84 rows on several levels in one frame of 4 kB',
      page: 'senaite/senaite.astm b701c18, genexpert.astm',
    },
    {
      title: 'Cepheid GeneXpert LIS interface protocol specification 301-2002 Rev E: host query, order download, QC',
      page: 'analyzers.md A3, row Cepheid GeneXpert',
    },
  ],
  protocol: 'astm',
  transports: ['tcp'],
  transportDefaults: { tcp: { role: 'listen' } },
  link: { sendFrame: 60_000 },
  charset: 'utf8',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'H.5.2', matches: '^GeneXpert$' }], score: 90 }],
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: {
    code: ['R.3.4'],
    name: ['R.3.7'],
    // a number stands behind the words; alone, either is the value
    value: ['R.4.2', 'R.4.1'],
    remark: { at: ['R.4.1'] },
    runMark: ['R.3.8'],
    observedAt: ['R.13', 'R.12'],
  },
  // a main result names its assay in R.3.5; rows of probes, cycle thresholds and end points do not
  rows: [{ when: [{ at: 'R.3.5', matches: '^$' }], as: 'raw' }],
  query: { accession: ['Q.3.2'], all: [{ at: 'Q.3', matches: '^\\^*ALL$' }], echo: { patient: 'Q.3.1' } },
  answer: {
    delimiters: '|@^\\',
    header: { '5': '{host}', '10': 'GeneXpert PC^GeneXpert', '12': 'P', '13': '1394-97', '14': '{now}' },
    patient: { '2': '{n}', '3': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
    order: {
      '2': '{n}',
      '3': '{accession}',
      '6': '{priority}',
      '7': '{now}',
      '12': '{action}',
      '16': 'ORH',
      '26': 'Q',
    },
    orders: 'perTest',
    test: '^^^{test}',
    priority: { routine: 'R', urgent: 'S', stat: 'S' },
    action: { new: 'A', add: 'A', cancel: 'C' },
    nothing: 'terminate',
    terminator: { '2': '1', '3': '{code}' },
    messages: 'perSpecimen',
  },
  // the codes of assays and results are set in the assay's LIS page at each site: they ship unmapped
  codes: [],
  flagWords: {
    INVALID: 'internal control failed: run again',
    ERROR: 'the module stopped: run again',
    'NO RESULT': 'not enough collected: run again',
  },
  quirks: [
    {
      name: 'delimitersOfItsOwn',
      why: 'the header names @ as repeat and the backslash as escape',
      source: 'senaite.astm/genexpert: `H|@^\\|`',
      vector: 'results-on-levels.json',
    },
    {
      name: 'levelsInTheTestId',
      why: 'which component of R.3 is filled gives the level: assay name (5) is a result, analyte name (7) a probe, (8) its cycle threshold or end point; only results are more than signals',
      source: 'senaite.astm/genexpert: R.1, R.2, R.3',
      vector: 'results-on-levels.json',
    },
    {
      name: 'rowsWithoutValue',
      why: 'a result that was not reached comes with an empty value: it is told, it is not negative',
      source: 'senaite.astm/genexpert: R.39 RIF Resistance `^`',
      vector: 'results-on-levels.json',
    },
    {
      name: 'wholeMessageInOneFrame',
      why: 'a frame holds the whole message, here 4 kB',
      source: 'senaite.astm/genexpert',
      vector: 'results-on-levels.json',
    },
  ],
});
