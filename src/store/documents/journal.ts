import type { MessageKind } from '../../../drivers/driver.ts';
import type { Fault, Span } from '../../../protocols/wire.ts';

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
