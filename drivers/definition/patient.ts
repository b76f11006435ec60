import type { DecodedPatient } from '../driver.ts';
import type { Path } from './path.ts';
import { findText, type Scope } from './scope.ts';
import { readDate } from './time.ts';

export interface PatientPlaces {
  readonly id?: readonly Path[] | undefined;
  readonly name?: readonly Path[] | undefined;
  readonly birthDate?: readonly Path[] | undefined;
  readonly sex?: readonly Path[] | undefined;
}

/** The patient as the analyzer has it; undefined when it says nothing. It never decides whose result this is. */
export function readPatient(scope: Scope, places: PatientPlaces): DecodedPatient | undefined {
  const id = findText(scope, places.id);
  const name = findText(scope, places.name)
    // family, given, middle name, suffix and prefix; behind them HL7 has the kind of name
    ?.split('^')
    .slice(0, 5)
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const birthDate = readDate(findText(scope, places.birthDate) ?? '');
  const sex = readSex(findText(scope, places.sex));
  const patient: DecodedPatient = {
    ...(id === undefined || id.replaceAll('^', '') === '' ? {} : { id }),
    ...(name === undefined || name === '' ? {} : { name }),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(sex === undefined ? {} : { sex }),
  };
  return Object.keys(patient).length === 0 ? undefined : patient;
}

function readSex(text: string | undefined): DecodedPatient['sex'] | undefined {
  if (text === undefined) return undefined;
  if (/^(m|male|nam)$/i.test(text)) return 'male';
  if (/^(f|female|nu|nữ)$/i.test(text)) return 'female';
  if (/^(o|other)$/i.test(text)) return 'other';
  return /^(u|unknown)$/i.test(text) ? 'unknown' : undefined;
}
