import { defineAstmDriver } from '../../define.ts';
import { horibaCodes, horibaFlagWords, horibaHostInterface } from '../../families/horiba.ts';

const capture =
  'astm_general/horiba-yumizen-h500-patient-histograms and go-astm/horiba-yumizen-h550-qc, R.3.4 with LOINC in R.3.5';

export const horibaYumizenH500 = defineAstmDriver({
  id: 'horiba/yumizen-h500',
  vendor: 'Horiba',
  model: 'Yumizen H500 / H550',
  alsoSoldAs: ['Yumizen H500', 'Yumizen H550', 'H550E'],
  section: 'hematology',
  evidence: 'capture',
  sources: [
    {
      title: 'Capture of an H500: patient with histograms and matrix, 125 frames of 240 characters',
      page: 'nishishailesh/astm_general 20519b0, horiba-yumizen-h500-patient-histograms',
    },
    {
      title: 'Captures of an H550: patient with suspected pathologies, QC with twenty parameters',
      page: 'blutspende/go-astm 9b3fc38, horiba-yumizen-h550-qc, horiba-h550-patient-short',
    },
    {
      title: 'Capture of an H500 over TCP: QC that failed, one frame of 26 kB',
      page: 'senaite/senaite.astm b701c18, yumizen_h500.astm',
    },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  link: { sendFrame: 240 },
  charset: 'latin1',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^H5[05]0E?$' }], score: 90 }],
  ...horibaHostInterface,
  codes: horibaCodes(capture),
  flagWords: horibaFlagWords,
  quirks: [
    {
      name: 'controlInHeader',
      why: 'a control is told by Q in H.12 and by its material `CTRL^^CTRLLOW` in O.16, not by an action code',
      source: 'go-astm/horiba-yumizen-h550-qc: H.12, O.16',
      vector: 'qc.json',
    },
    {
      name: 'curvesAreManufacturerRecords',
      why: 'histograms and the matrix come as M records of deflated floats in base64; they are no results',
      source: 'astm_general/horiba-yumizen-h500-patient-histograms: M.1 to M.3',
      vector: 'results-with-histogram.json',
    },
    {
      name: 'rangeNamesItself',
      why: 'the range carries its own name as a second component',
      source: 'astm_general/horiba-yumizen-h500-patient-histograms: `4.0 - 10.0^REFERENCE_RANGE`',
      vector: 'results-with-histogram.json',
    },
    {
      name: 'statusOfDoubt',
      why: 'R.9 is W where the analyzer doubts the value (flagged, to be checked) and F where it does not',
      source: 'astm_general/horiba-yumizen-h500-patient-histograms: `|L||W|`',
      vector: 'results-with-histogram.json',
    },
  ],
});
