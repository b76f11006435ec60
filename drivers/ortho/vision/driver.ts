import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const orthoVision = defineAstmDriver({
  id: 'ortho/vision',
  vendor: 'Ortho',
  model: 'ORTHO VISION',
  alsoSoldAs: ['ORTHO VISION Max', 'ORTHO VISION Swift'],
  section: 'blood-bank',
  evidence: 'capture',
  sources: [
    {
      title: 'Message of an ORTHO VISION 5.10: ABO and Rh with the reaction of each well',
      page: 'twgenaux/tgenaux-ASTM-LIS a66bef4, ortho-vision-abo-rh-result',
    },
  ],
  protocol: 'astm',
  transports: ['tcp', 'serial'],
  transportDefaults: {
    tcp: { role: 'listen' },
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  },
  charset: 'utf8',
  capabilities: ['results', 'qc'],
  recognise: [
    {
      when: [
        { at: 'H.5.1', matches: '^OCD$' },
        { at: 'H.5.2', matches: '^VISION' },
      ],
      score: 90,
    },
  ],
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.1'], value: ['R.4'], observedAt: ['R.13', 'R.12'] },
  manufacturer: [{ when: [{ at: 'M.4', matches: '\\^' }], name: ['M.3.1'], mediaType: 'text/uri-list' }],
  codes: codeMap('tgenaux-ASTM-LIS/ortho-vision-abo-rh-result, R.3', [
    ['ABO', 'ABO', ''],
    ['Rh', 'RH', ''],
  ]),
  flagWords: { T: 'passed all checks of the analyzer' },
  quirks: [
    {
      name: 'bareCode',
      why: 'the code is the whole of R.3, without the empty components that others send before it',
      source: 'tgenaux-ASTM-LIS/ortho-vision-abo-rh-result: `R|1|ABO|A`',
      vector: 'results.json',
    },
    {
      name: 'wellsBehindTheResult',
      why: 'behind each result manufacturer records give every well with its card, lot and pictures: attachments, no results',
      source: 'tgenaux-ASTM-LIS/ortho-vision-abo-rh-result: `M|1|Anti-A|ABO-Rh/Reverse^1^..jpg`',
      vector: 'results.json',
    },
    {
      name: 'emptyTerminator',
      why: 'the terminator has neither number nor code',
      source: 'tgenaux-ASTM-LIS/ortho-vision-abo-rh-result: `L||`',
      vector: 'results.json',
    },
  ],
});
