import type { Span } from '../../../protocols/wire.ts';
import type { AlertCode, Comparator, RecordedActor } from '../../domain/ids.ts';

export type ObservationState = 'pending' | 'verified' | 'released' | 'rejected' | 'superseded' | 'withdrawn';

export type ObservationOrigin = 'wire' | 'manual' | 'calculated' | 'imported';

export interface ReferenceRange {
  readonly low?: string;
  readonly high?: string;
  readonly text?: string;
  /** Why this range: "female 18y-60y" and the like, or why none. */
  readonly reason: string;
  readonly id?: string;
}

/** One analyte value for one specimen. Everything but state, version, current, comments and acts is frozen when made. */
export interface ObservationDoc {
  /** Hash of the identity (domain/identity.ts): a resend has the same. URL-safe. */
  readonly _id: string;
  readonly accession: string;
  readonly patient: string;
  readonly origin: ObservationOrigin;
  readonly analyzer: string;
  readonly hostCode: string;
  readonly analyte: string;
  readonly loinc?: string;
  readonly section: string;
  /** 1 for the first of this analyte on this specimen, by arrival. */
  readonly run: number;
  readonly current: boolean;
  readonly value: string;
  readonly comparator?: Comparator;
  readonly unit: string;
  readonly sent: {
    readonly value: string;
    readonly comparator?: Comparator;
    readonly unit: string;
    readonly flags: readonly string[];
    readonly observedAt?: string;
    readonly runMark?: string;
    readonly status?: string;
  };
  /** Ours (H L HH LL A) beside the analyzer's own. */
  readonly flags: readonly string[];
  readonly alerts: readonly AlertCode[];
  readonly referenceRange?: ReferenceRange;
  readonly critical?: { readonly low?: string; readonly high?: string };
  readonly state: ObservationState;
  readonly version: number;
  /** Number of the last act that changed it: an act is applied once, however often it is projected. */
  readonly lastAct: number;
  /** UTC instant of the analysis; the receipt's where the analyzer sends none. */
  readonly observedAt: string;
  readonly receivedAt: string;
  /** Journal id and byte range of the value; absent for values by hand. */
  readonly message?: string;
  readonly span?: Span;
  readonly mapping?: { readonly id: string; readonly revision: number };
  readonly conversion?: { readonly from: string; readonly to: string; readonly factor: string } | null;
  /** Rules looked at and what they said, for `explain`. */
  readonly rules: readonly { readonly rule: string; readonly outcome: string }[];
  readonly comments: readonly { readonly text: string; readonly by: string; readonly at: string }[];
  /** What the analyzer said of the whole specimen beside its values (alarms, remarks), as it said it. */
  readonly remarks?: readonly string[];
  readonly hold?: { readonly by: string; readonly at: string; readonly reason?: string };
  readonly enteredBy?: string;
  readonly verifiedBy?: string;
  readonly verifiedAt?: string;
  readonly releasedBy?: string;
  readonly releasedAt?: string;
  /** Last value of the patient before this draw: for page and delta. */
  readonly previous?: {
    readonly value: string;
    readonly unit: string;
    readonly at: string;
    readonly accession: string;
  };
  readonly amends?: string;
  /** Calculated: the observations it was made from. */
  readonly calculatedFrom?: readonly string[];
}

/** A critical value until someone is called, and the calls. `_id` is the observation's. */
export interface CriticalDoc {
  readonly _id: string;
  readonly accession: string;
  readonly patient: string;
  readonly analyte: string;
  readonly section: string;
  /** When it was detected. */
  readonly at: string;
  /** `open`: nobody was told and read it back. `gone`: the value was rejected or set aside before anyone was told. */
  readonly state: 'open' | 'called' | 'gone';
  /** As `at`, taken away when it is open no longer: what waits for a call. */
  readonly openSince?: string;
  readonly calls: readonly {
    readonly by: string;
    readonly at: string;
    readonly to: string;
    /** What the other side read back; `true` where only that it did is known. */
    readonly readBack: string | boolean;
    readonly comment?: string;
  }[];
  readonly calledAt?: string;
  /** When it was handed to a second person, and which round it is. */
  readonly escalatedAt?: string;
  readonly version: number;
}

export type ActKind =
  | 'verify'
  | 'undo'
  | 'release'
  | 'issue'
  | 'reject'
  | 'hold'
  | 'unhold'
  | 'comment'
  | 'amend'
  | 'withdraw'
  | 'choose'
  | 'reevaluate'
  | 'pregnancy'
  | 'merge';

/**
 * The one commit point: each act of a person on a specimen is decided by the insert of one of these. `_id` carries the
 * specimen's act number, so of two people who act at once on what they saw, the second insert fails and is told so.
 * Observation states, specimen work, report, outbox and audit are idempotent projections, finished at the next start
 * while `projected` is false.
 */
export interface ActDoc {
  /** `<accession>#<number, six digits>` */
  readonly _id: string;
  readonly accession: string;
  readonly number: number;
  readonly kind: ActKind;
  readonly at: string;
  readonly actor: RecordedActor;
  readonly observations: readonly {
    readonly id: string;
    readonly version: number;
    readonly acknowledged?: readonly AlertCode[];
  }[];
  readonly reason?: string;
  readonly comment?: string;
  readonly value?: string;
  readonly comparator?: Comparator;
  /** verify / release: when the report leaves unless undone. */
  readonly dueAt?: string;
  /** As `dueAt`, taken away when the act was issued or undone: what still waits to be issued. */
  readonly waitingUntil?: string;
  /** verify: other runs of the same analytes that this decision sets aside. */
  readonly supersedes?: readonly string[];
  /** undo, issue: number of the act concerned. */
  readonly of?: readonly number[];
  /** issue: the report version made. */
  readonly reportVersion?: number;
  /** issue: orders this version says are cancelled, where it is made for that. */
  readonly cancelledOrders?: readonly string[];
  /** issue: calculated values whose source stands no longer; they do not either. */
  readonly orphans?: readonly string[];
  /** amend: id of the observation that holds the corrected value. */
  readonly makes?: string;
  /** amend: the value before, for the audit trail. */
  readonly was?: string;
  /** verify: the time again where someone verified alone what he had entered; for the review of the next day. */
  readonly ownEntryAt?: string;
  /** Who looked at it the next day. */
  readonly reviewed?: { readonly by: string; readonly at: string };
  /** pregnancy: whether who it is from is pregnant; what waits is judged anew with it. */
  readonly pregnant?: boolean;
  /** merge: whose specimen it was, and whose it is. */
  readonly patient?: { readonly from: string; readonly to: string };
  readonly projected: boolean;
}

/**
 * All that was released on one UTC day that is over, in columns: figures over a year read 365 of these and not a million
 * observations. Made from the observations when first asked for, thrown away when one of that day changes.
 */
export interface DayDoc {
  /** `YYYY-MM-DD` */
  readonly _id: string;
  readonly rows: number;
  /** Distinct values of each dimension; rows hold their positions. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** Positions, 32-bit little-endian, one row after the other in each dimension. */
  readonly positions: Readonly<Record<string, Uint8Array>>;
  /** Instants in ms since 1970, 64-bit floats little-endian; NaN where there is none. */
  readonly instants: Readonly<Record<string, Uint8Array>>;
}
