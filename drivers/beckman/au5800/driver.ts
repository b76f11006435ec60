import { defineBlockDriver } from '../../define.ts';
import { auFlagWords, auPlace } from '../../families/beckman-au.ts';

/** A character ahead of the test number, the value, four marks of two characters. */
const row = '[ -~](?<code>[ \\d]{2}\\d)(?<value>[ \\d.+-]{9})(?<flag>..)(?<flag2>..)(?<flag3>..)(?<flag4>..)';
const controlRow = '(?<code>[ \\d]{2}\\d)(?<value>[ \\d.+-]{9})(?<flag>..)(?<flag2>..)(?<flag3>..)(?<flag4>..)';

export const beckmanAu5800 = defineBlockDriver({
  id: 'beckman/au5800',
  vendor: 'Beckman Coulter',
  model: 'AU5800',
  alsoSoldAs: ['AU5811', 'AU5821', 'AU5831', 'AU5841'],
  section: 'chemistry',
  evidence: 'manual',
  sources: [
    {
      title:
        'A working driver of the AU5800: results, controls, requests and answers by columns, sum behind each block',
      page: 'mraaa711128/DeviceLinkDemo 27135fe, Devices/AU5800.cs',
    },
    {
      title: 'Marks of the AU series, from the AU680/AU480 Online Specification, version 9, January 2011',
      page: 'Theranize/specigo-lis-engine 2cf522a, Beckman/Au480/src/protocol/AU480Parser.js',
    },
  ],
  protocol: 'blocks',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  link: { maxTries: 3 },
  charset: 'latin1',
  capabilities: ['results', 'queries', 'qc'],
  recognise: [{ matches: `^(?:[Dd][ H]|DQ|R[ Hh])[ \\d]{2}${auPlace}`, score: 80 }],
  check: 'xorBehind',
  roles: [
    { matches: '^[DR][BE](?:[ \\d]{2})?$', is: 'mark' },
    { matches: '^R[ Hh]', is: 'query' },
  ],
  layouts: [
    {
      is: 'results',
      pattern: `^[Dd](?<run>[ H])[ \\d]{2}${auPlace}(?<accession>.{10}).{4}[\\dE](?<rows>(?:[ -~][ \\d]{2}\\d[ \\d.+-]{9}[ -~]{8})*)$`,
      row,
      when: [{ group: 'type', matches: '^U$', is: 'urine' }],
    },
    {
      is: 'qc',
      pattern: `^DQ[ \\d]{2}${auPlace}(?<lot>.{10}).(?<name>.{3})[\\dE]..(?<rows>(?:[ \\d]{2}\\d[ \\d.+-]{9}[ -~]{8})*)$`,
      row: controlRow,
    },
    {
      is: 'query',
      pattern: `^R[ Hh][ \\d]{2}${auPlace}(?= {0,9}(?<accession>\\S{1,10}))(?<id>.{10}) *$`,
      echo: ['rack', 'cup', 'type', 'no', 'id'],
    },
    { is: 'other', pattern: '^D[AR]' },
  ],
  value: { masks: ['^9{9}$', '^\\.$'] },
  answer: {
    order: 'S {echo.rack}{echo.cup}{echo.type}{echo.no}{echo.id}    E{tests}',
    test: '{test:>3}0',
    nothing: 'SE',
  },
  codes: [],
  flagWords: auFlagWords,
  quirks: [
    {
      name: 'testNumbersOfTheSite',
      why: 'a test is the online number the laboratory gave it in the analyzer, so no number has a meaning of its own',
      source: 'AU5800.cs, ProcessSampleResult',
      vector: 'results.json',
    },
    {
      name: 'systemNumberAhead',
      why: 'two digits of the unit stand behind the letters: everything is two places further than on the smaller models',
      source: 'AU5800.cs, ProcessSampleResult: rack at 4',
      vector: 'results.json',
    },
    {
      name: 'sumIsOneByte',
      why: 'the exclusive or of text and ETX follows as a byte of any value, a control character among them',
      source: 'AU5800.cs, ComputeXOrChecksum',
      vector: 'wrong-sum.json',
    },
    {
      name: 'blocksOfOneSpecimen',
      why: 'a long result comes in several blocks; those before the last end with ETB, each bears the number of its specimen',
      source: 'AU5800.cs, CheckFrame: block number at 29',
      vector: 'two-blocks.json',
    },
    {
      name: 'controlHasItsPlaces',
      why: 'a control bears its number before the block number, and its rows have no character ahead of the test',
      source: 'AU5800.cs, ProcessQcResult',
      vector: 'qc.json',
    },
    {
      name: 'repeatInTheLetter',
      why: 'DH is the same specimen run again: the letter tells the runs apart',
      source: 'AU5800.cs, IsRerun',
      vector: 'rerun.json',
    },
  ],
});
