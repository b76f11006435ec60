import { isLisError } from '../../errors.ts';
import type { Hl7Destination, MessagePaper } from '../../laboratory/recipient-config.ts';
import type { ReportDoc } from '../../store/documents.ts';
import type { Papers } from '../papers.ts';

/** The printed form of a report for a message: there, or not and why. */
export type Paper =
  | { readonly kind: 'attached'; readonly content: Uint8Array }
  /** `words` are for who reads the report. */
  | { readonly kind: 'absent'; readonly words: string };

/**
 * The printed form as this receiver wants it; undefined where it wants none or nothing was reported. While it can't be
 * made (its signature waits) this throws, until the values have waited long enough: a result never waits for its paper
 * for good. Throws REPORT_SIGNING_PENDING and whatever printing throws.
 */
export async function paperFor(
  report: ReportDoc,
  { pdf, lengths }: Pick<Hl7Destination, 'pdf' | 'lengths'>,
  papers: Pick<Papers, 'pdf'> | undefined,
  now: number,
): Promise<Paper | undefined> {
  if (pdf === undefined || report.status === 'cancelled') return undefined;
  let content: Uint8Array;
  try {
    if (papers === undefined) throw new Error('nothing is printed here');
    content = await papers.pdf(report, pdf.language);
  } catch (thrown) {
    if (now - Date.parse(report.issued) < pdf.waitSeconds * 1000) throw thrown;
    return { kind: 'absent', words: isLisError(thrown, 'REPORT_SIGNING_PENDING') ? 'chưa ký số được' : 'chưa in được' };
  }
  const most = mostBytes(pdf, lengths);
  if (content.length <= most) return { kind: 'attached', content };
  return { kind: 'absent', words: `dài ${content.length} byte, nơi nhận lấy tối đa ${most} byte` };
}

/** Base64 is cut nowhere: a receiver's longest OBX-5.5 is a limit of the whole. */
function mostBytes({ mostBytes: most }: MessagePaper, lengths: Hl7Destination['lengths']): number {
  const field = lengths?.['OBX-5.5'];
  return field === undefined ? most : Math.min(most, Math.floor(field / 4) * 3);
}
