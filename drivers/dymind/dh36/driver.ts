import { defineHl7Driver } from '../../define.ts';
import { dymindCodes, dymindFlagWords, dymindHematology } from '../../families/dymind.ts';

export const dymindDh36 = defineHl7Driver({
  id: 'dymind/dh36',
  vendor: 'Dymind',
  model: 'DH and DP series (DH36, DP-H10, DP-H1x)',
  alsoSoldAs: ['DH33', 'DH36', 'DP-H10', 'DP-H12'],
  section: 'hematology',
  evidence: 'capture',
  sources: [
    {
      title: 'Message of a DP-H1x kept by a working host: 21 parameters, modes, alarms',
      page: 'stored index, file 30607516669',
    },
    {
      title: 'Field facts of Dymind: decimal comma, flags in two repeats',
      page: 'analyzers.md A1, row Erba H360, Dymind',
    },
  ],
  protocol: 'hl7v2',
  transports: ['tcp'],
  transportDefaults: { tcp: { role: 'listen' } },
  charset: 'utf8',
  capabilities: ['results', 'qc'],
  recognise: [{ when: [{ at: 'MSH-4.1', matches: '^D(ymind|YMIND)$' }], score: 90 }],
  ...dymindHematology,
  codes: dymindCodes('stored index, file 30607516669, OBX-3'),
  flagWords: dymindFlagWords,
  quirks: [
    {
      name: 'loincCodesSwapped',
      why: 'GRAN% is sent under 20482-6, which LOINC has for the count, and GRAN# under 19023-1, which it has for the percentage: the name and the unit are right',
      source: 'stored index, file 30607516669: `20482-6^GRAN%^LN||21.1|%`',
      vector: 'results-with-alarms.json',
    },
    {
      name: 'emptyFirstFlag',
      why: 'in OBX-8 the range flag is empty where the value is in range; behind it N or A',
      source: 'stored index, file 30607516669: `~N`',
      vector: 'results-with-alarms.json',
    },
    {
      name: 'decimalComma',
      why: 'where the analyzer has a comma set as decimal sign, values and ranges carry it',
      source: 'analyzers.md A1: decimal comma in value and range',
      vector: 'results-with-comma.json',
    },
    {
      name: 'serialNumberInTheHeader',
      why: 'MSH-13 holds the serial number of the analyzer',
      source: 'stored index, file 30607516669: MSH-13 `DMP1012249003`',
      vector: 'results-with-alarms.json',
    },
  ],
});
