import type { Hl7DefinitionInput } from '../definition/schema.ts';

/**
 * What Roche's analyzers with HL7 2.5.1 share: IHE LAW with an extension. A number in SPM-2 says behind `&` what it is;
 * rows whose OBX-3.4 begins with S_ are supplements.
 */
export const rocheLaw = {
  specimen: 'SPM',
  accession: [{ at: 'SPM-2.1', pick: '^([^&]+)' }, 'SAC-3.1'],
  observation: {
    code: ['OBX-3.1'],
    name: ['OBX-3.2'],
    value: ['OBX-5'],
    unit: ['OBX-6.1'],
    range: ['OBX-7'],
    flags: ['OBX-8'],
    status: ['OBX-11'],
    observedAt: ['OBX-19.1'],
  },
  urine: [{ at: 'SPM-4.1', matches: '^UR' }],
  rows: [{ when: [{ at: 'OBX-3.4', matches: '^S_' }], as: 'raw' }],
  query: { message: 'QBP', accession: ['QPD-3.1'], echo: { rack: 'QPD-4', position: 'QPD-5' } },
  answer: 'ihe-law',
  rocheExtension: true,
} satisfies Partial<Hl7DefinitionInput>;
