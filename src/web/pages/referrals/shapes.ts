import type { Comparator } from '../../api/types.ts';

export interface Referral {
  readonly id: string;
  readonly patient: string;
  readonly recipient: string;
  readonly accessions: readonly string[];
  readonly createdAt: string;
  readonly createdBy: string;
  readonly state: 'queued' | 'delivered' | 'ready' | 'parked';
  readonly reason?: string;
}

/** A package another hospital told us of: fetched and taken in by itself. */
export interface Notice {
  readonly id: string;
  readonly sender: string;
  readonly name?: string;
  readonly report: string;
  readonly state: 'waiting' | 'taken' | 'refused' | 'expired';
  readonly reason?: string;
  readonly receivedAt: string;
  readonly expiresAt: string;
}

/** A report of another laboratory, as it came: its origin and its signature stand with it. */
export interface ExternalReport {
  readonly id: string;
  readonly patient: { readonly id: string; readonly name: string };
  readonly origin: {
    readonly lab: { readonly id: string; readonly name: string };
    readonly accession: string;
    readonly version: number;
  };
  readonly signature: { readonly state: string; readonly signer: string; readonly signedAt: string };
  readonly collectedAt: string;
  readonly observations: readonly ExternalValue[];
  readonly advice: readonly { readonly code: string; readonly field?: string }[];
}

export interface ExternalValue {
  readonly analyte: string;
  readonly name: string;
  readonly value: string;
  readonly comparator?: Comparator;
  readonly unit: string;
  readonly flags: readonly string[];
  readonly status: string;
  readonly validity?: { readonly until: string; readonly over: boolean };
}

export interface RecipientRow {
  readonly id: string;
  readonly name?: string;
  readonly referral?: boolean;
}
