import { defineHl7Driver } from '../../define.ts';
import { readMindrayQc } from '../../families/mindray-chemistry.ts';

export const mindrayBsSeries = defineHl7Driver(
  {
    id: 'mindray/bs-series',
    vendor: 'Mindray',
    model: 'BS series (BS-120 to BS-800)',
    alsoSoldAs: ['BS-120', 'BS-200', 'BS-240', 'BS-300', 'BS-350E', 'BS-380', 'BS-400', 'BS-480', 'BS-800', 'CL-1000i'],
    section: 'chemistry',
    evidence: 'manual',
    sources: [
      {
        title: 'Mindray host interface manual (BS and CL series), examples of every message',
        page: 'hmislk/MindrayCL1000i 268ab48',
      },
      {
        title:
          'Examples of the chemistry analyzer host interface manual as a working host keeps them: `Mindray|BS-200E`',
        page: 'p. 8-9 and 23-28 (stored index, file 70916344756)',
      },
      {
        title: 'Driver of a working host for the BS-800: GBK text',
        page: 'vmshis2015/LabServiceServer 208e3b9, BS800.cs',
      },
    ],
    protocol: 'hl7v2',
    transports: ['tcp', 'serial'],
    transportDefaults: {
      tcp: { role: 'listen' },
      serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    },
    charset: 'latin1',
    capabilities: ['results', 'queries', 'orders', 'qc', 'calibration'],
    recognise: [
      { when: [{ at: 'MSH-3.1', matches: '^BS-\\d' }], score: 90 },
      // the manual of the BS-200E has maker and model in MSH-3 and MSH-4
      { when: [{ at: 'MSH-4.1', matches: '^BS-\\d' }], score: 90 },
      {
        when: [
          { at: 'MSH-3', matches: '^$' },
          { at: 'MSH-9', matches: '^ORU\\^R01' },
          { at: 'MSH-12', matches: '^2\\.3\\.1$' },
          { at: 'MSH-16', matches: '^[012]$' },
        ],
        score: 60,
      },
      {
        when: [
          { at: 'MSH-3', matches: '^$' },
          { at: 'MSH-9', matches: '^QRY\\^Q02' },
          { at: 'MSH-12', matches: '^2\\.3\\.1$' },
        ],
        score: 60,
      },
    ],
    // barcode in OBR-2, number on the analyzer in OBR-3
    accession: ['OBR-2.1', 'OBR-3.1'],
    patient: { id: ['PID-2.1', 'PID-3.1'], name: ['PID-5'], birthDate: ['PID-7.1'], sex: ['PID-8.1'] },
    observation: {
      code: ['OBX-3.1'],
      name: ['OBX-4', 'OBX-3.2'],
      value: ['OBX-5'],
      unit: ['OBX-6.1'],
      range: ['OBX-7'],
      flags: ['OBX-8'],
      status: ['OBX-11'],
      observedAt: ['OBX-14.1', 'OBR-8.1', 'OBR-7.1'],
    },
    urine: [{ at: 'OBR-15.1', matches: '^[Uu](rine|RINE)$' }],
    control: { name: ['OBR-13.1'], lot: ['OBR-14.1'], level: ['OBR-17.1'] },
    query: {
      message: 'QRY',
      accession: ['QRD-8.1'],
      echo: { from: 'QRF-2', to: 'QRF-3', first: 'QRF-4', last: 'QRF-5' },
    },
    answer: 'mindray-qck-dsr',
    acknowledge: { echo: ['applicationAck'], errorNumbers: true },
    // the numbers in OBX-3 are what each site gave its tests: they ship unmapped
    codes: [],
    flagWords: { N: 'normal', H: 'above the reference range', L: 'below the reference range' },
    quirks: [
      {
        name: 'siteNumbersAsCodes',
        why: 'OBX-3 is the number of the test on this analyzer, OBX-4 its name there: no map can ship',
        source: 'Mindray host interface manual, ORU^R01 example: `OBX|1|NM|2|TBil`',
        vector: 'results.json',
      },
      {
        name: 'qcWithoutObx',
        why: 'MSH-16 = 2 marks QC, 1 calibration; the values stand inside OBR, there is no OBX',
        source: 'Mindray host interface manual, QC example: OBR-17 to OBR-21',
        vector: 'qc.json',
      },
      {
        name: 'answerInTwoMessages',
        why: 'a query is answered by QCK^Q02 and then by one DSR^Q03 for each specimen, each acknowledged with ACK^Q03',
        source: 'Mindray host interface manual, QRY^Q02 example',
        vector: 'query-and-answer.json',
      },
    ],
  },
  { readSpecimen: readMindrayQc },
);
