import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const abbottAfinion2 = defineAstmDriver({
  id: 'abbott/afinion-2',
  vendor: 'Abbott',
  model: 'Afinion 2',
  alsoSoldAs: ['Alere Afinion AS100'],
  section: 'chemistry',
  evidence: 'capture',
  sources: [
    {
      title: 'Capture of an Afinion 2: HbA1c, all records in one frame',
      page: 'senaite/senaite.astm b701c18, abbott_afinion2.astm',
    },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^Afinion' }], score: 90 }],
  // O.4 is the analyzer's own count of the day; the number keyed in stands in the patient record
  accession: ['O.3.1', 'P.4.1', 'P.3.1'],
  patient: { id: ['P.4.1', 'P.3.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4'], observedAt: ['R.13', 'R.12'] },
  codes: codeMap('corpus senaite.astm/abbott_afinion2.astm, R.3.4', [['HbA1c', 'HBA1C', '%']]),
  flagWords: { '<': 'below the measuring range', '>': 'above the measuring range' },
  quirks: [
    {
      name: 'runNumberIsNoAccession',
      why: "O.3 is empty and O.4 is the analyzer's own count: only the number keyed in as patient names the specimen",
      source: 'senaite.astm/abbott_afinion2: `P|1||3643`, `O|1||5`',
      vector: 'results.json',
    },
  ],
});
