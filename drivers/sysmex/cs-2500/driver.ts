import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

export const sysmexCs2500 = defineAstmDriver({
  id: 'sysmex/cs-2500',
  vendor: 'Sysmex',
  model: 'CA and CS series (CA-500, CA-1500, CS-2500)',
  alsoSoldAs: ['CA-500', 'CA-600', 'CA-1500', 'CS-2000i', 'CS-2100i', 'CS-2500', 'CS-5100'],
  section: 'coagulation',
  evidence: 'manual',
  sources: [
    {
      title: 'Field facts of CA-500/1500 and CS-2500: code, number, flags, comments, query',
      page: 'analyzers.md A3, row Sysmex CA-500/1500, CS-2500',
    },
    {
      title: 'Working host for the CS-2500: messages it sends to itself as a client',
      page: 'stored index, file 65957892515',
    },
    {
      title: 'Working host for the CA-500: fields of the order it answers with',
      page: 'vmshis2015/LabServiceServer 208e3b9, Ca500TestOrderRecord.cs, Ca500RequestInformationRecord.cs (stored index, files 21096095022, 20273013894)',
    },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^C[AS]-\\d' }], score: 90 }],
  accession: ['O.4.3', 'O.3.3'],
  patient: { id: ['P.5.1', 'P.3.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.4'], name: ['R.3.5'], value: ['R.4'], runMark: ['R.3.6'], observedAt: ['R.13', 'R.12'] },
  comments: { text: ['C.4'] },
  query: {
    accession: ['Q.3.3', { at: 'Q.3', pick: '^([^^]+)$' }],
    echo: { rack: 'Q.3.1', position: 'Q.3.2', id: 'Q.3.3', attribute: 'Q.3.4' },
  },
  answer: {
    header: { '13': '1' },
    patient: { '2': '{n}', '6': '^{patientName}' },
    order: {
      '2': '{n}',
      '3': '{echo.rack}^{echo.position}^{sent:>15}^{echo.attribute}',
      '6': '{priority}',
      '7': '{now}',
      '12': 'N',
    },
    test: '^^^{test}',
    priority: { routine: 'R', urgent: 'S', stat: 'S' },
    nothing: 'emptyOrder',
  },
  // the first digits of a number name the reagent, the last the result: 1 seconds, 2 percent; what else is the site's
  codes: codeMap('stored index, file 65957892515, R.3.4 with name and unit in R.3.5', [
    ['041', 'PT', 'sec', 'PT~sec'],
    ['042', 'PT%', '%', 'PT~%'],
  ]),
  flagWords: { N: 'normal', '>': 'above the measuring range', '<': 'below the measuring range' },
  quirks: [
    {
      name: 'blanksBeforeTheValue',
      why: 'values are padded with blanks to the left',
      source: 'analyzers.md A3: blanks before value',
      vector: 'results.json',
    },
    {
      name: 'nameAndUnitInOneComponent',
      why: 'R.3.5 holds the name of the result and its unit with a tilde between, for a technician to tell the numbers by',
      source: 'analyzers.md A3: `name~unit`',
      vector: 'results.json',
    },
    {
      name: 'calibrationAndLotAsComments',
      why: 'between the results stand comments that name calibration and reagent lot: remarks on the value before',
      source: 'analyzers.md A3: `CAL^042^^7^`, `LOT^..`',
      vector: 'results.json',
    },
    {
      name: 'numberInFifteen',
      why: 'the number is the third component behind rack and position, padded to fifteen; the answer repeats all',
      source: 'analyzers.md A3: O.4.3 15 wide, Q.3 `rack^pos^id^B`',
      vector: 'query-and-answer.json',
    },
  ],
});
