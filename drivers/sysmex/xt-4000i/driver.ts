import { defineAstmDriver } from '../../define.ts';
import { sysmexFivePartCodes, sysmexFlagWords, sysmexHematology } from '../../families/sysmex.ts';

export const sysmexXt4000i = defineAstmDriver({
  id: 'sysmex/xt-4000i',
  vendor: 'Sysmex',
  model: 'XS and XT series (XS-1000i, XT-1800i, XT-4000i)',
  alsoSoldAs: ['XS-500i', 'XS-800i', 'XS-1000i', 'XT-1800i', 'XT-2000i', 'XT-4000i'],
  section: 'hematology',
  evidence: 'manual',
  sources: [
    {
      title:
        'Working host for the XT-4000i: code R.3.5, number O.4.3 or patient record, unit R.5, pictures as .PNG values',
      page: 'vmshis2015/LabServiceServer 208e3b9, Xt4000IAstm.cs (stored index, file 20851784076)',
    },
    { title: 'Field facts of XS and XT', page: 'analyzers.md A1, row Sysmex XS-1000i/XT-1800/4000i' },
  ],
  protocol: 'astm',
  transports: ['tcp', 'serial'],
  transportDefaults: {
    tcp: { role: 'listen' },
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  },
  charset: 'latin1',
  capabilities: ['results', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^X[ST]-\\d{3,4}i$' }], score: 90 }],
  ...sysmexHematology,
  // where no barcode was read, the number that was keyed in stands in the patient record
  accession: ['O.4.3', 'O.3.3', 'P.5.1'],
  codes: sysmexFivePartCodes('vmshis Xt4000IAstm.cs: names as the XN captures have them, R.3.5'),
  flagWords: sysmexFlagWords,
  quirks: [
    {
      name: 'numberInPatientRecord',
      why: 'where an order was keyed in, its number stands in the patient record and the tube position has none',
      source: 'vmshis Xt4000IAstm.cs: P field 4 before O field 3',
      vector: 'number-in-patient-record.json',
    },
    {
      name: 'picturesAmongResults',
      why: 'scattergrams come as result records whose value is the path of a picture',
      source: 'vmshis Xt4000IAstm.cs: values that end in .PNG',
      vector: 'results.json',
    },
  ],
});
