import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const hologicPanther = defineAstmDriver({
  id: 'hologic/panther',
  vendor: 'Hologic',
  model: 'Panther',
  section: 'molecular',
  evidence: 'manual',
  sources: [
    {
      title: 'Transmission as text in a host of a reference laboratory: qHIV-1 of four specimens, each with four rows',
      page: 'felicity-astm (stored index, files 8137370972 and 12941409161)',
    },
    {
      title: 'Transmission as text: HPV with light counts, quotient, cutoffs and overall interpretation, status `F\\R`',
      page: 'felicity-astm (stored index, files 47305405244 and 13162680902)',
    },
    {
      title: 'Frames with their checksums, and an order of a panel with its third number',
      page: 'checksum tests of a host (stored index, file 40831312485)',
    },
  ],
  protocol: 'astm',
  transports: ['tcp', 'serial'],
  transportDefaults: {
    tcp: { role: 'listen' },
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  },
  charset: 'latin1',
  capabilities: ['results'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^Panther$' }], score: 90 }],
  accession: ['O.3.1'],
  observation: {
    code: ['R.3.4'],
    name: ['R.3.5'],
    value: ['R.4'],
    unit: ['R.5'],
    status: ['R.9'],
    observedAt: ['R.13'],
  },
  // every row comes under the assay: the load bears the analyte of the assay's name, words the overall interpretation
  rows: [{ when: [{ at: 'R.3', matches: '^(?!\\^*q?([^^]+)\\^(\\1|OverallInterpretation)(\\^|$))' }], as: 'raw' }],
  codes: codeMap('felicity-astm (stored index, file 8137370972): R.3 `^^^qHIV-1^HIV-1^^1`', [
    ['qHIV-1', 'HIVVL', 'copies/mL', 'HIV-1'],
  ]),
  flagWords: {},
  quirks: [
    {
      name: 'rowsOfOneAssay',
      why: 'counts of light, quotients, cutoffs and the logarithm come under the code of the assay and differ in R.3.5 only: none of them is the result',
      source: 'felicity-astm (stored index, file 47305405244): HPV, seven rows',
      vector: 'interpretation.json',
    },
    {
      name: 'wordsInPlaceOfANumber',
      why: 'a load that is not there is `Not Detected` beside the unit',
      source: 'felicity-astm (stored index, file 8137370972)',
      vector: 'loads.json',
    },
    {
      name: 'patientPerSpecimen',
      why: 'one message holds many specimens, each under a patient of its own that names nobody, and may end behind a patient without an order',
      source: 'felicity-astm (stored index, file 8137370972): `P|4` is the last record',
      vector: 'loads.json',
    },
    {
      name: 'repeatedStatus',
      why: 'the status may hold `F` and `R` as repeats',
      source: 'felicity-astm (stored index, file 47305405244): `F\\R`',
      vector: 'interpretation.json',
    },
  ],
});
