import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const sysmexUWam = defineAstmDriver({
  id: 'sysmex/u-wam',
  vendor: 'Sysmex',
  model: 'U-WAM (UC-3500, UF-4000, UF-5000)',
  alsoSoldAs: ['UC-3500', 'UF-3000', 'UF-4000', 'UF-5000'],
  section: 'urine',
  evidence: 'capture',
  sources: [
    {
      title: 'Capture of a U-WAM with UC-3500 strips: each value as RAW and as MAINFORMAT, sixty tests in the order',
      page: 'frisonexDev/AnalizadoresInterface 47c2399, sysmex-uwam-uf-uc3500-2024_09_04-1',
    },
  ],
  protocol: 'astm',
  transports: ['tcp', 'serial'],
  transportDefaults: {
    tcp: { role: 'listen' },
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  },
  link: { sendFrame: 240 },
  charset: 'latin1',
  capabilities: ['results', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^U-WAM$' }], score: 90 }],
  accession: ['O.3.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4.1'], runMark: ['R.3.6'], observedAt: ['R.13'] },
  rows: [
    // scattergrams and histograms of the particle counter are named in the order list and come as files
    { when: [{ at: 'R.3.4', matches: '^(SF_|CW_|CB_|HIST_|RC_)' }], as: 'attachment', mediaType: 'text/uri-list' },
    // the same value once more, before the report format is applied
    { when: [{ at: 'R.4.2', matches: '^RAW$' }], as: 'raw' },
    { when: [{ at: 'R.3.4', matches: '^C-Error' }], as: 'fact' },
    { when: [{ at: 'R.3.4', matches: '^C-ColorRANK$' }], as: 'fact' },
  ],
  value: { masks: ['^\\*+$'] },
  codes: codeMap('AnalizadoresInterface sysmex-uwam-uf-uc3500, R.3.4', [
    ['C-URO', 'U-URO', 'mg/dL'],
    ['C-BLD', 'U-BLD', 'mg/dL'],
    ['C-BIL', 'U-BIL', 'mg/dL'],
    ['C-KET', 'U-KET', 'mg/dL'],
    ['C-GLU', 'U-GLU', 'mg/dL'],
    ['C-PRO', 'U-PRO', 'mg/dL'],
    ['C-PH', 'U-PH', '[pH]'],
    ['C-NIT', 'U-NIT', ''],
    ['C-LEU', 'U-LEU', 'c/µL'],
    ['C-S.G.(Ref)', 'U-SG', '{ratio}'],
    ['C-COLOR', 'U-COL', ''],
    ['C-CLOUD', 'U-CLA', ''],
  ]),
  flagWords: { N: 'within the reference range', H: 'above the reference range', L: 'below the reference range' },
  quirks: [
    {
      name: 'eachValueTwice',
      why: 'every value comes as RAW and as MAINFORMAT under one code; only MAINFORMAT is the reported one, the other is shown beside it',
      source: 'AnalizadoresInterface sysmex-uwam: R.4.2',
      vector: 'results.json',
    },
    {
      name: 'microSignInLatin1',
      why: 'the unit of leukocytes has a micro sign as one byte B5, which is no UTF-8',
      source: 'AnalizadoresInterface sysmex-uwam: R.17 `c/µL`, checksum 28',
      vector: 'results.json',
    },
    {
      name: 'orderListCrossesFrames',
      why: 'the order repeats some sixty tests and is cut into five frames of 240 characters',
      source: 'AnalizadoresInterface sysmex-uwam: frames 3 to 7',
      vector: 'order-list-over-frames.json',
    },
    {
      name: 'gradesAreWords',
      why: 'normal, -, 25, >=300: grades of a strip stay as they are; a comparator stands apart',
      source: 'AnalizadoresInterface sysmex-uwam: `>=0.50^MAINFORMAT`',
      vector: 'results.json',
    },
  ],
});
