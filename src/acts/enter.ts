import { convertDecimal, decimal, isDecimal } from '../domain/decimal.ts';
import { identityKey } from '../domain/identity.ts';
import type { Actor } from '../domain/ids.ts';
import { conversion, sameUnit } from '../domain/units.ts';
import { isWordAnswer, readTypedValue, type TypedValue, unitFor } from '../domain/value.ts';
import { LisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { AnalyteDoc, ObservationDoc } from '../store/documents.ts';
import { appendAudit } from './audit.ts';
import { fileObservations } from './filing.ts';
import { observationKey } from './hash.ts';
import type { ObservationDraft } from './new-run.ts';
import { requireNotRejected } from './rejected.ts';
import { requireSectionsOf } from './sections.ts';

/** A value as a person enters it. */
export interface HandEntry {
  readonly analyte: string;
  /** A leading `< > <= >=` is the comparator. */
  readonly value: string;
  /** The catalogue's when absent. */
  readonly unit?: string | undefined;
  /** By how much the specimen was diluted beforehand (`5`: one part in five): the value reported is so many times larger. */
  readonly dilution?: string | undefined;
  /** UTC instant; now when absent. */
  readonly observedAt?: string | undefined;
  readonly comment?: string | undefined;
}

/** What stands for the analyzer of values by hand. */
const byHand = 'manual';

/**
 * Enter values by hand: each is a run of its own that someone verifies, like the analyzers'. All or none.
 * Throws SPECIMEN_ACCESSION_UNKNOWN, SPECIMEN_REJECTED, CATALOGUE_CODE_UNKNOWN, OBSERVATION_VALUE_INVALID, AUTH_SECTION.
 */
export async function enterByHand(
  lab: Laboratory,
  actor: Actor,
  accession: string,
  entries: readonly HandEntry[],
): Promise<ObservationDoc[]> {
  const specimen = await lab.collections.specimens.findOne({ _id: accession });
  if (specimen !== null) requireNotRejected(specimen);
  const at = isoNow(lab);
  const drafts = entries.map((entry) => draftOf(lab, actor, accession, entry, at));
  requireSectionsOf(
    lab,
    actor,
    drafts.map((draft) => draft.section),
  );
  const doubled = drafts.find(
    (draft, position) => drafts.findIndex((other) => other.analyte === draft.analyte) !== position,
  );
  if (doubled !== undefined)
    throw new LisError('REQUEST_INVALID', { detail: `observations: ${doubled.analyte} twice` });
  await fileObservations(lab, accession, drafts);
  for (const draft of drafts) {
    await appendAudit(lab, {
      actor: actor.username,
      action: 'enter',
      subject: accession,
      after: {
        id: draft._id,
        analyte: draft.analyte,
        value: `${draft.comparator ?? ''}${draft.value}`,
        unit: draft.unit,
      },
      source: `enter/${draft._id}`,
      at,
    });
  }
  const ids = drafts.map((draft) => draft._id);
  return lab.collections.observations.find({ _id: { $in: ids } }).toArray();
}

function draftOf(lab: Laboratory, actor: Actor, accession: string, entry: HandEntry, at: string): ObservationDraft {
  const analyte = lab.catalogue.analyte(entry.analyte);
  if (analyte === undefined) throw new LisError('CATALOGUE_CODE_UNKNOWN', { code: entry.analyte });
  const typed = readTypedValue(entry.value);
  requireValue(analyte, typed);
  const dilution = dilutionOf(analyte, typed, entry);
  const placed = inCatalogueUnit(analyte, typed, entry.unit, dilution);
  const observedAt = entry.observedAt ?? at;
  const value = `${typed.comparator ?? ''}${typed.value}`;
  const identity = identityKey({
    origin: 'manual',
    accession,
    analyzer: byHand,
    hostCode: analyte.code,
    observedAt,
    runMark: at,
    value,
  });
  return {
    _id: observationKey(accession, identity),
    accession,
    origin: 'manual',
    analyzer: byHand,
    hostCode: analyte.code,
    analyte: analyte.code,
    ...(analyte.loinc === undefined ? {} : { loinc: analyte.loinc }),
    section: analyte.section,
    value: placed.value,
    ...(typed.comparator === undefined ? {} : { comparator: typed.comparator }),
    unit: unitFor(typed.value, analyte),
    sent: {
      value: typed.value,
      ...(typed.comparator === undefined ? {} : { comparator: typed.comparator }),
      unit: entry.unit ?? unitFor(typed.value, analyte),
      flags: [],
      ...(entry.observedAt === undefined ? {} : { observedAt: entry.observedAt }),
      ...(dilution === null ? {} : { runMark: `dilution ${dilution}` }),
    },
    observedAt,
    receivedAt: at,
    conversion: placed.conversion,
    comments:
      entry.comment === undefined || entry.comment === '' ? [] : [{ text: entry.comment, by: actor.username, at }],
    enteredBy: actor.username,
  };
}

function requireValue(analyte: AnalyteDoc, typed: TypedValue): void {
  const refuse = (detail: string): LisError =>
    new LisError('OBSERVATION_VALUE_INVALID', { analyte: analyte.code, detail });
  if (typed.value === '') throw refuse('it is empty');
  if (analyte.valueKind === 'numeric' && !isDecimal(typed.value) && !isWordAnswer(typed.value, analyte))
    throw refuse('it is not a number');
}

/** No dilution makes a specimen stronger, and none is believed beyond this. */
const dilutions = { least: 1, most: 10_000 };

/** The dilution as a factor; null where there was none. */
function dilutionOf(analyte: AnalyteDoc, typed: TypedValue, { dilution }: HandEntry): string | null {
  if (dilution === undefined || dilution === '') return null;
  const refuse = (detail: string): LisError =>
    new LisError('OBSERVATION_VALUE_INVALID', { analyte: analyte.code, detail });
  if (analyte.valueKind === 'qualitative' || isWordAnswer(typed.value, analyte))
    throw refuse('only a number can be diluted');
  if (!isDecimal(dilution) || Number(dilution) < dilutions.least || Number(dilution) > dilutions.most)
    throw refuse(`the dilution is not a factor from ${dilutions.least} to ${dilutions.most}`);
  return dilution;
}

/** The value in the catalogue's unit and as it is undiluted: converted once, so that it is rounded once. */
function inCatalogueUnit(
  analyte: AnalyteDoc,
  typed: TypedValue,
  given: string | undefined,
  dilution: string | null,
): { value: string; conversion: NonNullable<ObservationDoc['conversion']> | null } {
  const target = analyte.unit ?? '';
  const unit = given === undefined || given === '' ? target : given;
  const words = analyte.valueKind === 'qualitative' || isWordAnswer(typed.value, analyte);
  const same = words || sameUnit(unit, target);
  if (same && dilution === null) return { value: typed.value, conversion: null };
  const found = same ? { factor: '1' } : conversion(unit, target, analyte);
  if (found === null) {
    throw new LisError('OBSERVATION_VALUE_INVALID', {
      analyte: analyte.code,
      detail: `${unit} does not convert to ${target}`,
    });
  }
  const factor = decimal(found.factor)
    .times(dilution ?? '1')
    .toFixed();
  return {
    value: convertDecimal(typed.value, factor, analyte.decimals),
    conversion: { from: unit, to: target, factor },
  };
}
