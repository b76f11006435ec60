import { defineHl7Driver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

const ba200 = 'idx-34341501983 biosystems-ba200-OUL-R22-24-tests, OBX-3.1';
const ba400 = 'limsmw biosystems-ba400-OUL-R22-multi and -flag, OBX-3.1';

export const biosystemsBa400 = defineHl7Driver({
  id: 'biosystems/ba400',
  vendor: 'BioSystems',
  model: 'BA200 / BA400',
  alsoSoldAs: ['BA200', 'BA400'],
  section: 'chemistry',
  evidence: 'capture',
  sources: [
    {
      title: 'Captures of a BA400: results, flags, urine, truncated reads, queries, acknowledgements',
      page: 'hmislk/limsmw d4adacd',
    },
    {
      title: 'Captures of a BA200: 24 tests of one specimen, query, a result without specimen',
      page: 'oibacidem/lims-hl-seven (stored index, file 34341501983)',
    },
    { title: 'Traffic of a host that orders from a BA200 and its ORL^O34', page: 'stored index, file 34154439266' },
  ],
  protocol: 'hl7v2',
  transports: ['tcp'],
  transportDefaults: { tcp: { role: 'listen' } },
  charset: 'utf8',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'MSH-3.1', matches: '^BA[24]00$' }], score: 90 }],
  specimen: 'SPM',
  accession: ['SPM-2.1', 'SAC-3.1'],
  observation: {
    code: ['OBX-3.1'],
    value: ['OBX-5'],
    unit: ['OBX-6.1'],
    range: ['OBX-7'],
    flags: ['OBX-8'],
    status: ['OBX-11'],
    observedAt: ['OBX-19.1'],
  },
  urine: [{ at: 'SPM-4.1', matches: '^UR' }],
  query: { message: 'QBP', accession: ['QPD-3.1'], echo: {} },
  answer: 'ihe-law',
  codingSystem: 'A400',
  codes: [
    ...codeMap(ba200, [
      ['ACE', 'ACE', 'U/L'],
      ['ALBUMIN', 'ALB', 'g/L'],
      ['ALP-AMP', 'ALP', 'U/L'],
      ['ALT-GPT', 'ALT', 'U/L'],
      ['AMYLASE DIRECT', 'AMY', 'U/L'],
      ['AST-GOT', 'AST', 'U/L'],
      ['BILI DIRECT DPD', 'DBIL', 'mg/dL'],
      ['BILI TOTAL DPD', 'TBIL', 'mg/dL'],
      ['CALCIUM ARSENAZO', 'CA', 'mg/dL'],
      ['CHOLESTEROL', 'CHOL', 'mg/dL'],
      ['CHOLINESTERASE', 'CHE', 'U/L'],
      ['CK', 'CK', 'U/L'],
      ['CREATININE', 'CREA', 'mg/dL'],
      ['FERRITIN', 'FERR', 'μg/L'],
      ['GAMMA-GT', 'GGT', 'U/L'],
      ['GLUCOSE', 'GLU', 'mg/dL'],
      ['HDL DIRECT TOOS', 'HDL', 'mg/dL'],
      ['IRON FERROZINE', 'FE', 'μg/dL'],
      ['LDL DIRECT TOOS', 'LDL', 'mg/dL'],
    ]),
    ...codeMap(ba400, [
      ['CHOL HDL DIRECT', 'HDL', 'mg/dL'],
      ['CRP', 'CRP', 'mg/L'],
      ['TRIGLYCERIDES', 'TG', 'mg/dL'],
    ]),
    ...codeMap('limsmw biosystems-ba400-OUL-R22-uri-02, OBX-3.1', [['ALBUMIN-MAU', 'U-ALB', 'mg/L']]),
  ],
  flagWords: {
    NONE: 'nothing to be said',
    '025': 'remark 025 of the analyzer: see its list of result remarks',
    '030': 'remark 030 of the analyzer: see its list of result remarks',
  },
  quirks: [
    {
      name: 'nineDigits',
      why: 'values come with nine significant digits; they are kept as sent and rounded only where the catalogue has another unit',
      source: 'limsmw/biosystems-ba400-OUL-R22-single-01: `1.11651742`',
      vector: 'results.json',
    },
    {
      name: 'microSignEscaped',
      why: 'the micro sign of a unit is a local escape that names its code point',
      source: 'idx-34341501983: `\\Z03BC\\g/L`',
      vector: 'results.json',
    },
    {
      name: 'resultWithoutSpecimen',
      why: 'a message may hold a result and no specimen at all: it waits for a person',
      source: 'idx-34341501983 biosystems-ba200-OUL-R22-bare-OBX',
      vector: 'result-without-specimen.json',
    },
    {
      name: 'orderForEachTest',
      why: 'each test is OBR, ORC and OBX of its own under one SPM: they are one specimen',
      source: 'idx-34341501983 biosystems-ba200-OUL-R22-24-tests',
      vector: 'results.json',
    },
  ],
});
