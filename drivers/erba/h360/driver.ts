import { defineHl7Driver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';
import { dymindCodes, dymindFlagWords, dymindHematology } from '../../families/dymind.ts';

const source = 'stored index, file 71191474512, identifiers copied from a message of an H 360';

export const erbaH360 = defineHl7Driver({
  id: 'erba/h360',
  vendor: 'Erba',
  model: 'H 360',
  alsoSoldAs: ['Elite 360'],
  section: 'hematology',
  evidence: 'manual',
  sources: [
    {
      title: 'Working host for the H 360: identifiers, values, units and flags copied from the analyzer',
      page: 'stored index, file 71191474512',
    },
    { title: 'Field facts of Erba H360', page: 'analyzers.md A1, row Erba H360, Dymind' },
  ],
  protocol: 'hl7v2',
  transports: ['tcp'],
  transportDefaults: { tcp: { role: 'listen' } },
  charset: 'utf8',
  capabilities: ['results', 'qc'],
  recognise: [
    {
      when: [
        { at: 'MSH-3.1', matches: '^H ?360' },
        { at: 'MSH-4.1', matches: '^E(rba|RBA)' },
      ],
      score: 90,
    },
  ],
  ...dymindHematology,
  // PDW comes twice: as a spread in fL, and as a percentage that no analyte of the catalogue is
  rows: [...dymindHematology.rows, { when: [{ at: 'OBX-3.1', matches: '^11090$' }], as: 'fact' }],
  codes: [
    ...dymindCodes(source).filter((code) => code.hostCode !== '32207-3'),
    ...codeMap(source, [['32207-3', 'PDW', 'fL', 'PDW-SD']]),
  ],
  flagWords: dymindFlagWords,
  quirks: [
    {
      name: 'loincCodesSwapped',
      why: 'GRAN% is sent under 20482-6, which LOINC has for the count, and GRAN# under 19023-1, which it has for the percentage: the name and the unit are right',
      source: 'stored index, file 71191474512: `20482-6^GRAN%^LN`',
      vector: 'results.json',
    },
    {
      name: 'plateletSpreadTwice',
      why: 'the width of the platelet distribution comes as PDW-SD in fL and as PDW-CV in percent',
      source: 'stored index, file 71191474512: `32207-3^PDW-SD`, `11090^PDW-CV`',
      vector: 'results.json',
    },
  ],
});
