import type { Span } from '../../../protocols/wire.ts';
import type { AlertCode, Comparator, Priority, RecordedActor, Sex } from '../../domain/ids.ts';
import type { SerumIndexKind } from '../../domain/interference.ts';

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
  /** What was known before name, sex or birth date became others; the newest first. */
  readonly earlier?: readonly {
    readonly name: string;
    readonly sex: Sex;
    readonly birthDate: string;
    readonly until: string;
    /** Who said otherwise. */
    readonly by: string;
  }[];
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
  /** Who cancelled it, when and why. */
  readonly cancelled?: { readonly at: string; readonly by: string; readonly reason?: string };
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

/** How far a specimen disturbs measurements, as an analyzer measured it: every measurement is kept. */
export interface SerumIndexDoc {
  /** As an observation's: a resend has the same. */
  readonly id: string;
  readonly index: SerumIndexKind;
  readonly analyte: string;
  readonly value: string;
  readonly comparator?: Comparator;
  /** As it was sent. */
  readonly unit?: string;
  readonly analyzer: string;
  readonly hostCode: string;
  readonly observedAt: string;
  readonly receivedAt: string;
  readonly message?: string;
  readonly span?: Span;
  readonly enteredBy?: string;
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
  /** Who it is from was pregnant. */
  readonly pregnant?: true;
  readonly containers?: readonly ContainerDoc[];
  readonly interference?: readonly SerumIndexDoc[];
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
  /** Its orders were cancelled or it was rejected: when is looked whether a report must say so, and what it says. */
  readonly closing?: { readonly dueAt: string; readonly by: RecordedActor; readonly reason?: string };
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
