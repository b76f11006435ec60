import { compilePatient, valueRules } from './astm-compile.ts';
import { type ControlRules, compileControl } from './control.ts';
import { compilePlaces, compileRows, type ReadingRules } from './observation.ts';
import { type Mark, type Path, parseMark, parsePath, parsePaths } from './path.ts';
import type { PatientPlaces } from './patient.ts';
import { hl7QcMarks } from './qc-marks.ts';
import type { Hl7Definition, ObservationPaths } from './schema.ts';

/** An HL7 definition with its paths and patterns read once. */
export interface Hl7Rules {
  readonly specimen: 'OBR' | 'SPM';
  readonly namedBehind: 'SPM' | undefined;
  readonly accession: readonly Path[];
  readonly patient: PatientPlaces;
  readonly reading: ReadingRules;
  readonly urine: readonly Mark[];
  readonly qc: readonly Mark[];
  readonly control: ControlRules;
  readonly query: {
    readonly message: RegExp;
    readonly when: readonly Mark[];
    readonly accession: readonly Path[];
    readonly echo: readonly (readonly [string, Path])[];
  };
}

/** The parts of a definition that say how to read. */
export type Hl7Reading = Pick<
  Hl7Definition,
  'specimen' | 'accession' | 'patient' | 'observation' | 'rows' | 'value' | 'qc' | 'control' | 'query'
> &
  Partial<Pick<Hl7Definition, 'namedBehind' | 'urine'>>;

/** Places of HL7 2.5.1 chapter 7, for what a definition does not say. */
const usual: ObservationPaths = {
  code: ['OBX-3.1', 'OBX-4', 'OBX-3.2'],
  name: ['OBX-3.2'],
  value: ['OBX-5'],
  unit: ['OBX-6.1'],
  range: ['OBX-7'],
  flags: ['OBX-8'],
  status: ['OBX-11'],
  observedAt: ['OBX-19.1', 'OBX-14.1', 'OBR-7.1'],
};

export function compileHl7(definition: Hl7Reading): Hl7Rules {
  const { control, query, value } = definition;
  return {
    specimen: definition.specimen,
    namedBehind: definition.namedBehind,
    accession: parsePaths(definition.accession),
    patient: compilePatient(definition.patient),
    reading: {
      places: compilePlaces(definition.observation, usual),
      // pictures and pointers to pictures are attachments on every analyzer
      rows: [
        ...compileRows(definition.rows),
        ...compileRows([
          { when: [{ at: 'OBX-2', matches: '^(ED|RP)$' }], as: 'attachment', mediaType: 'application/octet-stream' },
        ]),
      ],
      value: valueRules({ value }),
    },
    urine: (definition.urine ?? []).map(parseMark),
    qc: [...hl7QcMarks, ...definition.qc.map(parseMark)],
    control: compileControl(control),
    query: {
      message: new RegExp(`^(?:${query?.message ?? 'QRY|QBP'})$`),
      when: (query?.when ?? []).map(parseMark),
      accession: parsePaths(query?.accession ?? ['QRD-8.1', 'QPD-3.1']),
      echo: Object.entries(query?.echo ?? {}).map(([name, path]) => [name, parsePath(path)]),
    },
  };
}
