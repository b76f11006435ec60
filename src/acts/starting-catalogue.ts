import { chemistry, chemistryRanges } from '../domain/catalogue/chemistry.ts';
import { type StartingDelta, startingDeltas } from '../domain/catalogue/deltas.ts';
import { type StartingAnalyte, type StartingRange, startingSource } from '../domain/catalogue/entries.ts';
import { hematology, hematologyRanges } from '../domain/catalogue/hematology.ts';
import { immunology, immunologyRanges } from '../domain/catalogue/immunology.ts';
import {
  type StartingInterference,
  serumIndexRanges,
  serumIndices,
  startingInterferences,
} from '../domain/catalogue/interferences.ts';
import { comments, panels, rejectionReasons, sections, specimenTypes, type Word } from '../domain/catalogue/lists.ts';
import {
  bloodBank,
  bloodGas,
  bloodGasRanges,
  coagulation,
  coagulationRanges,
  molecular,
  urine,
  urineRanges,
} from '../domain/catalogue/other-sections.ts';
import { type StartingVariation, startingVariations } from '../domain/catalogue/variations.ts';
import type { Collections } from '../store/collections.ts';
import type {
  AnalyteDoc,
  CatalogueDoc,
  DeltaDoc,
  InterferenceDoc,
  PanelDoc,
  RangeDoc,
  VariationDoc,
  WordDoc,
} from '../store/documents.ts';

/** The catalogue a new store begins with: version 1 of every entry. */
export function startingCatalogue(): readonly CatalogueDoc[] {
  const groups: readonly (readonly [string, string, readonly StartingAnalyte[]])[] = [
    ['hematology', 'blood', hematology],
    ['chemistry', 'serum', chemistry],
    ['immunology', 'serum', immunology],
    ['coagulation', 'plasma', coagulation],
    ['urine', 'urine', urine],
    ['blood-gas', 'arterial-blood', bloodGas],
    ['molecular', 'sputum', molecular],
    ['blood-bank', 'blood', bloodBank],
    ['chemistry', 'serum', serumIndices],
  ];
  const analytes = groups.flatMap(([section, type, list], group) =>
    list.map((each, position) => analyteDoc(each, section, type, (group + 1) * 1000 + position)),
  );
  const ranges = [
    ...hematologyRanges,
    ...chemistryRanges,
    ...immunologyRanges,
    ...coagulationRanges,
    ...urineRanges,
    ...bloodGasRanges,
    ...serumIndexRanges,
  ].map(rangeDoc);
  return [
    ...analytes,
    ...panels.map(panelDoc),
    ...ranges,
    ...startingDeltas.map(deltaDoc),
    ...startingVariations.map(variationDoc),
    ...startingInterferences.map(interferenceDoc),
    ...words('section', sections),
    ...words('rejection-reason', rejectionReasons),
    ...words('specimen-type', specimenTypes),
    ...words('comment', comments),
  ];
}

function analyteDoc(each: StartingAnalyte, section: string, specimenType: string, order: number): AnalyteDoc {
  return {
    kind: 'analyte',
    _id: `analyte/${each.code}`,
    code: each.code,
    name: { vi: each.vi, en: each.en },
    section,
    specimenType: each.specimenType ?? specimenType,
    valueKind: each.qualitative === true ? 'qualitative' : 'numeric',
    ...(each.unit === '' ? {} : { unit: each.unit }),
    ...(each.qualitative === true ? {} : { decimals: each.decimals }),
    ...(each.loinc === '' ? {} : { loinc: each.loinc }),
    ...(each.sex === undefined ? {} : { sex: each.sex }),
    ...(each.absurd === undefined ? {} : { absurd: each.absurd }),
    ...(each.choices === undefined ? {} : { choices: each.choices }),
    ...(each.expected === undefined ? {} : { expected: each.expected }),
    ...(each.molarMass === undefined ? {} : { molarMass: each.molarMass }),
    ...(each.formula === undefined ? {} : { formula: each.formula }),
    ...(each.serumIndex === undefined ? {} : { serumIndex: each.serumIndex }),
    order,
    version: 1,
  };
}

function rangeDoc(each: StartingRange, position: number): RangeDoc {
  const { analyte, sex, ...rest } = each;
  return {
    kind: 'range',
    _id: `range/${analyte}-${position + 1}`,
    analyte,
    sex: sex ?? 'any',
    ...rest,
    source: startingSource,
    version: 1,
  };
}

function deltaDoc(each: StartingDelta): DeltaDoc {
  return { kind: 'delta', _id: `delta/${each.analyte}-1`, ...each, source: startingSource, version: 1 };
}

function variationDoc(each: StartingVariation): VariationDoc {
  return { kind: 'variation', _id: `variation/${each.analyte}`, ...each, source: startingSource, version: 1 };
}

function interferenceDoc(each: StartingInterference): InterferenceDoc {
  return { kind: 'interference', _id: `interference/${each.analyte}-1`, ...each, version: 1 };
}

function panelDoc(each: (typeof panels)[number], position: number): PanelDoc {
  const { vi, en, ...rest } = each;
  return { kind: 'panel', _id: `panel/${each.code}`, ...rest, name: { vi, en }, order: position, version: 1 };
}

function words(kind: WordDoc['kind'], list: readonly Word[]): WordDoc[] {
  return list.map(([code, vi, en], order) => ({
    kind,
    _id: `${kind}/${code}`,
    code,
    name: { vi, en },
    order,
    version: 1,
  }));
}

const mark = 'starting-catalogue';

/**
 * Fill the catalogue of a new store. Done once: what a laboratory deletes or changes later stays as it left it. A crash
 * half way leaves no mark, and the next start completes it.
 */
export async function seedCatalogue(collections: Collections): Promise<void> {
  if ((await collections.counters.findOne({ _id: mark })) !== null) return;
  await collections.catalogue.bulkWrite(
    startingCatalogue().map(({ _id, ...entry }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: entry }, upsert: true },
    })),
  );
  await collections.counters.updateOne({ _id: mark }, { $set: { value: 1 } }, { upsert: true });
}
