import { defineHl7Driver } from '../../define.ts';
import { rocheLaw } from '../../families/roche-law.ts';

export const rocheCobasPure = defineHl7Driver({
  id: 'roche/cobas-pure',
  vendor: 'Roche',
  model: 'cobas pure / cobas pro',
  alsoSoldAs: ['cobas c 303', 'cobas e 402', 'cobas pro', 'cobas c 503', 'cobas e 801'],
  section: 'chemistry',
  evidence: 'manual',
  sources: [
    {
      title: 'Field facts of cobas pro and pure: LAW with the extension of Roche',
      page: 'analyzers.md A2, row Roche cobas pro, pure',
    },
    {
      title: 'Working host for the cobas pure: result message with INV and TCD, RSLT in OBX-29',
      page: 'stored index, file 55614032187, comment on OUL^R22',
    },
    {
      title: 'Working host for the cobas pure: control message (SPM-11 Q, INV CO), query INISEQ and its answer',
      page: 'stored index, files 2525840404 and 12458884585',
    },
  ],
  protocol: 'hl7v2',
  transports: ['tcp'],
  transportDefaults: { tcp: { role: 'listen' } },
  charset: 'utf8',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'MSH-3.1', matches: '^cobas p(ure|ro)' }], score: 90 }],
  ...rocheLaw,
  control: { name: ['INV-1.2'], lot: ['INV-1.1'] },
  codingSystem: '99ROC',
  // the five-digit numbers are Roche's own; the sources name none of them
  codes: [],
  flagWords: { N: 'normal', L: 'below the reference range', H: 'above the reference range' },
  quirks: [
    {
      name: 'numberSaysItIsABarcode',
      why: 'SPM-2 holds the number and, as a subcomponent, that it is a barcode; SAC-3 has it as a component',
      source: 'stored index, file 55614032187: `498151&BARCODE`',
      vector: 'results.json',
    },
    {
      name: 'supplementalRows',
      why: 'coded rows under the same code give supplements; only rows of the main result are values',
      source: 'analyzers.md A2: OBX-3.4 S_OTHER, S_RAW',
      vector: 'results.json',
    },
    {
      name: 'controlInInventory',
      why: 'the control is named in INV with its lot, and SPM-11 is Q',
      source: 'stored index, file 2525840404: `INV|20391^PCCC1^99ROC|OK|CO`',
      vector: 'qc.json',
    },
    {
      name: 'answerInTwoMessages',
      why: 'a query is answered by RSP^K11 and then by OML^O33 under the profiles of Roche',
      source: 'analyzers.md A2; stored index, file 12458884585',
      vector: 'query-and-answer.json',
    },
  ],
});
