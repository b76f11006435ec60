import type { MessageKind } from '../../drivers/driver.ts';
import type { Fault, Span } from '../../protocols/wire.ts';
import type { Actor, AlertCode, Comparator, Priority, Role, Sex } from '../domain/ids.ts';
import type { FhirDestination, Hl7Destination, WebhookDestination } from '../laboratory/recipient-config.ts';

/**
 * The shape of every document in the store. All times are UTC ISO 8601 with milliseconds (`2026-11-24T02:37:12.418Z`)
 * unless a field says otherwise.
 */

/** The journal: one arrival (or one sending) on one line, raw bytes, written once and never changed. */
export interface MessageDoc {
  /** `<line id>-<sequence, ten digits>`: rises with every arrival on the line. */
  readonly _id: string;
  readonly analyzer: string;
  readonly sequence: number;
  readonly at: string;
  readonly direction: 'in' | 'out';
  readonly driver: string;
  readonly raw: Uint8Array;
  /** SHA-256 of raw, base64url: marks a suspected resend, never a key. */
  readonly hash: string;
  /** HL7: MSH-10. */
  readonly controlId?: string;
  /** Link faults on the way in (offsets in raw). */
  readonly faults?: readonly Fault[];
  /** The session ended inside it. */
  readonly unfinished?: boolean;
  /** Another analyzer than the line's sent it, in words: it is held. */
  readonly foreign?: string;
  /** For `out`: the message that asked. */
  readonly answers?: string;
}

/** What became of a journalled message: an idempotent projection beside it. Absent: not processed yet. */
export interface OutcomeDoc {
  /** The message's id. */
  readonly _id: string;
  readonly analyzer: string;
  readonly at: string;
  readonly kind: MessageKind;
  readonly accessions: readonly string[];
  /** Observations this arrival added, and those it only repeated. */
  readonly added: number;
  readonly repeated: number;
  readonly held: number;
  readonly state: 'stored' | 'repeated' | 'held' | 'qc' | 'answered' | 'other' | 'unfinished';
}

export interface PatientDoc {
  /** The id the hospital knows the patient by (PID-3.1). */
  readonly _id: string;
  readonly identifiers?: readonly { readonly system: string; readonly value: string }[];
  /** One string in Vietnamese order, NFC. */
  readonly name: string;
  /** Name without diacritics, lower case, for search. */
  readonly searchName: string;
  readonly sex: Sex;
  /** `YYYY[-MM[-DD]]`, or empty when unknown. */
  readonly birthDate: string;
  readonly phone?: string;
  readonly address?: string;
  readonly insuranceNumber?: string;
  readonly mergedInto?: string;
  /** Set while specimens of the loser of a merge are still being moved. */
  readonly mergeOpen?: boolean;
  readonly version: number;
  readonly updatedAt: string;
  /** When it changed last, in commit order (store/stamped.ts). */
  readonly changedAt?: string;
}

export type OrderState = 'ordered' | 'inProcess' | 'completed' | 'cancelled';

export interface OrderDoc {
  readonly _id: string;
  readonly accession: string;
  readonly patient: string;
  /** Panel or analyte code. */
  readonly code: string;
  /** Analytes it comes to, at the time of ordering. */
  readonly analytes: readonly string[];
  readonly placer?: string;
  readonly priority: Priority;
  readonly state: OrderState;
  readonly orderedAt: string;
  readonly requester?: string;
  readonly version: number;
  /** When it changed last, in commit order (store/stamped.ts). */
  readonly changedAt?: string;
}

export type SpecimenState = 'ordered' | 'collected' | 'received' | 'rejected' | 'stored' | 'disposed';

export interface ContainerDoc {
  readonly id: string;
  readonly type: string;
  readonly state: SpecimenState;
  /** The container an aliquot was taken from. */
  readonly parent?: string;
  readonly storage?: { readonly rack: string; readonly position: string };
}

/** What the worklist shows and sorts by: a projection of the specimen's observations. */
export interface SpecimenWork {
  /** True while an observation waits for a person. */
  readonly open: boolean;
  readonly pending: number;
  /** Pending ones in range, without flag or alert. */
  readonly clean: number;
  readonly verified: number;
  readonly ordered: number;
  /** Distinct of the pending observations. */
  readonly sections: readonly string[];
  readonly analyzers: readonly string[];
  readonly flags: readonly string[];
  readonly alerts: readonly AlertCode[];
  readonly analytes: readonly string[];
  /** Values at hand by section; of those that wait, how many are not clean, and how many are kept back. */
  readonly values?: readonly { readonly section: string; readonly count: number }[];
  readonly flagged?: number;
  readonly onHold?: number;
  /** `<priority digit: 0 stat, 1 urgent, 2 routine><receivedAt>/<accession>`: sorts most urgent first; unique. */
  readonly rank: string;
}

export interface SpecimenDoc {
  /** The accession. */
  readonly _id: string;
  readonly patient: string;
  readonly priority: Priority;
  readonly state: SpecimenState;
  readonly type?: string;
  readonly registeredAt: string;
  readonly collectedAt: string;
  /** `given`, or `assumed` from the time of receipt. */
  readonly collectedAtSource: 'given' | 'assumed';
  readonly receivedAt?: string;
  readonly requester?: string;
  readonly ward?: string;
  readonly diagnosis?: string;
  readonly encounter?: string;
  readonly containers?: readonly ContainerDoc[];
  /** Drawn again for a specimen that was rejected; and the other way round. */
  readonly recollectOf?: string;
  readonly recollectedAs?: string;
  /** The last rejection: coded reason, who was told. */
  readonly rejection?: {
    readonly reason: string;
    readonly at: string;
    readonly by: string;
    readonly told?: string;
    readonly comment?: string;
  };
  /** Where it stands. */
  readonly storage?: { readonly rack: string; readonly position: string };
  readonly work: SpecimenWork;
  /** Custody steps, in order. */
  readonly custody: readonly {
    readonly action: string;
    readonly at: string;
    readonly by: string;
    readonly reason?: string;
    readonly container?: string;
    readonly comment?: string;
    readonly told?: string;
    readonly place?: string;
  }[];
  readonly version: number;
  /** When it changed last, in commit order (store/stamped.ts). */
  readonly changedAt?: string;
}

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
  readonly actor: Actor;
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
  /** amend: id of the observation that holds the corrected value. */
  readonly makes?: string;
  /** amend: the value before, for the audit trail. */
  readonly was?: string;
  /** verify: the time again where someone verified alone what he had entered; for the review of the next day. */
  readonly ownEntryAt?: string;
  /** Who looked at it the next day. */
  readonly reviewed?: { readonly by: string; readonly at: string };
  /** merge: whose specimen it was, and whose it is. */
  readonly patient?: { readonly from: string; readonly to: string };
  readonly projected: boolean;
}

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
  readonly actor: Actor;
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
  readonly comment?: string;
  readonly reason?: string;
  /** True for the highest version of its accession. */
  readonly latest: boolean;
  /** `issued` of the version that followed: what a reader of an earlier moment still sees. */
  readonly supersededAt?: string;
}

export interface HeldDoc {
  readonly _id: string;
  readonly reason: string;
  readonly detail: string;
  readonly analyzer: string;
  readonly message: string;
  readonly accession?: string;
  readonly hostCode?: string;
  readonly at: string;
  readonly state: 'open' | 'resolved';
  readonly resolution?: {
    readonly action: 'replay' | 'assign' | 'dismiss' | 'superseded' | 'filed';
    readonly by: string;
    readonly at: string;
    readonly accession?: string;
    readonly reason?: string;
  };
  readonly version: number;
}

export interface OutboxDoc {
  /** `<report id>.<recipient>` */
  readonly _id: string;
  readonly recipient: string;
  readonly accession: string;
  readonly report: string;
  readonly version: number;
  /** Position in the recipient's queue: the report's `issued`. */
  readonly order: string;
  readonly state: 'queued' | 'sending' | 'delivered' | 'parked' | 'superseded';
  readonly attempts: number;
  readonly controlId: string;
  readonly nextAt: string;
  /** The application's answer: it has read the report. */
  readonly ack?: { readonly code: string; readonly at: string; readonly text?: string };
  /** The transport's answer: the bytes arrived (HL7 commit acknowledgement, HTTP status). */
  readonly transport?: { readonly code: string; readonly at: string };
  /** First time it was sent. */
  readonly sentAt?: string;
  /** What the recipient holds, read back and compared. */
  readonly readBack?: { readonly at: string; readonly equal: boolean; readonly differences: readonly string[] };
  readonly reason?: string;
  readonly createdAt: string;
  readonly deliveredAt?: string;
  /** Who sends it now, until when, and the fence number (several nodes). */
  readonly lease?: { readonly owner: string; readonly until: string; readonly fence: number };
}

/** A FHIR subscription (R4 backport): a recipient that asked by itself to be told. */
export interface SubscriptionSettings {
  readonly status: 'requested' | 'active' | 'error' | 'off';
  readonly topic: string;
  readonly content: 'empty' | 'id-only' | 'full-resource';
  readonly endpoint: string;
  /** Sent with each notification; never shown. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Only this patient's reports. */
  readonly patient?: string;
  readonly heartbeatSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly reason?: string;
  readonly end?: string;
  readonly error?: string;
  /** The system that subscribed; whether it may still read is looked at for every notification. */
  readonly owner: string;
  /** Our base address as the subscriber knows it. */
  readonly base: string;
}

export interface RecipientDoc {
  readonly _id: string;
  readonly name?: string;
  readonly hl7?: Hl7Destination;
  readonly fhir?: FhirDestination;
  readonly webhook?: WebhookDestination;
  readonly subscription?: SubscriptionSettings;
  readonly referral?: boolean;
  readonly retrySeconds: readonly [first: number, longest: number];
  readonly paused: boolean;
  /** `file` recipients come from lab.yaml and are written anew at each start; `subscription` ones asked by FHIR. */
  readonly source: 'file' | 'api' | 'subscription';
  readonly version: number;
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

/** Where a tube stands. `_id` is `<rack>/<position>`: one place holds one tube. */
export interface StorageDoc {
  readonly _id: string;
  readonly rack: string;
  readonly position: string;
  readonly accession: string;
  readonly container?: string;
  readonly at: string;
  readonly by: string;
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

/** A patient's reports sent with a referral. What becomes of it is read from the outbox and the signatures. */
export interface ReferralDoc {
  readonly _id: string;
  readonly patient: string;
  readonly recipient: string;
  readonly accessions: readonly string[];
  readonly createdAt: string;
  readonly createdBy: string;
}

/** One value of another laboratory's report, as its Bundle says it. */
export interface ExternalObservation {
  /** The other laboratory's code. */
  readonly analyte: string;
  readonly loinc?: string;
  readonly name: string;
  readonly value: string;
  readonly comparator?: Comparator;
  readonly unit: string;
  readonly flags: readonly string[];
  readonly referenceRange?: { readonly low?: string; readonly high?: string; readonly text?: string };
  readonly status: string;
  readonly notes: readonly string[];
}

/** The last version of a report of another laboratory: kept apart from our own, never a specimen. */
export interface ExternalDoc {
  /** Hash of laboratory and accession. */
  readonly _id: string;
  readonly patient: {
    readonly id: string;
    readonly name: string;
    readonly sex: Sex;
    readonly birthDate: string;
    readonly identifiers?: readonly { readonly system: string; readonly value: string }[];
  };
  /** `id` and `system|value` of each identifier: what a patient is found by. */
  readonly patientKeys: readonly string[];
  readonly origin: {
    readonly lab: { readonly id: string; readonly name: string };
    readonly accession: string;
    readonly version: number;
  };
  readonly signature: { readonly state: 'valid'; readonly signer: string; readonly signedAt: string };
  readonly status: string;
  readonly collectedAt: string;
  readonly issued: string;
  readonly observations: readonly ExternalObservation[];
  readonly receivedAt: string;
  readonly receivedBy: string;
  /** The signed Bundle as it came. */
  readonly bundle: Uint8Array;
}

export interface QcDoc {
  /** Identity of the control value, as for observations. */
  readonly _id: string;
  readonly analyzer: string;
  readonly hostCode: string;
  readonly analyte?: string;
  readonly control?: { readonly name?: string; readonly lot?: string; readonly level?: string };
  readonly accession?: string;
  readonly value: string;
  readonly unit?: string;
  readonly flags: readonly string[];
  readonly observedAt: string;
  readonly receivedAt: string;
  readonly message: string;
  readonly span: Span;
}

export interface UserDoc {
  /** User name, lower case. */
  readonly _id: string;
  readonly role: Role;
  readonly name?: string;
  /** Number of the practice certificate: MA_BS_DOC_KQ of the health insurance. */
  readonly practiceNumber?: string;
  readonly passwordHash: string;
  readonly disabled?: boolean;
  readonly failures: number;
  readonly lockedUntil?: string;
  readonly totp?: { readonly secret: string; readonly confirmed: boolean; readonly lastStep?: number };
  readonly createdAt: string;
  readonly version: number;
}

export interface SessionDoc {
  /** SHA-256 of the cookie's secret, base64url. */
  readonly _id: string;
  readonly username: string;
  readonly createdAt: string;
  readonly usedAt: string;
  readonly expiresAt: string;
  /** Browser as it names itself, for the person's list of sessions. */
  readonly agent?: string;
}

export interface TokenDoc {
  /** SHA-256 of the token, base64url. */
  readonly _id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly revokedAt?: string;
}

/** A SMART backend client: a system that signs for itself. */
export interface ClientDoc {
  /** client_id */
  readonly _id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  readonly jwksUrl?: string;
  readonly createdAt: string;
  readonly revokedAt?: string;
}

export interface AccessTokenDoc {
  /** SHA-256 of the token, base64url. */
  readonly _id: string;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly expiresAt: string;
}

/** A client's assertion that was used: its jti is not taken twice. */
export interface AssertionDoc {
  /** Hash of client and jti. */
  readonly _id: string;
  readonly expiresAt: string;
}

/** Append-only and hash-chained: `hash` covers the entry and `previousHash`. */
export interface AuditDoc {
  /** Sequence, twelve digits. */
  readonly _id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
  /** What it was made from (an act's id): makes writing it idempotent. */
  readonly source?: string;
  readonly previousHash: string;
  readonly hash: string;
}

/** Rising numbers and marks. */
export interface CounterDoc {
  readonly _id: string;
  readonly value: number;
  readonly text?: string;
}

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
export type CatalogueDoc = AnalyteDoc | PanelDoc | RangeDoc | MappingDoc | DeltaDoc | VariationDoc | BlockDoc | WordDoc;

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
