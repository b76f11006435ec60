import type { Comparator, RecordedActor, Sex } from '../../domain/ids.ts';
import type { ReferenceRange } from './observations.ts';

export type ReportStatus =
  | 'registered'
  | 'partial'
  | 'preliminary'
  | 'final'
  | 'amended'
  | 'corrected'
  | 'appended'
  | 'cancelled'
  | 'entered-in-error';

/** One value as the clinic sees it, frozen in the report. */
export interface ReportedObservation {
  readonly id: string;
  readonly analyte: string;
  readonly name: { readonly vi: string; readonly en: string };
  readonly loinc?: string;
  readonly section: string;
  readonly panel?: string;
  readonly kind: 'numeric' | 'qualitative';
  readonly value: string;
  readonly comparator?: Comparator;
  readonly unit: string;
  readonly flags: readonly string[];
  readonly referenceRange?: ReferenceRange;
  readonly status: 'final' | 'preliminary' | 'amended' | 'corrected' | 'cancelled' | 'entered-in-error';
  readonly observedAt: string;
  readonly analyzer: string;
  readonly comments: readonly string[];
  /** Correction: what the last version said, and why it changed. */
  readonly was?: {
    readonly value: string;
    readonly comparator?: Comparator;
    readonly unit: string;
    readonly reason: string;
  };
  readonly verifiedBy: string;
  readonly verifiedAt: string;
  /** How it is measured, as the catalogue says. */
  readonly method?: string;
  /** The laboratory that performed a referred-out test; absent: we did. */
  readonly performer?: { readonly code: string; readonly name: string };
}

/** One immutable version of what the clinic sees of one accession. */
export interface ReportDoc {
  /** `<accession>-v<version>`, unsafe characters of the accession percent-encoded. */
  readonly _id: string;
  readonly accession: string;
  readonly version: number;
  readonly status: ReportStatus;
  /** Strictly rising in commit order over the whole laboratory: the FHIR `_lastUpdated`. */
  readonly issued: string;
  readonly actor: RecordedActor;
  readonly patient: {
    readonly id: string;
    readonly name: string;
    readonly sex: Sex;
    readonly birthDate: string;
    readonly identifiers?: readonly { readonly system: string; readonly value: string }[];
  };
  readonly specimen: {
    readonly collectedAt: string;
    readonly collectedAtSource: 'given' | 'assumed';
    readonly receivedAt?: string;
    readonly type?: string;
    readonly requester?: string;
    readonly ward?: string;
    readonly encounter?: string;
    readonly diagnosis?: string;
  };
  readonly orders: readonly {
    readonly id: string;
    readonly code: string;
    readonly placer?: string;
    readonly analytes: readonly string[];
  }[];
  readonly observations: readonly ReportedObservation[];
  /** Orders there will be no results of, this version and the ones before taken together. */
  readonly cancelledOrders?: readonly string[];
  readonly comment?: string;
  readonly reason?: string;
  /** True for the highest version of its accession. */
  readonly latest: boolean;
  /** `issued` of the version that followed: what a reader of an earlier moment still sees. */
  readonly supersededAt?: string;
}

/** What signs a report version, once: written with the version, finished by the signing loop (publish/signing). */
export interface SigningDoc {
  /** The report's id. */
  readonly _id: string;
  readonly accession: string;
  /** Whose key signs: who released it. */
  readonly user: string;
  /** `refused`: it stays unsigned for good, `reason` says why. */
  readonly state: 'waiting' | 'signed' | 'refused';
  readonly reason?: string;
  readonly attempts: number;
  readonly createdAt: string;
  readonly nextAt: string;
  readonly signedAt?: string;
  /** Name in the certificate. */
  readonly signer?: string;
  /** PAdES level: without or with a time stamp. */
  readonly level?: 'B-B' | 'B-T';
  /** What the authorities answered about each certificate before it was used (OCSP response or CRL, DER). */
  readonly evidence?: readonly {
    readonly subject: string;
    readonly status: 'good' | 'unknown';
    readonly source: 'ocsp' | 'crl' | 'none';
    readonly at: string;
    readonly content?: Uint8Array;
  }[];
}

/** A printed or signed form of a report version, made once and never again: the same version is the same bytes. */
export interface PaperDoc {
  /** `<report id>.<kind>` */
  readonly _id: string;
  readonly report: string;
  readonly kind: 'vi' | 'en' | 'document' | 'xml' | 'summary' | 'seal';
  readonly content: Uint8Array;
  readonly madeAt: string;
}
