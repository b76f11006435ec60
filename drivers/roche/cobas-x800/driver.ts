import { defineHl7Driver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';
import { rocheLaw } from '../../families/roche-law.ts';

export const rocheCobasX800 = defineHl7Driver({
  id: 'roche/cobas-x800',
  vendor: 'Roche',
  model: 'cobas 5800 / 6800 / 8800 (x800 Data Manager)',
  alsoSoldAs: ['cobas 5800', 'cobas 6800', 'cobas 8800'],
  section: 'molecular',
  evidence: 'capture',
  sources: [
    {
      title: 'Capture of a cobas 6800/8800: HIV result with supplemental rows',
      page: 'beak-insights/felicity-astm a204083, cli.py',
    },
    {
      title: 'Traces of the x800 Data Manager: query, order, no work, acceptance and rejection of an order',
      page: 'stored index, file 57005219371',
    },
  ],
  protocol: 'hl7v2',
  transports: ['tcp'],
  transportDefaults: { tcp: { role: 'listen' } },
  charset: 'utf8',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'MSH-3.1', matches: '^(X800 DM|COBAS ?[56]800|cobas ?[568]800)' }], score: 90 }],
  ...rocheLaw,
  dataManager: true,
  value: { masks: ['^ValueNotSet$'] },
  codingSystem: 'LN',
  codes: codeMap('felicity-astm/roche-cobas-6800-OUL-R22, OBX-3.1 and OBR-4', [
    ['70241-5', 'HIVVL', '{copies}/mL', 'HIV'],
  ]),
  flagWords: {
    RR: 'reportable result',
    BT: 'batch result: every target of the tube, not the reported one',
  },
  quirks: [
    {
      name: 'loincAsCode',
      why: 'the reported row has the LOINC code of the order as its code; the row under the assay name belongs to the batch',
      source: 'felicity-astm/roche-cobas-6800-OUL-R22: OBX 1 and 3',
      vector: 'results.json',
    },
    {
      name: 'supplementalRows',
      why: 'rows whose OBX-3.4 is S_OTHER or S_RAW are signals beside the result',
      source: 'felicity-astm/roche-cobas-6800-OUL-R22: OBX 2 `41.47^^37.53`',
      vector: 'results.json',
    },
    {
      name: 'valueNotSet',
      why: 'ValueNotSet stands where there is no value: a mask, no finding',
      source: 'felicity-astm/roche-cobas-6800-OUL-R22: OBX-5',
      vector: 'results.json',
    },
    {
      name: 'queryInRochesProfile',
      why: 'the query is WOS_ROCHE under profile LAB-27R; rack and position come back in SAC',
      source: 'idx-57005219371 x800dm-QBP-Q11-query: QPD-4, QPD-5, MSH-21',
      vector: 'query-and-answer.json',
    },
  ],
});
