import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const stagoStaCompact = defineAstmDriver({
  id: 'stago/sta-compact',
  vendor: 'Stago',
  model: 'STA Compact / STA Satellite',
  alsoSoldAs: ['STA Compact Max', 'STA Satellite Max', 'STA-R Evolution'],
  section: 'coagulation',
  evidence: 'capture',
  sources: [
    {
      title: 'Capture of an STA Satellite Max: PT, INR and aPTT, each method an order, alarms and reagent lots',
      page: 'wordjelly/Ruby-ASTM 19579df, stago.txt with the sizes of its serial reads',
    },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^STA[_ -]' }], score: 90 }],
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4'], runMark: ['O.4.1'], observedAt: ['R.13', 'R.12'] },
  comments: { text: ['C.4'] },
  codes: codeMap('Ruby-ASTM/stago-sta-satellite-max-results, R.3.4', [
    ['SPT', 'PT', 'S'],
    ['SINR', 'INR', 'INR ISI'],
    ['SAPTT', 'APTT', 'S'],
  ]),
  flagWords: { '<': 'below the measuring range', '>': 'above the measuring range' },
  quirks: [
    {
      name: 'orderForEachMethod',
      why: 'one tube has an order for each method; they are one specimen, and the number in O.4 tells a method run twice apart',
      source: 'Ruby-ASTM/stago-sta-satellite-max-results: O.4 226, 227, 651',
      vector: 'results.json',
    },
    {
      name: 'alarmInCommentText',
      why: 'C.3 is empty: alarm number and words stand in C.4 of comments behind the result; controls that are invalid are told there',
      source: 'Ruby-ASTM/stago-sta-satellite-max-results: `36^Test Co 24 controls are invalid.`',
      vector: 'results.json',
    },
    {
      name: 'reagentLotsBehindTheResult',
      why: 'a manufacturer record behind the result names the lots of the reagents: no result',
      source: 'Ruby-ASTM/stago-sta-satellite-max-results: `M|1|SPT||||||STA-NEO CI PLUS 5^254169`',
      vector: 'results.json',
    },
  ],
});
