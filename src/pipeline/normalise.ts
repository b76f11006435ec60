import type { DecodedObservation } from '../../drivers/driver.ts';
import { convertDecimal } from '../domain/decimal.ts';
import { conversion, sameUnit } from '../domain/units.ts';
import { isWordAnswer } from '../domain/value.ts';
import type { CatalogueView } from '../laboratory/catalogue-view.ts';
import type { AnalyteDoc, MappingDoc } from '../store/documents.ts';

/** What a decoded value comes to in the words of the catalogue. */
export interface Normalised {
  readonly analyte: AnalyteDoc;
  readonly mapping: { readonly id: string; readonly revision: number };
  readonly value: string;
  readonly unit: string;
  /** Null where the digits are the analyzer's. */
  readonly conversion: { readonly from: string; readonly to: string; readonly factor: string } | null;
}

/** `ignored`: a person said this code is not wanted. */
export type Normalisation =
  | { readonly kind: 'normalised'; readonly normalised: Normalised }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'held'; readonly reason: HoldReason; readonly detail: string };

export type HoldReason = 'DRIVER_HOST_CODE_UNMAPPED' | 'DRIVER_UNIT_MISMATCH' | 'DRIVER_VALUE_UNREADABLE';

const number = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/**
 * Put one decoded value into analyte, value and unit of the catalogue. Only the catalogue's mapping of this line maps;
 * what it does not know, or a unit that does not convert, is held: nothing is guessed.
 */
export function normalise(observation: DecodedObservation, line: string, catalogue: CatalogueView): Normalisation {
  const mapping = catalogue.mapping(line, observation.hostCode);
  if (mapping === undefined) {
    const named = observation.name === undefined ? '' : ` (${observation.name})`;
    return held('DRIVER_HOST_CODE_UNMAPPED', `Code ${observation.hostCode}${named} has no mapping`);
  }
  if (mapping.ignored === true) return { kind: 'ignored' };
  const analyte = catalogue.analyte(mapping.analyte);
  if (analyte === undefined) {
    return held(
      'DRIVER_HOST_CODE_UNMAPPED',
      `Code ${observation.hostCode} is mapped to ${mapping.analyte}, which the catalogue does not have`,
    );
  }
  if (observation.specimen === 'urine' && analyte.specimenType !== 'urine') {
    return held(
      'DRIVER_HOST_CODE_UNMAPPED',
      `Code ${observation.hostCode} is mapped to ${mapping.analyte}, but the specimen is urine`,
    );
  }
  if (analyte.valueKind === 'qualitative' || observation.value === '') {
    return done(analyte, mapping, observation.value, null);
  }
  // `Not detected` in place of a viral load: it has no unit
  if (observation.comparator === undefined && isWordAnswer(observation.value, analyte)) {
    return done(analyte, mapping, observation.value, null, '');
  }
  if (!number.test(observation.value)) {
    return held('DRIVER_VALUE_UNREADABLE', `${observation.hostCode}: the value is not a number`);
  }
  return convert(observation, mapping, analyte);
}

function convert(observation: DecodedObservation, mapping: MappingDoc, analyte: AnalyteDoc): Normalisation {
  const target = analyte.unit ?? '';
  const sent = observation.unit ?? '';
  const own = mapping.unit ?? '';
  const unit = sent === '' ? own : sent;
  if (mapping.factor !== undefined) {
    // The factor is for the unit the mapping names: the same factor on another unit would be a wrong number.
    if (sent !== '' && own !== '' && !sameUnit(sent, own) && !sameUnit(own, target)) {
      return held('DRIVER_UNIT_MISMATCH', `${observation.hostCode}: unit ${sent} was sent, the factor is for ${own}`);
    }
    const value = convertDecimal(observation.value, mapping.factor, analyte.decimals);
    return done(analyte, mapping, value, { from: unit, to: target, factor: mapping.factor });
  }
  if (sameUnit(unit, target)) return done(analyte, mapping, observation.value, null);
  const found = conversion(unit, target, analyte);
  if (found === null) {
    const words =
      unit === '' ? 'no unit was sent' : `unit ${unit} does not convert to ${target === '' ? 'no unit' : target}`;
    return held('DRIVER_UNIT_MISMATCH', `${observation.hostCode}: ${words}`);
  }
  const value = convertDecimal(observation.value, found.factor, analyte.decimals);
  return done(analyte, mapping, value, { from: unit, to: target, factor: found.factor });
}

function done(
  analyte: AnalyteDoc,
  mapping: MappingDoc,
  value: string,
  conversion: Normalised['conversion'],
  unit = analyte.unit ?? '',
): Normalisation {
  const made = { id: mapping._id, revision: mapping.version };
  return { kind: 'normalised', normalised: { analyte, mapping: made, value, unit, conversion } };
}

const held = (reason: HoldReason, detail: string): Normalisation => ({ kind: 'held', reason, detail });

/**
 * Whether a row may be filed at all. Signals behind a value and words to it come under the code of the value itself: were
 * they filed, a count of light would be the patient's hormone. Alarms, modes and facts have codes of their own, which a
 * site may map.
 */
export function mayBeFiled(observation: DecodedObservation, line: string, catalogue: CatalogueView): boolean {
  if (observation.aside === undefined) return true;
  if (observation.aside === 'raw' || observation.aside === 'interpretation') return false;
  return catalogue.mapping(line, observation.hostCode) !== undefined;
}
