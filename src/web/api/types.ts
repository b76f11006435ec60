import type { z } from 'zod';
import type { whoAmI } from '../../api/schemas/people.ts';
import type {
  ObservationView,
  PatientView,
  SpecimenRowView,
  SpecimenView,
  WorkRowView,
} from '../../api/schemas/specimen.ts';
import type {
  completeness,
  explanation,
  lineActivity,
  MessageView as MessageDetail,
  mappingPreview,
  mappingRow,
  messageRow,
  recipient,
  replayPreview,
} from '../../api/schemas/way.ts';
import type { AlertCode, Comparator, Priority, Role, Sex } from '../../domain/ids.ts';
import type { ReportDoc } from '../../store/documents.ts';

/** The API's shapes as the workbench reads them. More fields may come; none of these goes. */
export type { AlertCode, Comparator, Priority, Role, Sex };

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export type Session = z.infer<typeof whoAmI>;
export type Patient = PatientView;
export type Observation = ObservationView;
export type Previous = NonNullable<ObservationView['previous']>;
export type Specimen = SpecimenView;
/** One row of the worklist: counts are of the observations that wait. */
export type WorkRow = WorkRowView;

export type LineState = 'down' | 'up' | 'talking' | 'silent' | 'failing';

export interface Analyzer {
  readonly id: string;
  readonly name?: string;
  readonly driver: string;
  readonly transport: 'tcp' | 'serial';
  readonly role: 'listen' | 'connect';
  readonly state: LineState;
  readonly lastReceivedAt: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly detail?: string;
  readonly address?: string;
  readonly watch?: {
    readonly nakRate: number | null;
    readonly clockSkewSeconds: number | null;
    readonly ordersWithoutResult: number;
    readonly enqWithoutData: number;
    readonly rhythmSeconds: number | null;
    readonly lastFault?: { readonly code: string; readonly detail?: string; readonly at: string } | null;
  };
  readonly retryAt?: string;
}

export type MessageRow = z.infer<typeof messageRow>;
export type MessageView = MessageDetail;
export type MessageRecord = MessageView['records'][number];
export type MessageObservation = MessageView['observations'][number];
export type LineActivity = z.infer<typeof lineActivity>;
export type PreviewedValue = z.infer<typeof replayPreview>['items'][number];
export type Recipient = z.infer<typeof recipient>;
export type MappingRow = z.infer<typeof mappingRow>;
export type MappingPreview = z.infer<typeof mappingPreview>;
export type Completeness = z.infer<typeof completeness>;
export type SpecimenRow = SpecimenRowView;

export type Span = readonly [start: number, end: number];

export interface Held {
  readonly id: string;
  readonly reason: string;
  readonly detail: string;
  readonly analyzer: string;
  readonly message: string;
  readonly accession?: string;
  readonly hostCode?: string;
  readonly at: string;
}

export interface Delivery {
  readonly id: string;
  readonly recipient: string;
  readonly accession: string;
  readonly report: string;
  readonly version: number;
  readonly state: 'queued' | 'sending' | 'delivered' | 'parked' | 'superseded';
  readonly attempts: number;
  readonly ack?: { readonly code: string; readonly at: string; readonly text?: string };
  readonly reason?: string;
  readonly readBack?: { readonly equal: boolean; readonly differences: readonly string[] };
  readonly nextAt?: string;
  readonly createdAt?: string;
}

/** The way of a number, as the server tells it. */
export type Explain = z.infer<typeof explanation>;

/** One immutable report version, as far as the workbench reads it. */
export type Report = Omit<ReportDoc, '_id' | 'latest'> & { readonly id: string };

export interface Critical {
  readonly id: string;
  readonly accession: string;
  readonly analyte: string;
  readonly name?: Names;
  readonly value: string;
  readonly comparator?: Comparator;
  readonly unit: string;
  readonly flags?: readonly string[];
  readonly patient?: { readonly id?: string; readonly name?: string };
  readonly ward?: string;
  readonly at: string;
  readonly calls?: readonly { readonly to: string; readonly by: string; readonly at: string }[];
}

export interface Names {
  readonly vi: string;
  readonly en: string;
}
export interface Analyte {
  readonly code: string;
  readonly name: Names;
  readonly section: string;
  readonly specimenType: string;
  readonly kind?: 'numeric' | 'qualitative';
  readonly unit?: string;
  readonly decimals?: number;
  readonly loinc?: string;
  readonly sex?: 'male' | 'female';
  readonly choices?: readonly string[];
  /** A measure of the specimen, not of the patient: it is not ordered. */
  readonly serumIndex?: string;
  readonly version?: number;
}
export interface Panel {
  readonly code: string;
  readonly name: Names;
  readonly section: string;
  readonly analytes: readonly string[];
  readonly version?: number;
}
export interface Word {
  readonly code: string;
  readonly name: Names;
}
export interface Mapping {
  readonly id: string;
  readonly version: number;
  readonly analyzer: string;
  readonly hostCode: string;
  readonly analyte: string;
  readonly orderCode?: string;
  readonly unit?: string;
  readonly factor?: string;
  readonly decimalComma?: boolean;
  readonly ignored?: boolean;
}
export interface User {
  readonly username: string;
  readonly role: Role;
  readonly name?: string;
  /** Sections the person decides for; absent: all. */
  readonly sections?: readonly string[];
  readonly disabled?: boolean;
  readonly locked?: boolean;
  readonly totp?: boolean;
  readonly version?: number;
}
export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
}
