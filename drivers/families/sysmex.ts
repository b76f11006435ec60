import { type CodeRow, codeMap } from '../definition/code-map.ts';
import type { AstmDefinitionInput } from '../definition/schema.ts';

const counts: readonly CodeRow[] = [
  ['WBC', 'WBC', '10*3/uL'],
  ['RBC', 'RBC', '10*6/uL'],
  ['HGB', 'HGB', 'g/dL'],
  ['HCT', 'HCT', '%'],
  ['MCV', 'MCV', 'fL'],
  ['MCH', 'MCH', 'pg'],
  ['MCHC', 'MCHC', 'g/dL'],
  ['PLT', 'PLT', '10*3/uL'],
  ['RDW-SD', 'RDW-SD', 'fL'],
  ['RDW-CV', 'RDW-CV', '%'],
  ['PDW', 'PDW', 'fL'],
  ['MPV', 'MPV', 'fL'],
  ['P-LCR', 'P-LCR', '%'],
  ['PCT', 'PCT', '%'],
];

const fivePart: readonly CodeRow[] = [
  ['NEUT#', 'NEUT#', '10*3/uL'],
  ['LYMPH#', 'LYMPH#', '10*3/uL'],
  ['MONO#', 'MONO#', '10*3/uL'],
  ['EO#', 'EO#', '10*3/uL'],
  ['BASO#', 'BASO#', '10*3/uL'],
  ['NEUT%', 'NEUT%', '%'],
  ['LYMPH%', 'LYMPH%', '%'],
  ['MONO%', 'MONO%', '%'],
  ['EO%', 'EO%', '%'],
  ['BASO%', 'BASO%', '%'],
];

const granulocytes: readonly CodeRow[] = [
  ['IG#', 'IG#', '10*3/uL'],
  ['IG%', 'IG%', '%'],
];

/** Parameters of the five-part analyzers of Sysmex, as the XN captures name them. */
export function sysmexFivePartCodes(cite: string): ReturnType<typeof codeMap> {
  return codeMap(cite, [...counts, ...fivePart]);
}

export function sysmexGranulocyteCodes(cite: string): ReturnType<typeof codeMap> {
  return codeMap(cite, granulocytes);
}

export function sysmexCountCodes(cite: string): ReturnType<typeof codeMap> {
  return codeMap(cite, counts);
}

/** Where every Sysmex hematology analyzer with E1394 has its parts: code in R.3.5, specimen in O.4.3. */
export const sysmexHematology = {
  accession: ['O.4.3', 'O.3.3', 'O.3.1'],
  patient: { id: ['P.5.1', 'P.3.1'], name: ['P.6'], birthDate: ['P.8'], sex: ['P.9.1'] },
  observation: { code: ['R.3.5', 'R.3.4'], runMark: ['R.3.6'], observedAt: ['R.13'], value: ['R.4'] },
  rows: [
    // scattergrams and distributions are R records that hold the path of a picture
    { when: [{ at: 'R.3.5', matches: '^(SCAT|DIST)_' }], as: 'attachment', mediaType: 'text/uri-list' },
    { when: [{ at: 'R.4', matches: '\\.(PNG|BMP|JPE?G)$' }], as: 'attachment', mediaType: 'text/uri-list' },
    // suspect messages: a graded value 0-300 and no unit
    { when: [{ at: 'R.3.5', matches: '\\?$' }], as: 'alarm' },
  ],
} satisfies Partial<AstmDefinitionInput>;

export const sysmexFlagWords = {
  L: 'below the reference range',
  H: 'above the reference range',
  '>': 'outside the measuring range',
  A: 'abnormal message',
  W: 'low reliability: check by another method',
  '----': 'not measured or not calculable',
  '++++': 'over the display range',
};

/** Host query of the XN series and what it takes for an answer: rack, position and padded number come back as sent. */
export const sysmexHostQuery = {
  query: {
    // behind rack and position, or alone: a tube whose number was not read must not be taken for its rack
    accession: ['Q.3.3', { at: 'Q.3', pick: '^([^^]+)$' }],
    echo: { rack: 'Q.3.1', position: 'Q.3.2', id: 'Q.3.3', attribute: 'Q.3.4' },
  },
  answer: {
    header: { '13': 'E1394-97' },
    patient: { '2': '{n}', '5': '{patientId}', '6': '^{patientName}', '8': '{birthDate}', '9': '{sex}' },
    order: { '2': '{n}', '3': '{echo.rack}^{echo.position}^{sent:>22}^{echo.attribute}', '12': 'N', '26': 'Q' },
    test: '^^^^{test}',
    nothing: 'emptyOrder',
    emptyOrder: { '2': '{n}', '3': '{echo.rack}^{echo.position}^{sent:>22}^{echo.attribute}', '12': 'N', '26': 'Y' },
  },
} satisfies Partial<AstmDefinitionInput>;
