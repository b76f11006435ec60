import { defineHl7Driver } from '../../define.ts';

export const cepheidGenexpertHl7 = defineHl7Driver({
  id: 'cepheid/genexpert-hl7',
  vendor: 'Cepheid',
  model: 'GeneXpert Dx (HL7)',
  alsoSoldAs: ['GeneXpert II', 'GeneXpert IV', 'GeneXpert XVI', 'GeneXpert Infinity'],
  section: 'molecular',
  evidence: 'manual',
  sources: [
    {
      title:
        'Cepheid GeneXpert LIS interface protocol specification 301-2002 Rev E: ORU^R32, QBP^Z03, RSP^Z02, SSU^U03',
      page: 'examples in corpus genexpert-lis-spec',
    },
    {
      title: 'Messages of the Cepheid demonstration beside a working host',
      page: 'openelisglobal/openelisglobal-plugins f7c18f6, GeneXpert ORU_R30.txt, QBP_Z03.txt, QCN_J01.txt',
    },
  ],
  protocol: 'hl7v2',
  transports: ['tcp'],
  transportDefaults: { tcp: { role: 'listen' } },
  charset: 'utf8',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'MSH-3.2', matches: '^GeneXpert$' }], score: 90 }],
  specimen: 'OBR',
  namedBehind: 'SPM',
  accession: ['SPM-2.1'],
  observation: {
    // `CTNG&CT&CT-NG IUO Assay&1`: panel, test, assay, version
    code: [{ at: 'OBX-3.1', pick: '^[^&]*&([^&]+)' }, 'OBX-3.1'],
    name: ['OBX-4'],
    // words first, a number behind them; either may be alone
    value: ['OBX-5'],
    runMark: [{ at: 'OBX-4', pick: '&(.+)$' }],
    observedAt: ['OBX-14.1', 'OBX-19.1', 'TQ1-8.1'],
  },
  rows: [{ when: [{ at: 'OBX-3.1', matches: '^[^&]*&[^&]*$' }], as: 'raw' }],
  query: { message: 'QBP', accession: ['QPD-4.1'], echo: { patient: 'QPD-3' } },
  answer: 'cepheid-z02',
  // the codes of assays and results are set in the assay's LIS page at each site: they ship unmapped
  codes: [],
  flagWords: {
    INVALID: 'internal control failed: run again',
    ERROR: 'the module stopped: run again',
    'NO RESULT': 'not enough collected: run again',
  },
  quirks: [
    {
      name: 'specimenBehindResults',
      why: 'SPM stands behind the OBX segments: the results before it are of that specimen',
      source: 'openelisglobal-plugins/genexpert-oru-r32-ctng',
      vector: 'results.json',
    },
    {
      name: 'levelsInSubcomponents',
      why: 'OBX-3 of a result has panel, test, assay and version; rows of probes have panel and test only and name the probe in OBX-4',
      source: 'openelisglobal-plugins/genexpert-oru-r32-ctng: OBX 1 to 4',
      vector: 'results.json',
    },
    {
      name: 'acceptAcknowledgement',
      why: 'MSH-15 asks for an accept acknowledgement and MSH-16 for none: CA is due, not AA',
      source: 'genexpert-lis-spec/genexpert-ack: `MSA|CA|`',
      vector: 'results.json',
    },
  ],
});
