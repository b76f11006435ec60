import { defineAstmDriver } from '../../define.ts';
import { rocheC311Codes, rocheHostInterface, rocheImmunologyCodes } from '../../families/roche-astm.ts';

export const rocheCobas6000 = defineAstmDriver({
  id: 'roche/cobas-6000',
  vendor: 'Roche',
  model: 'cobas 6000 and Modular (H7600)',
  alsoSoldAs: ['cobas c 501', 'cobas e 601', 'Modular P', 'Modular E170', 'Hitachi 7600'],
  section: 'chemistry',
  evidence: 'capture',
  sources: [
    {
      title: 'Captures of a Modular P/ISE and E170: twenty tests over seven frames, a haemolysed sample, immunoassays',
      page: 'stored index, file 14351133097',
    },
    {
      title: 'Annotated traffic of the same host interface: order, result, rerun 781/dec with status C',
      page: 'stored index, file 27561830347',
    },
    {
      title: 'Traffic of a cobas that calls itself H7600: QC PCCC2 with ^^QC^SC, reply TSDWN^REPLY',
      page: 'stored index, file 35956269511',
    },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  link: { ackTimeoutMs: 15_000, maxTries: 6, sendFrame: 240 },
  charset: 'latin1',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^H7600$' }], score: 90 }],
  ...rocheHostInterface,
  answer: { ...rocheHostInterface.answer, header: { ...rocheHostInterface.answer.header, '10': 'H7600' } },
  codes: [...rocheC311Codes(), ...rocheImmunologyCodes()],
  quirks: [
    {
      name: 'recordsCutAtAnyByte',
      why: 'frames hold 240 characters and cut records anywhere: inside a code, a unit, a number',
      source: 'idx-14351133097: `^^^419` + `/`, `nmol/` + `l`, `4` + `.61`',
      vector: 'results-over-frames.json',
    },
    {
      name: 'moduleTellsTheMethod',
      why: 'R.14 names the module (ISE1, P1, E11); an immunoassay carries dilution and pre-dilution behind its code',
      source: 'idx-14351133097 roche-modular-e170: `13/1/not` with E11',
      vector: 'results-over-frames.json',
    },
    {
      name: 'rerunByStatus',
      why: 'a rerun has status C and names the dilution (dec, inc) behind the code, which stays the same',
      source: 'stored index, file 27561830347: `781/dec` with `C`',
      vector: 'rerun.json',
    },
    {
      name: 'fiveCommentsInOne',
      why: 'the comment behind the order holds five padded parts, what the host or an operator wrote; those in use are kept',
      source: 'idx-14351133097: `^LEGERE HEMOLYSE     ^`',
      vector: 'results-over-frames.json',
    },
    {
      name: 'containerNamesControl',
      why: 'a control has QC as its specimen kind in O.4 and Q in O.12',
      source: 'stored index, file 35956269511: `PCCC2 ...|4051^30064^064^^QC^SC`',
      vector: 'qc.json',
    },
  ],
});
