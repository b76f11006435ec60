import { defineHl7Driver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const nihonKohdenMek9100 = defineHl7Driver({
  id: 'nihon-kohden/celltac-mek-9100',
  vendor: 'Nihon Kohden',
  model: 'Celltac G MEK-9100',
  alsoSoldAs: ['MEK-9100K', 'MEK-9200'],
  section: 'hematology',
  evidence: 'manual',
  sources: [
    {
      title: 'Field facts of the MEK-9100: OUL^R22, places of number, code and flags, charset',
      page: 'analyzers.md A1, row Nihon Kohden MEK-9100',
    },
  ],
  protocol: 'hl7v2',
  transports: ['tcp'],
  transportDefaults: { tcp: { role: 'listen' } },
  charset: 'utf8',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'MSH-3.1', matches: '^MEK-9\\d{3}' }], score: 90 }],
  specimen: 'SPM',
  // SPM-2 is empty in its own way (`""&&""`): the number of the tube is SAC-3
  accession: ['SAC-3.1'],
  observation: {
    code: ['OBX-3.1'],
    name: ['OBX-3.2'],
    value: ['OBX-5'],
    unit: ['OBX-6.1'],
    range: ['OBX-7'],
    flags: ['OBX-8'],
    status: ['OBX-11'],
    observedAt: ['OBX-19.1', 'OBX-14.1'],
  },
  query: { message: 'QBP', accession: ['QPD-3.1'], echo: {} },
  answer: 'ihe-law',
  codingSystem: '99UNK',
  codes: codeMap('analyzers.md A1, row Nihon Kohden MEK-9100: OBX-3 `WBC^White Blood Cell Count^99UNK`', [
    ['WBC', 'WBC', '10*3/uL', 'White Blood Cell Count'],
  ]),
  flagWords: { L: 'below the reference range', H: 'above the reference range' },
  quirks: [
    {
      name: 'numberInContainer',
      why: 'SPM-2 holds two pairs of quotation marks; the number of the tube stands in SAC-3',
      source: 'analyzers.md A1: SAC-3, SPM-2 `""&&""`',
      vector: 'results.json',
    },
    {
      name: 'flagWithItsTable',
      why: 'OBX-8 is the flag, its words and its table; two quotation marks stand where there is none',
      source: 'analyzers.md A1: `L^Low^HL70078` or `""`',
      vector: 'results.json',
    },
    {
      name: 'kanjiInTheSecondRepeat',
      why: 'MSH-18 names ASCII by leaving its first repeat empty, and JIS kanji in the second',
      source: 'analyzers.md A1: MSH-18 `~ISO IR87`',
      vector: 'results.json',
    },
  ],
});
