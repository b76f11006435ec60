import { defineAstmDriver } from '../../define.ts';
import { readMindrayAstmQc } from '../../families/mindray-astm.ts';

export const mindrayEcl8000 = defineAstmDriver(
  {
    id: 'mindray/ecl8000',
    vendor: 'Mindray',
    model: 'eCL8000',
    section: 'immunology',
    evidence: 'manual',
    sources: [
      {
        title: 'Field facts of the eCL8000: delimiters, code, number, arrow beside the value, purpose of the message',
        page: 'analyzers.md A2, row Mindray eCL8000',
      },
    ],
    protocol: 'astm',
    transports: ['tcp', 'serial'],
    transportDefaults: {
      tcp: { role: 'listen' },
      serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    },
    charset: 'utf8',
    capabilities: ['results', 'qc'],
    recognise: [
      {
        when: [
          { at: 'H.2', matches: '^\\\\~&$' },
          { at: 'H.12', matches: '^(PR|QR|CR|RQ)$' },
        ],
        score: 85,
      },
    ],
    accession: ['O.3.1', 'O.4.1'],
    patient: { id: ['P.4.1', 'P.3.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
    observation: {
      code: ['R.3.2', 'R.3.1'],
      value: ['R.4.1', 'R.4.2'],
      flags: ['R.7', 'R.4.3'],
      observedAt: ['R.13', 'R.12'],
    },
    // the names of assays are not in the facts: they ship unmapped
    codes: [],
    flagWords: { '↑': 'above the reference range', '↓': 'below the reference range' },
    quirks: [
      {
        name: 'tildeSeparatesComponents',
        why: 'the header names the tilde as component delimiter',
        source: 'analyzers.md A2: H.2 `\\~&`',
        vector: 'results.json',
      },
      {
        name: 'arrowBesideTheValue',
        why: 'an arrow stands as third component of the value field: a flag, no part of the value',
        source: 'analyzers.md A2: `12.300~~↑`',
        vector: 'results.json',
      },
    ],
  },
  { readSpecimen: readMindrayAstmQc },
);
