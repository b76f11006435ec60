import type { Comparator, Sex } from '../../domain/ids.ts';
import type { FhirDestination, Hl7Destination, WebhookDestination } from '../../laboratory/recipient-config.ts';

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

/** A patient's reports sent with a referral. What becomes of it is read from the outbox and the signatures. */
export interface ReferralDoc {
  readonly _id: string;
  readonly patient: string;
  readonly recipient: string;
  readonly accessions: readonly string[];
  readonly createdAt: string;
  readonly createdBy: string;
  /** The message of the hospital system that asked for it, where one did. */
  readonly origin?: string;
}

/** A sender told us that a signed package of one report version waits; it is fetched and taken in by itself. */
export interface NoticeDoc {
  /** Hash of sender and report. */
  readonly _id: string;
  readonly sender: string;
  /** The sender's name for the report version. */
  readonly report: string;
  readonly version: number;
  readonly path: string;
  /** Opens the package until `expiresAt`; gone once it is of no use. */
  readonly token?: string;
  readonly expiresAt: string;
  readonly state: 'waiting' | 'taken' | 'refused' | 'expired';
  /** Why it is not there yet, or never will be. */
  readonly reason?: string;
  /** Reports of it that were new to us, or newer. */
  readonly imported?: number;
  readonly attempts: number;
  readonly nextAt: string;
  readonly receivedAt: string;
  readonly settledAt?: string;
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
