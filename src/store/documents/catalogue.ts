import type { SerumIndexKind } from '../../domain/interference.ts';

export interface AnalyteDoc {
  readonly kind: 'analyte';
  readonly _id: string;
  readonly code: string;
  readonly name: { readonly vi: string; readonly en: string };
  readonly section: string;
  readonly specimenType: string;
  readonly valueKind: 'numeric' | 'qualitative';
  readonly unit?: string;
  readonly decimals?: number;
  readonly loinc?: string;
  readonly sex?: 'male' | 'female';
  /** Who it may be ordered for: ISO 8601 durations, from inclusive, to exclusive. */
  readonly ageFrom?: string;
  readonly ageTo?: string;
  readonly method?: string;
  readonly absurd?: { readonly low?: string; readonly high?: string };
  readonly choices?: readonly string[];
  readonly expected?: string;
  readonly nationalCode?: string;
  /** Technical-service code of the health insurance (MA_DICH_VU). */
  readonly serviceCode?: string;
  /** The laboratory a test is sent out to: its facility code and name. */
  readonly performer?: { readonly code: string; readonly name: string };
  readonly molarMass?: string;
  readonly formula?: string;
  /** It is no result of the patient: it says how far the specimen disturbs measurements, and is kept with the specimen. */
  readonly serumIndex?: SerumIndexKind;
  readonly order: number;
  readonly version: number;
}

export interface PanelDoc {
  readonly kind: 'panel';
  readonly _id: string;
  readonly code: string;
  readonly name: { readonly vi: string; readonly en: string };
  readonly section: string;
  readonly loinc?: string;
  /** Technical-service code of the health insurance (MA_DICH_VU). */
  readonly serviceCode?: string;
  readonly analytes: readonly string[];
  readonly specimenType: string;
  readonly order: number;
  readonly version: number;
}

export interface RangeDoc {
  readonly kind: 'range';
  readonly _id: string;
  readonly analyte: string;
  readonly sex: 'any' | 'male' | 'female';
  /** ISO 8601 durations; from inclusive, to exclusive. */
  readonly ageFrom?: string;
  readonly ageTo?: string;
  readonly pregnancy?: 'pregnant';
  readonly method?: string;
  readonly low?: string;
  readonly high?: string;
  readonly criticalLow?: string;
  readonly criticalHigh?: string;
  readonly text?: string;
  readonly analyzer?: string;
  readonly source?: string;
  readonly version: number;
}

export interface MappingDoc {
  readonly kind: 'mapping';
  /** `mapping/<line>/<host code>` */
  readonly _id: string;
  readonly analyzer: string;
  readonly hostCode: string;
  readonly analyte: string;
  readonly orderCode?: string;
  readonly unit?: string;
  readonly factor?: string;
  readonly decimalComma?: boolean;
  readonly ignored?: boolean;
  readonly version: number;
}

export interface DeltaDoc {
  readonly kind: 'delta';
  readonly _id: string;
  readonly analyte: string;
  readonly absolute?: string;
  readonly percent?: string;
  readonly ratePerDay?: string;
  readonly withinDays: number;
  /** `startingSource` where it shipped with the product: the laboratory's own go before it. */
  readonly source?: string;
  readonly version: number;
}

/** Values of the analyte are disturbed where the specimen's index is beyond `above` (domain/interference.ts). */
export interface InterferenceDoc {
  readonly kind: 'interference';
  readonly _id: string;
  readonly analyte: string;
  readonly index: SerumIndexKind;
  readonly above: string;
  readonly analyzer?: string;
  /** Where the limit is from; it begins with `startingSource` where it shipped with the product. */
  readonly source?: string;
  readonly version: number;
}

/** How an analyte varies within one person: what the mix-up index weighs with (domain/mix-up.ts). */
export interface VariationDoc {
  readonly kind: 'variation';
  readonly _id: string;
  readonly analyte: string;
  readonly scale: 'log' | 'linear';
  readonly low: string;
  readonly high: string;
  readonly spread: string;
  /** Pairs of the laboratory's own history it was learned from. */
  readonly pairs?: number;
  readonly source?: string;
  readonly version: number;
}

/** What the laboratory says of an analyzer beside lab.yaml, and before it. `_id` is `analyzer/<line>`. */
export interface AnalyzerDoc {
  readonly kind: 'analyzer';
  readonly _id: string;
  /** Id of its line. */
  readonly analyzer: string;
  readonly displayName?: string;
  /** MA_MAY of the health insurance: `XX.n.YYYYY.Z`, several with `;` between. */
  readonly machineCode?: string;
  readonly version: number;
}

/** Sections, rejection reasons, comments, requesters, specimen types: a code and its words. */
export interface WordDoc {
  readonly kind: 'section' | 'rejection-reason' | 'comment' | 'requester' | 'specimen-type' | 'container';
  readonly _id: string;
  readonly code: string;
  readonly name: { readonly vi: string; readonly en: string };
  readonly order: number;
  readonly version: number;
}

/** A stop: nothing of this analyzer, this analyte, or this analyte on this analyzer is verified until it is lifted. */
export interface BlockDoc {
  readonly kind: 'block';
  readonly _id: string;
  readonly analyzer?: string;
  readonly analyte?: string;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  readonly lifted?: { readonly by: string; readonly at: string; readonly reason: string };
  readonly version: number;
}

/** The catalogue: one collection `catalogue`, `_id` is `<kind>/<code>`. */
export type CatalogueDoc =
  | AnalyteDoc
  | PanelDoc
  | RangeDoc
  | MappingDoc
  | DeltaDoc
  | VariationDoc
  | InterferenceDoc
  | BlockDoc
  | AnalyzerDoc
  | WordDoc;

/** Every version of every catalogue entry: who, when, before, after. `_id` is `<entry id>@<version>`. */
export interface CatalogueHistoryDoc {
  readonly _id: string;
  readonly entry: string;
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly before: CatalogueDoc | null;
  readonly after: CatalogueDoc | null;
}
