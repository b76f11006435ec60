import { defineHl7Driver } from '../../define.ts';
import {
  mindrayExtendedCodes,
  mindrayHematology,
  mindrayHematologyFlagWords,
} from '../../families/mindray-hematology.ts';

export const mindrayBc6000 = defineHl7Driver({
  id: 'mindray/bc-6000',
  vendor: 'Mindray',
  model: 'BC-6000 series (BC-6000, BC-6800, LabXpert)',
  alsoSoldAs: ['BC-6000', 'BC-6200', 'BC-6800', 'LabXpert'],
  section: 'hematology',
  evidence: 'capture',
  sources: [
    {
      title: 'Captures of a BC-6000: 64 OBX with research parameters and alarms, a bare byte 02 before the block',
      page: 'frisonexDev/AnalizadoresInterface 47c2399, mindray-bc6000-ORU-R01-01 to -08',
    },
    {
      title: 'Captures of LabXpert in front of BC-6000: corrected WBC, audit state, masked values',
      page: 'frisonexDev/AnalizadoresInterface 47c2399, mindray-labxpert-ORU-R01-01 to -05',
    },
  ],
  protocol: 'hl7v2',
  transports: ['tcp'],
  transportDefaults: { tcp: { role: 'listen' } },
  charset: 'utf8',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'MSH-3.1', matches: '^(BC-6\\d{3}|LabXpert)' }], score: 90 }],
  ...mindrayHematology,
  codes: mindrayExtendedCodes,
  flagWords: mindrayHematologyFlagWords,
  quirks: [
    {
      name: 'suspectIsTheOnlyFlag',
      why: 'OBX-8 holds a range flag and N or A, or A alone where the value is in range and suspect',
      source: 'AnalizadoresInterface mindray-bc6000-ORU-R01-02: WBC `A`, EOS# `H~N`',
      vector: 'results-with-alarms.json',
    },
    {
      name: 'maskedResearchValues',
      why: 'research parameters that could not be computed are four asterisks: no value, the mask among the flags',
      source: 'AnalizadoresInterface mindray-labxpert-ORU-R01-01: `H-NR%` `****`',
      vector: 'results-of-labxpert.json',
    },
    {
      name: 'stateOfTheMiddleware',
      why: 'LabXpert tells its own audit state and the analyzer behind it as ST rows: facts, never results',
      source: 'AnalizadoresInterface mindray-labxpert-ORU-R01-01: 09001, 09999',
      vector: 'results-of-labxpert.json',
    },
    {
      name: 'keepAliveByte',
      why: 'a bare byte 02 stands before the block',
      source: 'AnalizadoresInterface mindray-bc6000-ORU-R01-02',
      vector: 'results-with-alarms.json',
    },
  ],
});
