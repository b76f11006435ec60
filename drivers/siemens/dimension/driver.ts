import { defineBlockDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

/** Fields of a block end with FS, the last one too. */
const fs = '\u001c';
const any = '[^\\x1c]*';
const field = (name: string): string => `(?<${name}>${any})\\x1c`;
const skipped = `${any}\\x1c`;

export const siemensDimension = defineBlockDriver({
  id: 'siemens/dimension',
  vendor: 'Siemens',
  model: 'Dimension EXL / RxL Max / Xpand',
  alsoSoldAs: [
    'Dimension EXL with LM',
    'Dimension EXL 200',
    'Dimension RxL Max',
    'Dimension Xpand Plus',
    'Dade Behring Dimension',
  ],
  section: 'chemistry',
  evidence: 'capture',
  sources: [
    {
      title:
        'Frames of a Dimension EXL with LM at a laboratory (poll, results, calibration, queries), as bytes with their sums',
      page: 'bitdreamit/bitdreamit-dimension-transmission e94a0d2 tools/dimension_sample_frames.txt, d89d555 test/src (DimensionFrameTest.java)',
    },
    {
      title: 'Interface Specifications PN D00396 Rev. 2 (2011/08), checked byte by byte with page numbers 1-5 to 1-26',
      page: 'bitdreamit/bitdreamit-dimension-transmission 1aee5bc DIMENSION-PROTOCOL-VERIFICATION.md, FULL-BIDIRECTIONAL-DOCUMENTATION.md, tools/dimension_result_transformer.js',
    },
  ],
  protocol: 'blocks',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  link: { ackTimeoutMs: 1_000, maxTries: 4 },
  charset: 'latin1',
  capabilities: ['results', 'queries', 'orders', 'qc', 'calibration'],
  recognise: [
    { matches: `^R\\x1c(?:${any}\\x1c){6}\\d{12}\\x1c`, score: 80 },
    { matches: `^C\\x1c(?:${any}\\x1c){6}\\d{12}\\x1c`, score: 80 },
    { matches: `^I\\x1c${any}\\x1c(?:${any}\\x1c${any}\\x1c)?$`, score: 60 },
    { matches: `^P\\x1c${any}\\x1c[01]\\x1c[01]\\x1c`, score: 60 },
  ],
  check: 'sumBefore',
  roles: [
    { matches: `^P\\x1c${any}\\x1c0\\x1c1\\x1c`, is: 'poll' },
    { matches: '^P\\x1c', is: 'idlePoll' },
    { matches: '^I\\x1c', is: 'query' },
    { matches: '^M\\x1cA\\x1c', is: 'accepted' },
    { matches: '^M\\x1cR\\x1c', is: 'rejected' },
  ],
  layouts: [
    {
      is: 'results',
      pattern:
        `^R\\x1c${skipped}${field('patientId')}${field('accession')}${field('type')}${skipped}${field('priority')}` +
        '(?<second>\\d\\d)(?<minute>\\d\\d)(?<hour>\\d\\d)(?<day>\\d\\d)(?<month>\\d\\d)(?<year>\\d\\d)\\x1c' +
        `${skipped}(?:1|(?<run>${any}))\\x1c${skipped}(?<rows>.*)$`,
      row: `(?<code>[^\\x1c]+)\\x1c(?<value>${any})\\x1c(?<unit>${any})(?:\\x1c(?<flag>${any})(?:\\x1c|$)|$)`,
      when: [
        { group: 'type', matches: '^[5-9]$', is: 'qc' },
        { group: 'priority', matches: '^[34]$', is: 'qc' },
        { group: 'type', matches: '^[389]$', is: 'urine' },
      ],
    },
    { is: 'query', pattern: `^I\\x1c${field('accession')}(?:${skipped}${skipped})?$` },
    // values of calibrators are no results of a specimen
    { is: 'other', pattern: '^C\\x1c' },
  ],
  thanks: `M${fs}A${fs}${fs}`,
  nothing: `N${fs}`,
  confirmsOrders: true,
  answer: {
    order: [
      'D',
      '0',
      '0',
      '{action}',
      '{patientName:.27}',
      '{accession}',
      '{specimen}',
      '',
      '{priority}',
      '1',
      '**',
      '1',
      '{count}',
      '{tests}',
    ].join(fs),
    test: `{test}${fs}`,
    nothing: `N${fs}`,
    download: true,
    priority: { routine: '0', urgent: '2', stat: '1' },
    action: { new: 'A', add: 'A', cancel: 'D' },
    specimen: { other: '1', serum: '1', plasma: '2', urine: '3', blood: 'W' },
  },
  codes: [
    ...codeMap('live frames R of DimensionFrameTest.java, test name', [
      ['GLUC', 'GLU', 'mg/dL'],
      ['CRE2', 'CREA', 'mg/dL'],
      ['ALTI', 'ALT', 'U/L'],
    ]),
    ...codeMap('live frame C of DimensionFrameTest.java, test name and unit', [['AST', 'AST', 'U/L']]),
    ...codeMap('frame R of tools/all_frames_combined.bin, test name', [['CREA', 'CREA', 'mg/dL']]),
  ],
  flagWords: {
    '1': 'temperature out of range',
    '2': 'calibration expired',
    '3': 'outside the range of the assay',
    '4': 'absorbance',
    '5': 'measurement system',
    '6': 'quality control of the reagent',
    '7': 'arithmetic error',
    '8': 'never calibrated',
    '9': 'no reagent',
    '10': 'aborted',
    '11': 'processing error',
    '12': 'software error',
    '13': 'hemoglobin',
    '14': 'abnormal reaction',
    '15': 'diluted',
    '16': 'below the range of the assay',
    '17': 'above the range of the assay',
    '18': 'hemolysis, icterus or lipemia',
    '19': 'clot',
  },
  quirks: [
    {
      name: 'acceptedInTwoSteps',
      why: 'behind the ACK of a result or calibration the analyzer waits one second for the word M A; without it error 320 stands on its screen',
      source: 'PN D00396 p. 1-16 and 1-26',
      vector: 'results.json',
    },
    {
      name: 'lastFieldMayBeMissing',
      why: 'the empty error code of the last test is left out by some versions, and with it its separator',
      source: 'tools/dimension_sample_frames.txt, frame R',
      vector: 'result-without-last-field.json',
    },
    {
      name: 'timeBackwards',
      why: 'the time is seconds, minutes, hours, day, month and a year of two digits',
      source: 'PN D00396 table 1-22',
      vector: 'results.json',
    },
    {
      name: 'dilutionIsARun',
      why: 'a specimen run diluted bears the factor: it is another run than the undiluted one',
      source: 'PN D00396 table 1-22, dilution factor',
      vector: 'rerun-diluted.json',
    },
    {
      name: 'pollForOrders',
      why: 'orders wait until the analyzer asks with first poll 0 and request 1; any other poll is told that there is none',
      source: 'PN D00396 p. 1-8 and 1-24',
      vector: 'polls.json',
    },
    {
      name: 'controlByTypeOrPriority',
      why: 'kinds of specimen 5 to 9 and priorities 3 and 4 are quality control',
      source: 'PN D00396 table 1-22, sample type and priority',
      vector: 'qc.json',
    },
  ],
});
