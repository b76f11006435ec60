import { defineBlockDriver } from '../../define.ts';

/** A field of the block, wherever it stands; the pattern goes on from where it was. */
const field = (key: string, group: string): string => `(?=(?:.*\\x1e${key}(?<${group}>[^|\\x1e]*))?)`;
const needed = (key: string, group: string): string => `(?=.*\\x1e${key}(?<${group}>[^|\\x1e]+))`;
const date = '(?=(?:.*\\x1etd(?<month>\\d{2})/(?<day>\\d{2})/(?<year>\\d{4}|\\d{2})\\|)?)';
const time = '(?=(?:.*\\x1ett(?<hour>\\d{2}):(?<minute>\\d{2})\\|)?)';
/** One assay in a block. */
const head = '^\\x1emtrsl\\|(?!.*\\x1ert.*\\x1ert)';
const person = field('pi', 'patientId') + field('pn', 'patientName') + field('ps', 'sex');
const assay =
  field('ci', 'accession') + needed('rt', 'code') + field('rn', 'name') + field('nc', 'flag') + field('qd', 'run');
const controls = [{ group: 'accession', matches: '^QC-', is: 'qc' as const }];

export const biomerieuxMiniVidas = defineBlockDriver({
  id: 'biomerieux/mini-vidas',
  vendor: 'bioMérieux',
  model: 'mini VIDAS',
  section: 'immunology',
  evidence: 'capture',
  sources: [
    {
      title: 'A block of a mini VIDAS: one assay with its word, its number, time and date, and the sum behind GS',
      page: 'corpus senaite.astm/mini_vidas.bci',
    },
    {
      title: 'What the two letters of each field mean',
      page: 'senaite/senaite.astm 8557e6f, src/senaite/astm/adapters/biomerieux/mini_vidas.py',
    },
  ],
  protocol: 'blocks',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results'],
  recognise: [{ matches: '^\\x1emtrsl\\|', score: 80 }],
  check: 'sumMarked',
  layouts: [
    {
      // with a unit the number is what was measured
      is: 'results',
      pattern: `${head}${person}${assay}${date}${time}${needed('qn', 'value')}${needed('y3', 'unit')}${field('ql', 'word')}`,
      when: controls,
    },
    {
      is: 'results',
      pattern: `${head}${person}${assay}${date}${time}${needed('ql', 'word')}${field('qn', 'reading')}`,
      when: controls,
    },
    {
      is: 'results',
      pattern: `${head}${person}${assay}${date}${time}${needed('qn', 'value')}`,
      when: controls,
    },
    { is: 'other', pattern: '^\\x1emt(?!rsl)' },
  ],
  sex: { M: 'male', F: 'female' },
  codes: [],
  quirks: [
    {
      name: 'wordBeforeNumber',
      why: 'a qualitative assay sends its reading in a word and the number behind it: the word is the result, the number stands beside it',
      source: 'corpus senaite.astm/mini_vidas.bci, fields ql and qn',
      vector: 'results.json',
    },
    {
      name: 'fieldsByTheirLetters',
      why: 'each field begins with RS and two letters; those that are empty may be left out, the order is not relied on',
      source: 'mini_vidas.py, RX',
      vector: 'quantitative.json',
    },
    {
      name: 'monthFirst',
      why: 'dates are month, day and a year of two digits',
      source: 'mini_vidas.bci, td10/25/24; mini_vidas.py, to_timestamp',
      vector: 'results.json',
    },
    {
      name: 'endOfTheBlock',
      why: 'behind the sum a line feed or ETX may stand, or nothing: the block counts as soon as its sum is right',
      source: 'mini_vidas.bci, last bytes',
      vector: 'block-with-line-feed.json',
    },
  ],
});
