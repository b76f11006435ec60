import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const siemensDcaVantage = defineAstmDriver({
  id: 'siemens/dca-vantage',
  vendor: 'Siemens',
  model: 'DCA Vantage',
  section: 'urine',
  evidence: 'capture',
  sources: [
    {
      title: 'Capture of a DCA Vantage: albumin, creatinine and their ratio in urine, correction factors as comments',
      page: 'senaite/senaite.astm b701c18, dca_vantage.astm',
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
  recognise: [{ when: [{ at: 'H.5.1', matches: '^DCA VANTAGE$' }], score: 90 }],
  // O.4 is the analyzer's own count and cartridge lot; the number keyed in stands in the patient record
  accession: ['O.3.1', 'P.3.1', 'P.4.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4'], observedAt: ['R.13', 'R.12'] },
  codes: codeMap('corpus senaite.astm/dca_vantage.astm, R.3.4', [
    ['Alb', 'U-ALB', 'mg/L'],
    ['Crt', 'U-CREA', 'mg/dL'],
    ['Ratio', 'U-ACR', 'mg/g'],
  ]),
  flagWords: { '<': 'below the measuring range', '>': 'above the measuring range' },
  quirks: [
    {
      name: 'runNumberIsNoAccession',
      why: "O.3 is empty and O.4 is the analyzer's own count with the lot: only the number keyed in as patient names the specimen",
      source: 'senaite.astm/dca_vantage: `P|1|BU24R554`, `O|1||660^0090`',
      vector: 'results.json',
    },
    {
      name: 'correctionAsComment',
      why: 'behind a result stands the slope and offset that was applied to it: a remark on the value, not another value',
      source: 'senaite.astm/dca_vantage: `C|1|I|1.000^0.0 mg/L|G`',
      vector: 'results.json',
    },
  ],
});
