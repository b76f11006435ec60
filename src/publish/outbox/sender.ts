import type { ReportDoc } from '../../store/documents.ts';

/** What came of one try to deliver one report version. */
export type SendOutcome =
  /**
   * The recipient has it. `code` is the application's answer, `transport` that of the way there; a recipient that only
   * says that the bytes are safe (HL7 CA) gives the second alone.
   */
  | {
      readonly kind: 'accepted';
      readonly code?: string;
      readonly text?: string;
      readonly transport?: string;
      readonly readBack?: { readonly equal: boolean; readonly differences: readonly string[] };
    }
  /** The recipient answered no: sending the same again is no use. */
  | { readonly kind: 'refused'; readonly code: string; readonly text: string; readonly transport?: string }
  /** No answer: the same message is tried again later. */
  | { readonly kind: 'unreachable'; readonly text: string };

/** The way to one recipient. One message is in flight at a time. */
export interface Sender {
  /** Send one version. The same `controlId` on every try of the same delivery. */
  send(report: ReportDoc, controlId: string, signal: AbortSignal): Promise<SendOutcome>;
  /** A test message, never taken for a report. */
  test(signal: AbortSignal): Promise<SendOutcome>;
  close(): void;
}
