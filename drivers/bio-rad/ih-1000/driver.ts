import { defineAstmDriver } from '../../define.ts';

export const bioRadIh1000 = defineAstmDriver({
  id: 'bio-rad/ih-1000',
  vendor: 'Bio-Rad',
  model: 'IH-1000 / IH-500 (IH-Com)',
  alsoSoldAs: ['IH-500', 'IH-1000', 'IH-Com'],
  section: 'blood-bank',
  evidence: 'capture',
  sources: [
    {
      title: 'Messages of IH v5.1 and v5.2: blood groups with reaction of each well, reagents, German texts',
      page: 'blutspende/go-astm 9b3fc38, biorad-ih-*',
    },
  ],
  protocol: 'astm',
  transports: ['tcp', 'serial'],
  transportDefaults: {
    tcp: { role: 'listen' },
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  },
  charset: 'windows-1252',
  capabilities: ['results', 'qc'],
  recognise: [
    {
      when: [
        { at: 'H.5.1', matches: '^Bio-Rad$' },
        { at: 'H.6', matches: '^IH v' },
      ],
      score: 90,
    },
  ],
  accession: ['O.3.1', 'O.4.1'],
  patient: { id: ['P.4.1', 'P.3.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: {
    code: ['R.3.4'],
    name: ['R.3.6'],
    // `40^^` is one grade, `A^NEG^NEG^ccee^K-` a result in parts
    value: [{ at: 'R.4', pick: '^(.*?)\\^*$' }],
    // R.5 names the column of the card, it is no unit
    unit: ['R.5.9'],
    runMark: ['R.3.5'],
    observedAt: ['R.13', 'R.12'],
  },
  // wells and cells are what the interpretation stands on; `Result` is the interpretation
  rows: [{ when: [{ at: 'R.3.4', matches: '^(?!Result$)' }], as: 'raw' }],
  comments: { text: ['C.3.1', 'C.4.1'], skip: ['^[\\s^\\\\]*$'] },
  // a composite result in parts (A^NEG^NEG^ccee^K-): no single analyte is all of it
  codes: [],
  flagWords: {},
  quirks: [
    {
      name: 'wellsUnderTheCard',
      why: 'every well is a row under the name of its antibody, with the card in the next component; the row Result is what they come to',
      source: 'go-astm/biorad-ihcom-bloodtype: `AntiA^MO10`, `Result^MO10`',
      vector: 'results.json',
    },
    {
      name: 'resultInParts',
      why: 'the result of a panel has a component for each of its parts',
      source: 'go-astm/biorad-ihcom-bloodtype: `A^NEG^NEG^ccee^K-^NEG^^^`',
      vector: 'results.json',
    },
    {
      name: 'germanTexts',
      why: 'names of panels and patients are in Windows-1252, not UTF-8',
      source: 'go-astm/biorad-ih-german-windows1252',
      vector: 'results.json',
    },
    {
      name: 'reagentsAsComments',
      why: 'reagents and cards of a well are comments behind it',
      source: 'go-astm/biorad-ihcom-bloodtype: `C|1|ID-Diluent 2^^05761.03.12^20240131`',
      vector: 'results.json',
    },
  ],
});
