import type { BlockSettings } from '../protocols/blocks/state.ts';
import type { ReportBounds } from '../protocols/delimited/reports.ts';
import type { Fault, Span } from '../protocols/wire.ts';

/**
 * What a driver says of one analyzer model. A driver is a value: everything the product knows of a model stands here,
 * and decoding is a pure function of the raw bytes of one message.
 */
export type Evidence = 'capture' | 'manual' | 'site';
export type Capability = 'results' | 'queries' | 'orders' | 'qc' | 'calibration';
export type Protocol = 'astm' | 'hl7v2' | 'delimited' | 'blocks';

export interface Source {
  readonly title: string;
  readonly page?: string;
  readonly url?: string;
}

/** A proposal: it is copied into the catalogue as revision 1 when a line is added; only the catalogue maps. */
export interface CodeMapping {
  readonly hostCode: string;
  /** Code of the starting catalogue. */
  readonly analyte: string;
  /** Name as the analyzer prints it. */
  readonly name?: string;
  readonly loinc?: string;
  /** Unit the analyzer sends when it names none. */
  readonly unit?: string;
  /** Code to order with, where it differs from the code of results. */
  readonly orderCode?: string;
  /** Where the manual or capture shows this code. */
  readonly cite?: string;
}

export interface Quirk {
  readonly name: string;
  readonly why: string;
  readonly source: string;
  /** File name in the driver's `vectors/`. */
  readonly vector: string;
}

/** Timers of the ASTM link in milliseconds, sizes in characters (LIS01-A2 clauses in protocols/astm/link.ts). */
export interface LinkOptions {
  readonly ackTimeoutMs?: number;
  readonly receiverTimeoutMs?: number;
  readonly busyRetryMs?: number;
  readonly contentionMs?: number;
  readonly maxTries?: number;
  readonly maxFrame?: number;
  readonly maxMessage?: number;
  readonly sendFrame?: number;
  /** `simplified`: ENQ STX text ETX EOT without frame digit and checksum (Maglumi). */
  readonly framing?: 'e1381' | 'simplified' | 'none';
}

/** Timers and sizes of a line of blocks are those of `LinkOptions`. */
export type BlockRules = Pick<BlockSettings, 'check' | 'role' | 'thanks' | 'nothing' | 'confirmsOrders' | 'answers'>;

export interface DecodedPatient {
  readonly id?: string;
  readonly name?: string;
  readonly birthDate?: string;
  readonly sex?: 'male' | 'female' | 'other' | 'unknown';
}

export interface DecodedObservation {
  /** The component that carries the analyzer's code, never made up from parts. */
  readonly hostCode: string;
  readonly name?: string;
  /** Digits as sent; a decimal comma made a point; blanks trimmed; comparator apart; empty when masked. */
  readonly value: string;
  readonly comparator?: '<' | '>' | '<=' | '>=';
  /** Verbatim. */
  readonly unit?: string;
  readonly referenceRange?: string;
  /** Verbatim, a mask (`----`) among them. */
  readonly flags: readonly string[];
  readonly status?: string;
  /** ISO 8601 wall clock of the analyzer, as precise as sent; an offset only when one was sent. */
  readonly observedAt?: string;
  /** Run, dilution and rerun mark as sent: part of the identity of the observation. */
  readonly runMark?: string;
  /** Comments of the analyzer on this value, data alarms in words. */
  readonly comments?: readonly string[];
  /** Field that holds the value, as a range in the raw bytes. */
  readonly span: Span;
  /**
   * The record bears a value but is not the measured quantity itself: it is shown and kept, never filed under an
   * analyte. `raw`: signal behind the value (RLU, cut-off index); `interpretation`: words to a value that has a row of
   * its own; `alarm`: suspect message; `mode`: how the analyzer ran; `fact`: what else it says of the specimen.
   */
  readonly aside?: Aside;
  /** The analyzer says the specimen is urine: the same code then means another analyte than in serum. */
  readonly specimen?: 'urine';
}

export type Aside = 'raw' | 'interpretation' | 'alarm' | 'mode' | 'fact';

export interface DecodedQuery {
  /** Absent when all pending orders are asked for. */
  readonly accession?: string;
  /** The rest of the specimen id as sent (rack, position): to be echoed in the answer. */
  readonly echo?: Readonly<Record<string, string>>;
  readonly all?: boolean;
}

export interface DecodedHeld {
  readonly reason: string;
  readonly detail: string;
  readonly span?: Span;
}

export interface Attachment {
  readonly name: string;
  readonly mediaType: string;
  readonly span: Span;
}

export type MessageKind = 'results' | 'query' | 'qc' | 'other';

/** One specimen of one message (a message that holds several specimens gives several). */
export interface DecodedMessage {
  readonly kind: MessageKind;
  readonly accession?: string;
  readonly patient?: DecodedPatient;
  readonly observations: readonly DecodedObservation[];
  readonly queries?: readonly DecodedQuery[];
  /** QC: the control material and lot as sent. */
  readonly control?: { readonly name?: string; readonly lot?: string; readonly level?: string };
  readonly attachments?: readonly Attachment[];
  readonly comments?: readonly string[];
  readonly held: readonly DecodedHeld[];
  /** HL7: MSH-10. */
  readonly controlId?: string;
  /** Who says it sent this (H-5, MSH-3/4), verbatim. */
  readonly sender?: string;
  readonly span: Span;
}

export interface Decoded {
  readonly messages: readonly DecodedMessage[];
  readonly faults: readonly Fault[];
}

export interface DecodeOptions {
  /** Overrides the driver's charset (a name iconv-lite knows). */
  readonly charset?: string;
  /** Overrides the driver: values carry a decimal comma. */
  readonly decimalComma?: boolean;
}

/** What the host answers a query with, or pushes: plain facts; the driver puts them in its words. */
export interface OrderForAnalyzer {
  readonly accession: string;
  readonly patient: DecodedPatient;
  /** Host codes to run, each once, in the analyzer's codes. */
  readonly hostCodes: readonly string[];
  /** By host code, which time the test is asked for, where that is not the first: sent back, or taken back and ordered anew. */
  readonly runs?: Readonly<Record<string, number>>;
  readonly priority: 'routine' | 'urgent' | 'stat';
  readonly specimenType?: string;
  readonly collectedAt?: string;
  readonly action?: 'new' | 'cancel' | 'add';
}

export interface AnswerContext {
  /** Local wall clock `yyyyMMddHHmmss` of the line. */
  readonly now: string;
  /** A control id not used before. */
  readonly nextControlId: () => string;
  readonly hostName: string;
}

/**
 * Answer to one query message. ASTM: record texts of one message (CR-ended records, no framing). HL7: whole messages
 * in the order they are to be sent (segments ended by CR, no MLLP); the first is the reply proper.
 */
export type Answer = readonly Uint8Array[];

export interface Driver {
  /** `vendor/model`: a-z, 0-9, `-` and `.` (vendor without dot); equals its folder. */
  readonly id: string;
  readonly vendor: string;
  readonly model: string;
  readonly alsoSoldAs?: readonly string[];
  readonly section:
    | 'hematology'
    | 'chemistry'
    | 'immunology'
    | 'coagulation'
    | 'urine'
    | 'blood-gas'
    | 'molecular'
    | 'blood-bank';
  readonly evidence: Evidence;
  readonly sources: readonly Source[];
  readonly protocol: Protocol;
  readonly transports: readonly ('tcp' | 'serial')[];
  readonly transportDefaults: {
    readonly tcp?: { readonly role: 'listen' | 'connect'; readonly port?: number };
    readonly serial?: {
      readonly baudRate: number;
      readonly dataBits: 5 | 6 | 7 | 8;
      readonly parity: 'none' | 'even' | 'odd';
      readonly stopBits: 1 | 1.5 | 2;
    };
  };
  readonly link?: LinkOptions;
  /** Delimited family: how a report begins and ends on the line. */
  readonly report?: ReportBounds;
  /** Block family: how a block proves itself, and what each is to the line. */
  readonly blocks?: BlockRules;
  /** iconv-lite name. */
  readonly charset: string;
  readonly capabilities: readonly Capability[];
  readonly codes: readonly CodeMapping[];
  readonly quirks: readonly Quirk[];
  /** What a technician should read about it: flags in words. */
  readonly flagWords?: Readonly<Record<string, string>>;
  /** 0: not mine; higher: surer. Looks at sender fields and shape of one message's raw bytes. */
  readonly recognise: (raw: Uint8Array) => number;
  /** Raw bytes of one message or of a whole capture. Never throws, whatever the bytes. */
  readonly decode: (raw: Uint8Array, options?: DecodeOptions) => Decoded;
  /** HL7: positive or negative acknowledgement of a message (whole message, no MLLP). */
  readonly acknowledge?: (
    raw: Uint8Array,
    outcome: 'accepted' | 'rejected' | 'error',
    context: AnswerContext,
    words?: string,
  ) => Uint8Array;
  /** Answer to a query: one entry of `orders` for each accession that has any; `unknown` have none. */
  readonly answer?: (
    query: DecodedMessage,
    orders: readonly OrderForAnalyzer[],
    unknown: readonly string[],
    raw: Uint8Array,
    context: AnswerContext,
  ) => Answer;
  /** Orders pushed without query. */
  readonly download?: (orders: readonly OrderForAnalyzer[], context: AnswerContext) => Answer;
}
