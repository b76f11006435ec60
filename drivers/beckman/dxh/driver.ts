import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

const capture = 'Chistousov/ASTM1394 3c5343c UniCellDxH/results 1 to 5, R.3.4 with LOINC in R.3.5 and the unit in R.5';

/** The analyzer runs panels: `CD` is the count with its differential, whatever of it was ordered. */
const orderedAs = 'CD';

export const beckmanDxh = defineAstmDriver({
  id: 'beckman/dxh',
  vendor: 'Beckman Coulter',
  model: 'UniCel DxH 800',
  alsoSoldAs: ['DxH 600', 'DxH 800', 'DxH 900'],
  section: 'hematology',
  evidence: 'capture',
  sources: [
    {
      title: 'Queries, orders and results of five patients of a DxH 800',
      page: 'Chistousov/ASTM1394 3c5343c, src/test/resources/UniCellDxH (requests, orders, results 1 to 5)',
    },
    {
      title: 'The same analyzer over TCP: query, order, result with its frames',
      page: 'Chistousov/analyzer-client-or-analyzer-test-server-LIS1-A-formerly-ASTM-E1381 3c92cb9, README.md',
    },
    {
      title: 'Driver of a DxH 800: action code Q for a control, value and flag as components, panels CD and CBC',
      page: 'mraaa711128/DeviceLinkDemo ac59625, Devices/DxH800.cs',
    },
  ],
  protocol: 'astm',
  transports: ['tcp', 'serial'],
  transportDefaults: {
    tcp: { role: 'listen' },
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  },
  charset: 'latin1',
  capabilities: ['results', 'queries', 'orders', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^DxH' }], score: 90 }],
  accession: ['O.3.1'],
  patient: { id: ['P.4.1', 'P.3.1'], name: ['P.6'], birthDate: ['P.8.1'], sex: ['P.9.1'] },
  observation: {
    code: ['R.3.4'],
    value: ['R.4.1'],
    range: ['R.7'],
    flags: ['R.4.2', 'R.8'],
    status: ['R.10'],
    observedAt: ['R.14', 'R.13'],
    runMark: ['R.6'],
  },
  rows: [
    { when: [{ at: 'R.3.4', matches: '^@' }], as: 'fact' },
    { when: [{ at: 'R.3.4', matches: '^UWBC$' }], as: 'raw' },
  ],
  control: { name: ['O.3.1'] },
  comments: { text: ['C.4'] },
  query: { accession: ['Q.3.2', 'Q.3.1'], all: [{ at: 'Q.3', matches: '^\\^*ALL$' }], echo: { control: 'H.3' } },
  answer: {
    delimiters: '|\\!~',
    header: { '3': '{echo.control}', '5': '{host}', '12': 'P', '13': 'LIS2-A', '14': '{now}' },
    patient: { '2': '{n}', '4': '{patientId}', '6': '{patientName}', '8': '{birthDate}', '9': '{sex}' },
    order: { '2': '{n}', '3': '{accession}', '6': '{priority}', '12': '{action}', '16': 'Whole blood' },
    test: '!!!{test}',
    priority: { routine: 'R', urgent: 'S', stat: 'S' },
    nothing: 'terminate',
    messages: 'perSpecimen',
  },
  codes: codeMap(capture, [
    ['WBC', 'WBC', '10^9/L'],
    ['RBC', 'RBC', '10^12/L'],
    ['HGB', 'HGB', 'g/L'],
    ['HCT', 'HCT', '%'],
    ['MCV', 'MCV', 'fL'],
    ['MCH', 'MCH', 'pg'],
    ['MCHC', 'MCHC', 'g/dL'],
    ['RDW', 'RDW-CV', '%'],
    ['RDW-SD', 'RDW-SD', 'fL'],
    ['PLT', 'PLT', '10^9/L'],
    ['MPV', 'MPV', 'fL'],
    ['NE', 'NEUT%', '%'],
    ['LY', 'LYMPH%', '%'],
    ['MO', 'MONO%', '%'],
    ['EO', 'EO%', '%'],
    ['BA', 'BASO%', '%'],
    ['NE#', 'NEUT#', '10^9/L'],
    ['LY#', 'LYMPH#', '10^9/L'],
    ['MO#', 'MONO#', '10^9/L'],
    ['EO#', 'EO#', '10^9/L'],
    ['BA#', 'BASO#', '10^9/L'],
    ['NRBC', 'NRBC%', '/100WBC'],
    ['NRBC#', 'NRBC#', '10^9/L'],
  ]).map((code) => ({ ...code, orderCode: orderedAs })),
  flagWords: {
    L: 'below the reference range',
    H: 'above the reference range',
    A: 'abnormal: a flag stands beside the value',
  },
  quirks: [
    {
      name: 'delimitersOfItsOwn',
      why: 'components are parted by `!` and the escape character is `~`: a reader that fixes them on `^` and `&` finds no code',
      source: 'ASTM1394 UniCellDxH/results/1: `H|\\!~|`, `!!!WBC!33256-9`',
      vector: 'results-with-flags.json',
    },
    {
      name: 'dilutionMovesTheFields',
      why: 'a field for the dilution stands behind the unit, so range, flags, status and times stand one field later than LIS02-A2 has them',
      source:
        'ASTM1394 ResultUniCellDxHrecord.java: dilutionFactor is field 6; UniCellDxH/results/1: `10^9/L||3.8 to 11.8|||F|`',
      vector: 'results-with-flags.json',
    },
    {
      name: 'flagBesideTheValue',
      why: 'a flagged value carries its flag as a second component of four columns (`146!  H `), and A in the field of flags',
      source: 'ASTM1394 UniCellDxH/results/1: HGB, HCT',
      vector: 'results-with-flags.json',
    },
    {
      name: 'researchOnly',
      why: 'names that begin with @ are for research only, as the analyzer itself says in each message: shown, never filed; UWBC is the count before its correction',
      source: 'ASTM1394 UniCellDxH/results/1: C record, `@PCT`, `@PDW`, `@EGC`, `UWBC`',
      vector: 'results-with-flags.json',
    },
    {
      name: 'controlIdComesBack',
      why: 'the answer to a query repeats the message control id of the query in H.3',
      source: 'ASTM1394 UniCellDxH/requests/1 and orders/1: H.3 `(0:0-144795890#123476669, 571)`',
      vector: 'query-and-answer.json',
    },
    {
      name: 'orderedByPanel',
      why: 'single parameters are not ordered: the panel CD gives the count with its differential',
      source: 'ASTM1394 UniCellDxH/orders/1: O.5 `!!!CD`',
      vector: 'query-and-answer.json',
    },
  ],
});
