import { defineAstmDriver } from '../../define.ts';
import { rocheC311Codes, rocheHostInterface } from '../../families/roche-astm.ts';

export const rocheCobasC311 = defineAstmDriver({
  id: 'roche/cobas-c311',
  vendor: 'Roche',
  model: 'cobas c 311',
  section: 'chemistry',
  evidence: 'capture',
  sources: [
    { title: 'Capture of a c 311: seven photometric tests', page: 'senaite/senaite.astm b701c18, cobas_c311.astm' },
    { title: 'Captures of the same host interface on Modular P/ISE', page: 'stored index, file 14351133097' },
    {
      title: 'Host for the c 311: header, order and terminator of TSDWN^REPLY',
      page: 'RedTICS/astmCobasC311 f12338a; stored index, file 44186440080',
    },
    {
      title: 'Roche c 311 host interface manual v1.3 (May 2011): 15 s, six tries, a receiver says nothing to EOT',
      page: 'D-7',
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
  recognise: [{ when: [{ at: 'H.5.1', matches: '^(cobas ?)?c ?311$' }], score: 90 }],
  ...rocheHostInterface,
  codes: rocheC311Codes(),
  quirks: [
    {
      name: 'codeBeforeSlash',
      why: 'R.3.4 holds code, dilution and pre-dilution between slashes; a rerun at another dilution keeps the code',
      source: 'senaite.astm/cobas_c311 `717/`; analyzers.md A2 `781/dec`',
      vector: 'rerun-with-dilution.json',
    },
    {
      name: 'alarmNumberInComment',
      why: 'the comment after each result is a data alarm number, 0 when there is none',
      source: 'senaite.astm/cobas_c311: C.4 43 behind 685 and 690',
      vector: 'results-with-alarms.json',
    },
    {
      name: 'containerNamesControl',
      why: 'a control has QC as its specimen kind in O.4',
      source: 'analyzers.md A5 `^^QC^SC`',
      vector: 'qc.json',
    },
    {
      name: 'recordsCutAtAnyByte',
      why: 'frames hold 240 characters and cut records anywhere, a number included',
      source: 'idx-14351133097: `4` + `.61`',
      vector: 'results-with-alarms.json',
    },
    {
      name: 'paddedNumberInQuery',
      why: 'the query has the specimen number right-aligned in 22 in Q.3.3, with rack and position behind it; the reply repeats both',
      source: 'Ruby-ASTM/roche-e411-query-TSREQ; stored index, file 44186440080',
      vector: 'query-and-answer.json',
    },
  ],
});
