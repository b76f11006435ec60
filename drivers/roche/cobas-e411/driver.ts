import { defineAstmDriver } from '../../define.ts';
import { rocheHostInterface, rocheImmunologyCodes } from '../../families/roche-astm.ts';

export const rocheCobasE411 = defineAstmDriver({
  id: 'roche/cobas-e411',
  vendor: 'Roche',
  model: 'cobas e 411',
  section: 'immunology',
  evidence: 'capture',
  sources: [
    {
      title: 'Captures of an e 411: host query, unread barcode, qualitative results, serial reads of 1 to 8 bytes',
      page: 'wordjelly/Ruby-ASTM 19579df, roche_enquiry, roche_result, d10_error',
    },
    {
      title: 'cobas e 411 host interface manual: result record, application code, dilution, pre-dilution',
      page: 'p. 42',
      url: 'https://www.easymanua.ls/roche/cobas-e-411/manual?p=42',
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
  recognise: [{ when: [{ at: 'H.5.1', matches: '^cobas-?e ?411$' }], score: 90 }],
  ...rocheHostInterface,
  answer: {
    ...rocheHostInterface.answer,
    header: { ...rocheHostInterface.answer.header, '10': 'cobas-e411' },
    // the number goes back as wide as the query had it
    order: { ...rocheHostInterface.answer.order, '3': '{sent}' },
  },
  codes: rocheImmunologyCodes(),
  quirks: [
    {
      name: 'terminatorCutInTwo',
      why: 'the terminator itself may be cut by a frame boundary: `L|1` ends one frame, `|N` begins the next',
      source: 'Ruby-ASTM/roche-e411-result-RSUPL-split-L',
      vector: 'results.json',
    },
    {
      name: 'readingBeforeIndex',
      why: 'a qualitative test sends its reading as a number (-1) and behind it the index; the index is the value, the reading is said beside it',
      source: 'Ruby-ASTM/roche-e411-result-RSUPL-split-L: `-1^0.325`',
      vector: 'results.json',
    },
    {
      name: 'unreadBarcode',
      why: 'a tube whose barcode was not read asks under @ and its sequence number; nobody can have ordered that, so it gets an order without tests',
      source: 'Ruby-ASTM/roche-e411-query-unread-barcode: `@192`',
      vector: 'query-of-unread-barcode.json',
    },
    {
      name: 'strayAcksBeforeFrames',
      why: 'bytes 06 stand before the STX of a frame; they are no frame and are left out',
      source: 'Ruby-ASTM/roche-e411-query-TSREQ: two ACK before STX',
      vector: 'query-and-answer.json',
    },
  ],
});
