import { type ControlRules, compileControl } from './control.ts';
import { compilePlaces, compileRows, type ReadingRules } from './observation.ts';
import { type Mark, type Path, parseMark, parsePath, parsePaths } from './path.ts';
import type { PatientPlaces } from './patient.ts';
import { astmQcMarks } from './qc-marks.ts';
import type { AstmDefinition, ObservationPaths, PatientPaths } from './schema.ts';

/** An ASTM definition with its paths and patterns read once. */
export interface AstmRules {
  readonly literalNext: boolean;
  readonly accession: readonly Path[];
  readonly patient: PatientPlaces;
  readonly reading: ReadingRules;
  readonly manufacturer: readonly {
    readonly when: readonly Mark[];
    readonly name: readonly Path[];
    readonly mediaType: string;
  }[];
  readonly urine: readonly Mark[];
  readonly qc: readonly Mark[];
  readonly control: ControlRules;
  readonly comments: {
    readonly text: readonly Path[];
    readonly skip: readonly RegExp[];
    readonly words: Readonly<Record<string, string>>;
  };
  readonly query: {
    readonly accession: readonly Path[];
    readonly all: readonly Mark[];
    readonly withdrawn: readonly Mark[];
    readonly echo: readonly (readonly [string, Path])[];
  };
}

/** The parts of a definition that say how to read. */
export type AstmReading = Pick<
  AstmDefinition,
  'accession' | 'patient' | 'observation' | 'rows' | 'value' | 'qc' | 'control' | 'comments' | 'query'
> &
  Partial<Pick<AstmDefinition, 'manufacturer' | 'urine' | 'literalNext'>>;

/** Places of LIS02-A2, for what a definition does not say. */
const usual: ObservationPaths = {
  code: ['R.3.4'],
  value: ['R.4.1', 'R.4.2', 'R.4.3'],
  unit: ['R.5.1'],
  range: ['R.6'],
  flags: ['R.7'],
  status: ['R.9'],
  observedAt: ['R.13', 'R.12'],
};

export function compileAstm(definition: AstmReading): AstmRules {
  const { control, comments, query } = definition;
  return {
    literalNext: definition.literalNext ?? false,
    accession: parsePaths(definition.accession),
    patient: compilePatient(definition.patient),
    reading: {
      places: compilePlaces(definition.observation, usual),
      rows: compileRows(definition.rows),
      value: valueRules(definition),
    },
    manufacturer: (definition.manufacturer ?? []).map(({ when, name, mediaType }) => ({
      when: when.map(parseMark),
      name: parsePaths(name),
      mediaType: mediaType ?? 'application/octet-stream',
    })),
    urine: (definition.urine ?? []).map(parseMark),
    qc: [...astmQcMarks, ...definition.qc.map(parseMark)],
    control: compileControl(control),
    comments: {
      text: parsePaths(comments?.text ?? ['C.4', 'C.3']),
      skip: (comments?.skip ?? []).map((pattern) => new RegExp(pattern)),
      words: comments?.words ?? {},
    },
    query: {
      accession: parsePaths(query?.accession ?? ['Q.3.2', 'Q.3.1', 'Q.3.3']),
      all: (query?.all ?? [{ at: 'Q.3', matches: '^\\^*ALL$' }]).map(parseMark),
      withdrawn: (query?.withdrawn ?? []).map(parseMark),
      echo: Object.entries(query?.echo ?? {}).map(([name, path]) => [name, parsePath(path)]),
    },
  };
}

export function compilePatient(paths: PatientPaths): PatientPlaces {
  const places = (part: keyof PatientPaths): readonly Path[] | undefined => {
    const given = paths[part];
    return given === undefined ? undefined : parsePaths(given);
  };
  return { id: places('id'), name: places('name'), birthDate: places('birthDate'), sex: places('sex') };
}

export function valueRules(definition: Pick<AstmDefinition, 'value'>): ReadingRules['value'] {
  const { decimalComma, masks, empty } = definition.value;
  return {
    ...(decimalComma === undefined ? {} : { decimalComma }),
    ...(masks === undefined ? {} : { masks }),
    ...(empty === undefined ? {} : { empty }),
  };
}
