import type { ReportDoc } from '../../store/documents.ts';

/** Languages a report is printed in. */
export const paperLanguages = ['vi', 'en'] as const;
export type PaperLanguage = (typeof paperLanguages)[number];

export interface BothLanguages {
  readonly vi: string;
  readonly en: string;
}

/** Who issues the paper, as its head says. */
export interface Letterhead {
  readonly hospital?: string;
  readonly name: string;
  readonly address?: string;
  readonly phone?: string;
  /** PNG or JPEG. */
  readonly logo?: Uint8Array;
}

/** An earlier value of the same analyte, oldest first in a list. */
export interface EarlierValue {
  /** Time of collection, UTC. */
  readonly at: string;
  readonly value: string;
  readonly comparator?: string;
}

/** Everything a sheet of paper says: plain values, so that the same content always gives the same bytes. */
export interface PaperContent {
  readonly report: ReportDoc;
  readonly language: PaperLanguage;
  readonly timeZone: string;
  readonly letterhead: Letterhead;
  /** Names of people by user name. */
  readonly people: Readonly<Record<string, string>>;
  /** What an analyzer is called, by line id. */
  readonly analyzers: Readonly<Record<string, string>>;
  readonly panels: Readonly<Record<string, BothLanguages>>;
  readonly sections: Readonly<Record<string, BothLanguages>>;
  readonly specimenType?: BothLanguages;
  /** By analyte. */
  readonly history: Readonly<Record<string, readonly EarlierValue[]>>;
  /** When the version was issued that this one replaces. */
  readonly replaces?: { readonly version: number; readonly issued: string };
  /** Who signs it digitally: the name in the certificate. */
  readonly signer?: string;
  /** What the QR code holds: a signed summary to be checked without a network, or the report's id. */
  readonly code: { readonly text: string; readonly signed: boolean; readonly included: number };
}
