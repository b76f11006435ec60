import { defineHl7Driver } from '../../define.ts';
import {
  mindrayHematology,
  mindrayHematologyCodes,
  mindrayHematologyFlagWords,
  mindrayThreePartCodes,
} from '../../families/mindray-hematology.ts';

export const mindrayBc5380 = defineHl7Driver({
  id: 'mindray/bc-5380',
  vendor: 'Mindray',
  model: 'BC-5380',
  alsoSoldAs: ['BC-5000', 'BC-5150', 'BC-5300', 'BC-5390', 'BC-20', 'BC-20s', 'BC-30', 'BC-30s'],
  section: 'hematology',
  evidence: 'capture',
  sources: [
    { title: 'Capture of a BC-5150 of the same class: 51 OBX', page: 'stored index, file 67503827440' },
    { title: 'Log of a BC-5150: worklist query, rejection, result', page: 'stored index, file 58002900655' },
    {
      title: 'Driver of a working host for the BC-5380: code in OBX-3',
      page: 'vmshis2015/LabServiceServer 208e3b9, BC5380.cs',
    },
    {
      title: 'Messages of BC-20 class analyzers in working hosts: middle cells and granulocytes, numbers as IS',
      page: 'stored index, files 15630873434, 65843020685, 40187427192',
    },
    { title: 'Host that answers worklist queries with ORR^O02 and ORC-1 AF', page: 'stored index, file 58046842993' },
  ],
  protocol: 'hl7v2',
  transports: ['tcp'],
  // the analyzer is the server (port 5100, one client) on most of the class
  transportDefaults: { tcp: { role: 'connect', port: 5100 } },
  charset: 'utf8',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [
    { when: [{ at: 'MSH-3.1', matches: '^BC-5' }], score: 90 },
    // sender fields may be empty: then the shape of the order or of the query tells
    {
      when: [
        { at: 'MSH-3', matches: '^$' },
        { at: 'MSH-12', matches: '^2\\.3\\.1$' },
        { at: 'OBR-4.1', matches: '^0000\\d$' },
        { at: 'OBR-4.3', matches: '^99MRC$' },
      ],
      score: 60,
    },
    {
      when: [
        { at: 'MSH-3', matches: '^$' },
        { at: 'MSH-9', matches: '^ORM\\^O01' },
        { at: 'MSH-12', matches: '^2\\.3\\.1$' },
        { at: 'ORC-1', matches: '^RF$' },
      ],
      score: 60,
    },
  ],
  ...mindrayHematology,
  codes: [...mindrayHematologyCodes, ...mindrayThreePartCodes],
  flagWords: mindrayHematologyFlagWords,
  quirks: [
    {
      name: 'controlByProcessingId',
      why: 'a control is marked in MSH-11 = Q; OBR-3 then names the QC file and PID-3 the lot',
      source: 'idx-67503827440 mindray-bc5150-QC-msh11Q',
      vector: 'qc.json',
    },
    {
      name: 'twoFlagsInOneField',
      why: 'OBX-8 repeats: the range flag, then N or A for suspect or edited',
      source: 'idx-58002900655: `L~A`',
      vector: 'results-with-alarms.json',
    },
    {
      name: 'modesAndAlarmsAmongResults',
      why: 'IS rows say how the analyzer ran and which alarms stand; they are shown, never filed',
      source: 'idx-67503827440: 08001 to 08003, 12007',
      vector: 'results-with-alarms.json',
    },
    {
      name: 'picturesAmongResults',
      why: 'ED rows hold pictures in base64, up to 38 kB each',
      source: 'analyzers.md A1 (BC-5000 class)',
      vector: 'results-with-alarms.json',
    },
    {
      name: 'numbersAsCodedText',
      why: 'a three-part analyzer of the class sends its numbers with type IS, as modes and alarms have it: a number or a mask is a result all the same',
      source: 'stored index, file 40187427192: `OBX|4|IS|6690-2^WBC^LN||0.0|10*9/L`',
      vector: 'results-of-three-parts.json',
    },
    {
      name: 'keepAliveByte',
      why: 'a bare byte 02 comes about every 3 s between messages',
      source: 'AnalizadoresInterface mindray-bc6000-ORU-R01-02: 02 before VT',
      vector: 'query-and-answer.json',
    },
  ],
});
