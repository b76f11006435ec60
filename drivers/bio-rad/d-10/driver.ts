import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const bioRadD10 = defineAstmDriver({
  id: 'bio-rad/d-10',
  vendor: 'Bio-Rad',
  model: 'D-10 / VARIANT II (CDM)',
  alsoSoldAs: ['D-10', 'VARIANT II', 'VARIANT II TURBO'],
  section: 'chemistry',
  evidence: 'manual',
  sources: [
    {
      title:
        'Host in use in Vietnam: number in O.3.1, peak in R.3.4, attribute in R.3.5, date in R.13; only A1c with AREA is the result',
      page: 'vmshis2015/LabServiceServer 208e3b9, BioradD10.cs (stored index, file 20392829296)',
    },
    {
      title:
        'Session of a Bio-Rad CDM system (VARIANT II) as its host receives it: sender, number with rack and position, `NGSP` as unit',
      page: 'medplum documentation, ASTM channels, section What the Bot receives (stored index, file 59699147689)',
    },
    {
      title:
        'D-10 from its LIS bulletin: sender D10 with serial and version, AREA and TIME rows of each peak, P1, P2 unnamed peaks, TOTAL last',
      page: 'stored index, file 54345910393, section 4 Bio-Rad D-10; title pages of Bio-Rad L20017702 and LB002566 found, their inner pages not',
    },
    {
      title: 'Host of a D-10 over RS-232, 9600 8N1, looking for A1c^AREA',
      page: 'stored index, file 11944993404 (BioredD10.java)',
    },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^(D-?10$|Bio-Rad (CDM System|D-10))' }], score: 90 }],
  accession: ['O.3.1'],
  patient: { name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4'], unit: ['R.5'], observedAt: ['R.13'] },
  // a peak has its area, time and height, each a row under the same name: only the area is a measured quantity
  rows: [
    { when: [{ at: 'R.3.5', matches: '^(?!AREA$)' }], as: 'raw' },
    { when: [{ at: 'R.3.4', matches: '^(?!A1c$)' }], as: 'fact' },
  ],
  codes: codeMap('BioradD10.cs and ASTM channels: R.3 `^^^A1c^AREA`', [['A1c', 'HBA1C', '%']]),
  flagWords: {},
  quirks: [
    {
      name: 'rowsOfOnePeak',
      why: 'area, time and height of a peak come under one name: the time of A1c must not be taken for its concentration',
      source: 'BioradD10.cs takes AREA only; file 54345910393, 4.3 Peak-based reporting',
      vector: 'results.json',
    },
    {
      name: 'unitNamedAfterItsStandard',
      why: 'the unit of A1c is `NGSP`: per cent of the hemoglobin by that standard',
      source: 'medplum documentation, ASTM channels: `^^^A1c^AREA|5.2|NGSP`',
      vector: 'results.json',
    },
    {
      name: 'numberWithRackAndPosition',
      why: 'O.3 holds the number, then rack, position and injection',
      source: 'medplum documentation, ASTM channels: `511979^002^01^0002`; BioradD10.cs takes the first component',
      vector: 'results.json',
    },
  ],
});
