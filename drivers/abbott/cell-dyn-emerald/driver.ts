import { defineDelimitedDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';

const host = 'senaite/senaite.astm cdf7fdc, src/senaite/astm/';
const number = '[+-]?\\d*\\.?\\d+';

export const abbottCellDynEmerald = defineDelimitedDriver({
  id: 'abbott/cell-dyn-emerald',
  vendor: 'Abbott',
  model: 'CELL-DYN Emerald 22 AL',
  alsoSoldAs: ['CELL-DYN Emerald 22', 'CELL-DYN Emerald 18'],
  section: 'hematology',
  evidence: 'capture',
  sources: [
    {
      title: 'A result frame of an Emerald 22 AL: 22 parameters with flags and limits, curves, matrices and alarms',
      page: `${host}tests/data/emerald/emerald22al_result.txt`,
    },
    {
      title: 'The conversation and its sum as a working host keeps them: words, control sum, modes, sex, masks',
      page: `${host}transports/emerald/protocol.py, framing.py, parser.py`,
    },
  ],
  protocol: 'delimited',
  transports: ['tcp'],
  transportDefaults: { tcp: { role: 'listen', port: 1200 } },
  charset: 'latin1',
  capabilities: ['results', 'qc', 'calibration'],
  recognise: [
    { matches: '^EMD\\w*;\\d*;', score: 90 },
    { matches: '^CONNECT;[^;]*;\\d+\\s*$', score: 40 },
  ],
  report: { begins: '^EMD\\w*;\\d*;', ends: '^END_(?:RESULT|CALI);' },
  talk: {
    replies: [
      { line: '^CONNECT;(?:[^;]*;)?(?<version>\\d+)\\s*$', says: 'ACK_CONNECT;{version}' },
      { line: '^RESULT_READY\\b', says: 'ACK_RESULT_READY', drop: true },
      { line: '^(?:STARTUP|DISCONNECT)\\b', drop: true },
    ],
    outcomes: [
      {
        report: '(?:^|\\r\\n?)CALIBRATION;(?:[^;\\r]*;){3}(?<lot>[^;\\r]*)',
        taken: 'ACK_CALI;{lot};OK',
        refused: 'ACK_CALI;{lot};ERROR',
        damaged: 'ACK_CALI;{lot};CRC_ERROR',
      },
      {
        report: '(?:^|\\r\\n?)RESULT\\s*\\r',
        taken: 'ACK_RESULT;OK',
        refused: 'ACK_RESULT;ERROR',
        damaged: 'ACK_RESULT;CRC_ERROR',
      },
    ],
    sum: 'crc16',
  },
  sex: { '0': 'unknown', '1': 'male', '2': 'female' },
  lines: [
    { is: 'time', pattern: '^DATE;(?<day>\\d{2})/(?<month>\\d{2})/(?<year>\\d{4})' },
    { is: 'time', pattern: '^TIME;(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})' },
    { is: 'control', pattern: '^MODE;(?<name>QC|CALIBRATION|REPEATABILITY)\\b' },
    { is: 'control', pattern: '^LOT;(?<lot>[^;\\s][^;]*)' },
    { is: 'control', pattern: '^LEVEL;(?<level>[^;\\s][^;]*)' },
    // a calibration bears factors, no values
    { is: 'control', pattern: '^(?<name>CALIBRATION);' },
    { is: 'otherUnits', pattern: '^UNIT;(?!1\\s*(?:;|$))' },
    { is: 'run', pattern: '^SEQ;(?<run>\\d+)' },
    { is: 'accession', pattern: '^SID;(?<accession>[^;]*)' },
    { is: 'patient', pattern: '^PID;(?<patientId>[^;]*)' },
    { is: 'patient', pattern: '^ID;(?<patientName>[^;]*)' },
    { is: 'patient', pattern: '^BIRTH;(?<day>\\d{2})/(?<month>\\d{2})/(?<year>\\d{4})' },
    { is: 'patient', pattern: '^SEX;(?<sex>\\d)' },
    {
      is: 'observation',
      pattern:
        `^(?<code>[A-Z][A-Z0-9#%_-]*);\\s*(?<value>${number}|\\+{5}|-{5})\\s*;(?<flag>[^;]*);(?<flag2>[^;]*);` +
        '[^;]*;(?<low>[^;]*);(?<high>[^;]*);[^;]*$',
    },
    {
      // a control has its limits only
      is: 'observation',
      pattern:
        `^(?<code>[A-Z][A-Z0-9#%_-]*);\\s*(?<value>${number}|\\+{5}|-{5})\\s*;(?<flag>[^;]*);(?<flag2>[^;]*);` +
        '(?<low>[^;]*);(?<high>[^;]*)$',
    },
    { is: 'attachment', pattern: '^(?<name>[A-Z][A-Z0-9 ]* (?:CURVE|THRESHOLDS|MATRIX));' },
    {
      is: 'comment',
      pattern: '^(?<text>(?:ALARMS|INTERPRETIVE_WBC|INTERPRETIVE_RBC|INTERPRETIVE_PLT|COMMENT);(?=.*[^;\\s]).*)$',
    },
  ],
  codes: codeMap('emerald22al_result.txt, parameter lines and their limits; UNIT;1', [
    ['WBC', 'WBC', '10*3/uL'],
    ['RBC', 'RBC', '10*6/uL'],
    ['HGB', 'HGB', 'g/dL'],
    ['HCT', 'HCT', '%'],
    ['MCV', 'MCV', 'fL'],
    ['MCH', 'MCH', 'pg'],
    ['MCHC', 'MCHC', 'g/dL'],
    ['RDW', 'RDW-CV', '%'],
    ['PLT', 'PLT', '10*3/uL'],
    ['MPV', 'MPV', 'fL'],
    ['PCT', 'PCT', '%'],
    ['LYM', 'LYMPH#', '10*3/uL'],
    ['MON', 'MONO#', '10*3/uL'],
    ['NEU', 'NEUT#', '10*3/uL'],
    ['EOS', 'EO#', '10*3/uL'],
    ['BAS', 'BASO#', '10*3/uL'],
    ['LYM%', 'LYMPH%', '%'],
    ['MON%', 'MONO%', '%'],
    ['NEU%', 'NEUT%', '%'],
    ['EOS%', 'EO%', '%'],
    ['BAS%', 'BASO%', '%'],
  ]),
  flagWords: {
    '*': 'doubtful: check by another method',
    H: 'above the reference range',
    L: 'below the reference range',
    '+++++': 'over the measuring range',
    '-----': 'no valid result',
  },
  quirks: [
    {
      name: 'hostAnswersInLines',
      why: 'the analyzer connects, announces a result and waits for a word each time; a result without ACK_RESULT;OK is sent again at the next login',
      source: 'transports/emerald/protocol.py',
      vector: 'conversation.json',
    },
    {
      name: 'sumOfTheFrame',
      why: 'the last line bears the CRC-16 of everything before it, the header line among it',
      source: 'transports/emerald/framing.py',
      vector: 'wrong-sum.json',
    },
    {
      name: 'unitsAreANumber',
      why: 'a line tells the system of units by its number; in another than 1 the values wait for a person',
      source: 'emerald22al_result.txt, UNIT;1',
      vector: 'other-units.json',
    },
    {
      name: 'controlHasTwoLimits',
      why: 'a control tells its mode and bears two limits behind each value where a patient has four',
      source: 'transports/emerald/parser.py, parse_parameter',
      vector: 'qc.json',
    },
    {
      name: 'orderOfLinesDiffers',
      why: 'models of the family send the parameters in different orders: each line is known by its name',
      source: 'transports/emerald/parser.py',
      vector: 'rerun.json',
    },
    {
      name: 'curvesAndMatrices',
      why: 'curves, thresholds and matrices are lines of numbers behind the values: they are kept and are no results',
      source: 'emerald22al_result.txt',
      vector: 'conversation.json',
    },
  ],
});
