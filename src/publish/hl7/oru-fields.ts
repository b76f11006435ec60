import { DateTime } from 'luxon';
import type { CatalogueView } from '../../laboratory/catalogue-view.ts';
import type { LabConfig } from '../../laboratory/config.ts';
import type { Hl7Destination } from '../../laboratory/recipient-config.ts';
import type { ReportStatus } from '../../store/documents.ts';
import type { SegmentValue } from './compose.ts';
import type { Paper } from './paper.ts';

export interface OruContext {
  readonly config: LabConfig;
  readonly catalogue: CatalogueView;
  readonly recipient: string;
  /** MSH-10: one per report version and recipient, the same on each retry. */
  readonly controlId: string;
  /** UTC instant of sending. */
  readonly now: string;
  /** What this receiver wants otherwise. */
  readonly settings: Pick<Hl7Destination, 'acknowledgement' | 'statuses' | 'units' | 'lengths' | 'charset' | 'pdf'>;
  /** The printed form, for a receiver that wants it, or why it is not there. */
  readonly paper?: Paper;
}

/** LOINC first where there is one, the laboratory's own code beside it; never an empty triplet. */
export function codeOf(code: string, name: string, loinc: string | undefined): string[] {
  return loinc === undefined || loinc === '' ? [code, name, 'L'] : [loinc, name, 'LN', code, name, 'L'];
}

/** OBR-25 and OBX-11 of what speaks for the whole report. */
export const reportStatuses: Readonly<Record<ReportStatus, string>> = {
  registered: 'O',
  partial: 'P',
  preliminary: 'P',
  final: 'F',
  amended: 'C',
  corrected: 'C',
  appended: 'C',
  cancelled: 'X',
  'entered-in-error': 'C',
};

/** A status as the receiver knows it: some take no X (interfaces.md 2.4). */
export function mapped(status: string, statuses: Readonly<Record<string, string>> | undefined): string {
  return statuses?.[status] ?? status;
}

export const notes = (texts: readonly string[]): SegmentValue[] =>
  texts.map((text, index) => ({ name: 'NTE', fields: [String(index + 1), 'L', text] }));

/** HL7 time with offset, in the laboratory's zone, to the second. */
export function time(utc: string, config: LabConfig): string {
  return DateTime.fromISO(utc, { zone: config.lab.timeZone }).toFormat('yyyyMMddHHmmssZZZ');
}

/** To the millisecond: two versions within one second must still rise. */
export function preciseTime(utc: string, config: LabConfig): string {
  return DateTime.fromISO(utc, { zone: config.lab.timeZone }).toFormat('yyyyMMddHHmmss.SSSZZZ');
}
