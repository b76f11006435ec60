import type { Span } from '../../protocols/wire.ts';
import type {
  Attachment,
  DecodedHeld,
  DecodedMessage,
  DecodedObservation,
  DecodedPatient,
  DecodedQuery,
  MessageKind,
} from '../driver.ts';

/** A specimen of a message while it is read. */
export interface Entry {
  kind: MessageKind;
  accession?: string | undefined;
  patient?: DecodedPatient | undefined;
  control?: DecodedMessage['control'] | undefined;
  controlId?: string | undefined;
  sender?: string | undefined;
  span: Span;
  /** The analyzer says it is urine. */
  urine?: boolean | undefined;
  readonly observations: DecodedObservation[];
  readonly queries: DecodedQuery[];
  readonly attachments: Attachment[];
  readonly comments: string[];
  readonly held: DecodedHeld[];
}

export function openEntry(kind: MessageKind, span: Span): Entry {
  return { kind, span, observations: [], queries: [], attachments: [], comments: [], held: [] };
}

/** The entry as a value, without what it does not have. */
export function closeEntry(entry: Entry): DecodedMessage {
  const { kind, accession, patient, control, controlId, sender, span, observations, held } = entry;
  return {
    kind,
    ...(accession === undefined ? {} : { accession }),
    ...(patient === undefined ? {} : { patient }),
    observations,
    ...(entry.queries.length === 0 ? {} : { queries: entry.queries }),
    ...(control === undefined || Object.keys(control).length === 0 ? {} : { control }),
    ...(entry.attachments.length === 0 ? {} : { attachments: entry.attachments }),
    ...(entry.comments.length === 0 ? {} : { comments: entry.comments }),
    held,
    ...(controlId === undefined ? {} : { controlId }),
    ...(sender === undefined ? {} : { sender }),
    span,
  };
}

/**
 * The same entry from a message whose end never came or that lost a frame: each value it bears waits for a person,
 * none is an observation.
 */
export function withholdEntry(entry: Entry, reason: string, detail: string): Entry {
  const held = entry.observations.map((observation) => ({
    reason,
    detail: `${detail}: ${observation.hostCode}`,
    span: observation.span,
  }));
  return { ...entry, observations: [], queries: [], held: [...held, ...entry.held] };
}
