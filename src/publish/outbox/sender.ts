import type { ReportDoc } from '../../store/documents.ts';

/** What came of one try to deliver one report version. */
export type SendOutcome =
  /** The recipient has it. */
  | { readonly kind: 'accepted'; readonly code: string; readonly text?: string }
  /** The recipient answered no: sending the same again is no use. */
  | { readonly kind: 'refused'; readonly code: string; readonly text: string }
  /** No answer: the same message is tried again later. */
  | { readonly kind: 'unreachable'; readonly text: string };

/** The way to one recipient. One message is in flight at a time. */
export interface Sender {
  send(report: ReportDoc, controlId: string, signal: AbortSignal): Promise<SendOutcome>;
  /** A test message, never taken for a report. */
  test(signal: AbortSignal): Promise<SendOutcome>;
  close(): void;
}
