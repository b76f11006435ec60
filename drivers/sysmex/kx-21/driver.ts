import { defineBlockDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

/** The fourteen values both formats begin with. */
const counts = [
  { code: 'WBC', decimals: 1 },
  { code: 'RBC', decimals: 2 },
  { code: 'HGB', decimals: 1 },
  { code: 'HCT', decimals: 1 },
  { code: 'MCV', decimals: 1 },
  { code: 'MCH', decimals: 1 },
  { code: 'MCHC', decimals: 1 },
  { code: 'PLT', decimals: 0 },
  { code: 'LYM%', decimals: 1 },
  { code: 'MXD%', decimals: 1 },
  { code: 'NEUT%', decimals: 1 },
  { code: 'LYM#', decimals: 1 },
  { code: 'MXD#', decimals: 1 },
  { code: 'NEUT#', decimals: 1 },
] as const;
const sdk = 'Huruf-Tech/medicloud-agent-sdk a17a506, machines/sysmexKx21n/';

export const sysmexKx21 = defineBlockDriver({
  id: 'sysmex/kx-21',
  vendor: 'Sysmex',
  model: 'KX-21 / KX-21N',
  alsoSoldAs: ['KX-21', 'KX-21N'],
  section: 'hematology',
  evidence: 'manual',
  sources: [
    {
      title: 'A working driver of the KX-21N: both output formats by columns, decimals, flags, units, classes A and B',
      page: `${sdk}inbound.ts, resultMetadata.ts, sysmexKx21n.ts`,
    },
    {
      title: 'A working driver of the KX-21 in the K-1000 format: offsets and divisors, ACK for each block',
      page: 'vactorwu/xhn-tianjian-pacs bb227c0, trunk/陈红军/DLL/cpp_dll_inf/KX21.cpp',
    },
  ],
  protocol: 'blocks',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results'],
  recognise: [{ matches: '^D1[USC]\\d{6}', score: 80 }],
  check: 'none',
  layouts: [
    {
      is: 'results',
      pattern:
        '^(?=.{129}$)D1[US](?<year>\\d{4})(?<month>\\d{2})(?<day>\\d{2}).[0 ]*(?<accession>.*?) *.{7}(?<rows>.{95})$',
      columns: {
        digits: 4,
        plain: '0',
        tests: [
          ...counts,
          { code: 'RDW-SD', decimals: 1 },
          { code: 'RDW-CV', decimals: 1 },
          { code: 'PDW', decimals: 1 },
          { code: 'MPV', decimals: 1 },
          { code: 'P-LCR', decimals: 1 },
        ],
      },
    },
    {
      // the order of its date is a setting
      is: 'results',
      pattern: '^(?=.{119}$)D1[US]\\d{6}.[0 ]*(?<accession>.*?) *.{7}(?<rows>.{90})$',
      columns: {
        digits: 4,
        plain: '0',
        tests: [
          ...counts,
          { code: 'RDW', decimals: 1 },
          { code: 'PDW', decimals: 1 },
          // the sources differ: one decimal, or two
          { code: 'MPV' },
          { code: 'P-LCR', decimals: 1 },
        ],
      },
    },
    { is: 'qc', pattern: '^D1C', held: 'the places of a control are told by one source only' },
  ],
  value: { masks: ['^\\*'] },
  codes: codeMap(`${sdk}inbound.ts and resultMetadata.ts`, [
    ['WBC', 'WBC', '10*3/uL'],
    ['RBC', 'RBC', '10*6/uL'],
    ['HGB', 'HGB', 'g/dL'],
    ['HCT', 'HCT', '%'],
    ['MCV', 'MCV', 'fL'],
    ['MCH', 'MCH', 'pg'],
    ['MCHC', 'MCHC', 'g/dL'],
    ['PLT', 'PLT', '10*3/uL'],
    ['LYM%', 'LYMPH%', '%'],
    ['MXD%', 'MID%', '%'],
    ['NEUT%', 'NEUT%', '%'],
    ['LYM#', 'LYMPH#', '10*3/uL'],
    ['MXD#', 'MID#', '10*3/uL'],
    ['NEUT#', 'NEUT#', '10*3/uL'],
    ['RDW-SD', 'RDW-SD', 'fL'],
    ['RDW-CV', 'RDW-CV', '%'],
    ['PDW', 'PDW', 'fL'],
    ['MPV', 'MPV', 'fL'],
    ['P-LCR', 'P-LCR', '%'],
  ]),
  flagWords: {
    '1': 'above the reference range',
    '2': 'below the reference range',
    '3': 'outside the range of linearity',
    '4': 'doubtful',
    '*003': 'over the display range',
    '*': 'could not be measured or calculated',
  },
  quirks: [
    {
      name: 'pointLeftOut',
      why: 'values are four digits without their point; each parameter has its decimals by the manual of its format',
      source: 'inbound.ts, parseNumericField; KX21.cpp, _gItemResultDivFactor',
      vector: 'results.json',
    },
    {
      name: 'twoFormats',
      why: 'the output is set to KX-21N (129 characters) or K-1000 (119); the length tells which',
      source: 'inbound.ts, KX21N_LAYOUT and K1000_LAYOUT',
      vector: 'k-1000-format.json',
    },
    {
      name: 'dateOrderIsASetting',
      why: 'six digits of a date may be year, month, day in any order: the K-1000 format has no time of measurement',
      source: 'sysmexKx21n.ts, dateOrder',
      vector: 'k-1000-format.json',
    },
    {
      name: 'numberFilledUp',
      why: 'the number of the specimen is filled up with blanks or zeros on the left: neither belongs to it',
      source: 'inbound.ts, stripSampleLeadingZeroes; KX21.cpp, StrToInt',
      vector: 'number-filled-with-zeros.json',
    },
    {
      name: 'maskInPlaceOfDigits',
      why: 'an asterisk in place of the first digit means that there is no value; *003 is one over the range',
      source: 'inbound.ts, parseNumericField; KX21.cpp',
      vector: 'flags-and-masks.json',
    },
    {
      name: 'threePartsOnly',
      why: 'MXD# and MXD% are monocytes, eosinophils and basophils together: cells of middle size, no differential',
      source: 'resultMetadata.ts, Mixed Cell Count',
      vector: 'results.json',
    },
  ],
});
