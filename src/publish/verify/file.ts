import type { X509Certificate } from 'node:crypto';
import { checkBundle } from './bundle.ts';
import { checkCode, isCode } from './code.ts';
import { checkPackage, isPackage } from './package.ts';
import { checkPdf } from './pdf.ts';
import { broken, type Verdict } from './verdict.ts';

/** Check any file Cuvette or another signs: a PDF, a FHIR Bundle, a referral package, the text of a QR code. */
export function checkFile(raw: Uint8Array, anchors: readonly X509Certificate[], now: Date): Verdict {
  if (isPackage(raw)) return checkPackage(raw, anchors, now).verdict;
  const head = Buffer.from(raw.subarray(0, 1024)).toString('latin1');
  if (head.includes('%PDF-')) return checkPdf(raw, anchors, now);
  if (isCode(raw)) return checkCode(raw, anchors, now);
  if (/^\s*\{/.test(head)) return checkBundle(raw, anchors, now).verdict;
  return broken('unknown', 'it is no PDF, FHIR Bundle, referral package or QR code');
}
