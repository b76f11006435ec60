import { defineHl7Driver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const raytoHemaray86 = defineHl7Driver({
  id: 'rayto/hemaray-86',
  vendor: 'Rayto',
  model: 'Hemaray 86',
  section: 'hematology',
  evidence: 'capture',
  sources: [
    {
      title: 'Capture of a Hemaray 86, two of its parameters, with the delimiters two fields late',
      page: 'frisonexDev/AnalizadoresInterface 47c2399, rayto-hemaray86-malformed-msh',
    },
  ],
  protocol: 'hl7v2',
  transports: ['tcp'],
  transportDefaults: { tcp: { role: 'listen' } },
  charset: 'utf8',
  capabilities: ['results', 'qc'],
  recognise: [{ when: [{ at: 'MSH-3.1', matches: '^Hemaray' }], score: 90 }],
  // no barcode was in the capture: a number of the tube stands in OBR-3 or OBR-2 where there is one
  accession: ['OBR-3.1', 'OBR-2.1'],
  patient: { id: ['PID-3.1', 'PID-2.1'], name: ['PID-5'], birthDate: ['PID-7.1'], sex: ['PID-8.1'] },
  observation: {
    code: ['OBX-3.1'],
    value: ['OBX-5'],
    unit: ['OBX-6.1'],
    range: ['OBX-7'],
    flags: ['OBX-8'],
    status: ['OBX-11'],
    observedAt: ['OBX-14.1', 'OBR-7.1'],
  },
  codes: codeMap('AnalizadoresInterface rayto-hemaray86-malformed-msh, OBX-3', [
    ['WBC', 'WBC', '10*9/L'],
    ['NEUTP', 'NEUT%', '%'],
  ]),
  flagWords: { N: 'normal', H: 'above the reference range', L: 'below the reference range' },
  quirks: [
    {
      name: 'delimitersTwoFieldsLate',
      why: 'the delimiters stand in MSH-4, so every field of the header is two places late',
      source: 'AnalizadoresInterface rayto-hemaray86-malformed-msh: `MSH|||^~\\&|Hemaray 86|`',
      vector: 'results.json',
    },
    {
      name: 'timesWithDashes',
      why: 'times are written 2023-12-01 08:55 and dates of birth with dashes',
      source: 'AnalizadoresInterface rayto-hemaray86-malformed-msh: OBR-7, PID-7',
      vector: 'results.json',
    },
  ],
});
