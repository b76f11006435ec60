import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const rocheCobasC111 = defineAstmDriver({
  id: 'roche/cobas-c111',
  vendor: 'Roche',
  model: 'cobas c 111',
  section: 'chemistry',
  evidence: 'capture',
  sources: [
    {
      title: 'Capture of a c 111 4.2: albumin with its raw absorbances, every record a frame ended by ETB',
      page: 'senaite/senaite.astm b701c18, cobas_c111.astm',
    },
    { title: 'Field facts of the c 111', page: 'analyzers.md A2, row Roche cobas c111' },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results', 'qc'],
  recognise: [{ when: [{ at: 'H.5.3', matches: '^c111$' }], score: 90 }],
  // O.3 is empty: the number stands in O.4
  accession: ['O.3.1', 'O.4.1'],
  patient: { id: ['P.3.1', 'P.4.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], value: ['R.4'], observedAt: ['R.13', 'O.23'] },
  manufacturer: [{ when: [{ at: 'M.3.1', matches: '^RR$' }], name: ['M.3.1'], mediaType: 'text/plain' }],
  comments: { text: ['C.4'], skip: ['^[\\s^I]*$'] },
  codes: codeMap('corpus senaite.astm/cobas_c111.astm, R.3.4', [['413', 'ALB', 'g/L']]),
  flagWords: {
    N: 'normal',
    L: 'below the reference range',
    H: 'above the reference range',
    '<': 'below the measuring range',
    '>': 'above the measuring range',
  },
  quirks: [
    {
      name: 'etbBetweenWholeRecords',
      why: 'every record is a frame and all but the last end with ETB: an ETB does not mean that a record goes on',
      source: 'senaite.astm/cobas_c111: seven frames',
      vector: 'results.json',
    },
    {
      name: 'numberInInstrumentField',
      why: 'O.3 is empty, the specimen number stands first in O.4; the order names no test',
      source: 'senaite.astm/cobas_c111: `O|1||T20 10134GA D28^^6||S`',
      vector: 'results.json',
    },
    {
      name: 'absorbancesBehindTheResult',
      why: 'a manufacturer record RR holds the raw absorbances of the reaction: an attachment, no result',
      source: 'senaite.astm/cobas_c111: `M|1|RR^BM^c111^1|`',
      vector: 'results.json',
    },
  ],
});
