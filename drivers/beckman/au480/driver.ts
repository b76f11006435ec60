import { defineBlockDriver } from '../../define.ts';
import { auFlagWords, auPlace } from '../../families/beckman-au.ts';

/** Test number, value, two marks; the site sets 3, 6 and 2 characters. */
const row = '(?<code>[ \\d]{2}\\d)(?<value>[ \\d.+-]{6})(?:(?<flag>p[hl])|(?<flag1>[ -~])(?<flag2>[ -~]))';
/** The same without its parts, and with one way to fit: a block that does not fit must fail fast. */
const rows = '(?:[ \\d]{2}\\d[ \\d.+-]{6}[ -~]{2})*';

export const beckmanAu480 = defineBlockDriver({
  id: 'beckman/au480',
  vendor: 'Beckman Coulter',
  model: 'AU480',
  alsoSoldAs: ['AU680', 'Olympus AU480'],
  section: 'chemistry',
  evidence: 'capture',
  sources: [
    {
      title: 'Line of an AU480 at work: three specimens between DB and DE, and the online settings of that site',
      page: 'Theranize/specigo-lis-engine 2cf522a, Beckman/Au480/logs-from-lab/CUsershpDesktopAu480specigo-lis-eng.txt and config/analysers/au480_config.json',
    },
    {
      title:
        'A working driver that cites the AU680/AU480 Online Specification, version 9, January 2011: columns and marks',
      page: 'Theranize/specigo-lis-engine 2cf522a, Beckman/Au480/src/protocol/AU480Parser.js',
    },
    {
      title: 'A working driver of requests and their answers (rack, cup, sample number and sample id as sent)',
      page: 'vmshis2015/LabServiceServer 208e3b9, AU480.cs and OlympusAU.cs',
    },
  ],
  protocol: 'blocks',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results', 'queries'],
  recognise: [
    { matches: `^(?:[Dd][ H]|R[ Hh])${auPlace}`, score: 80 },
    { matches: '^(?:D[BE]$|R[BE]$|DQ\\d{4}|D[AR]\\d{3})', score: 30 },
  ],
  check: 'none',
  roles: [
    { matches: '^(?:D[BE]|R[BE])$', is: 'mark' },
    { matches: '^R[ Hh]', is: 'query' },
  ],
  layouts: [
    {
      is: 'results',
      pattern: `^[Dd](?<run>[ H])${auPlace}(?<accession>.{26}|.{20}|.{13}) {4}[\\dE](?<sex>[MF0 ]).{25}(?<rows>${rows})$`,
      row,
      when: [{ group: 'type', matches: '^U$', is: 'urine' }],
    },
    {
      is: 'query',
      pattern: `^R(?<run>[ Hh])${auPlace}(?<id> *(?<accession>\\S+) *)$`,
      echo: ['run', 'rack', 'cup', 'type', 'no', 'id'],
    },
    { is: 'qc', pattern: '^DQ', held: 'the places of a control are not known for this model' },
    // calibration and reagent blank bear no value of a specimen
    { is: 'other', pattern: '^D[AR]' },
  ],
  // over what the field can hold, and no value at all
  value: { masks: ['^9{6}$', '^\\.$'] },
  sex: { M: 'male', F: 'female' },
  answer: {
    order: 'S{echo.run}{echo.rack}{echo.cup}{echo.type}{echo.no}{echo.id}    E{tests}',
    test: '{test:>3}0',
    nothing: 'SE',
  },
  codes: [],
  flagWords: { ...auFlagWords, '999999': 'above what the field can hold' },
  quirks: [
    {
      name: 'testNumbersOfTheSite',
      why: 'a test is the online number the laboratory gave it in the analyzer, so no number has a meaning of its own',
      source: 'au480_config.json; AU480.cs',
      vector: 'results.json',
    },
    {
      name: 'widthsAreSettings',
      why: 'the widths of test number, value and marks are online settings: a block that does not fit is held whole',
      source: 'au480_config.json, format settings',
      vector: 'other-settings.json',
    },
    {
      name: 'urineInOneLetter',
      why: 'the kind of specimen is one letter behind the cup: U makes the same test number another analyte',
      source: 'AU480Parser.js, sample type',
      vector: 'urine.json',
    },
    {
      name: 'marksTouchValues',
      why: 'two marks stand behind each value without a blank between; ph and pl are one mark of two letters',
      source: 'AU480Parser.js, data flags',
      vector: 'flags-and-masks.json',
    },
    {
      name: 'fullFieldIsNoValue',
      why: '999999 is a value over what the field can hold, a lone point is none',
      source: 'AU480Parser.js, result value',
      vector: 'flags-and-masks.json',
    },
    {
      name: 'repeatInTheLetter',
      why: 'DH is the same specimen run again: the letter tells the runs apart',
      source: 'AU480Parser.js, distinction code',
      vector: 'rerun.json',
    },
  ],
});
