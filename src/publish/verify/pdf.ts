import type { X509Certificate } from 'node:crypto';
import { Broken, checkCms } from './cms.ts';
import { judgeSigner } from './signer.ts';
import { broken, type FoundSignature, type Verdict } from './verdict.ts';

interface Place {
  /** Bytes of the gap between the two signed ranges: `<`, the signature in hexadecimal, `>`. */
  readonly gapStart: number;
  readonly gapEnd: number;
  readonly end: number;
  /** Where the signature's dictionary says its range. */
  readonly at: number;
}

const rangePattern = /\/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/g;

/**
 * Check the signatures of a PDF (PAdES, ETSI.CAdES.detached, or plain adbe.pkcs7.detached). The last one must cover the
 * whole file but its own bytes: what was appended afterwards, even a comment, is told and refused.
 */
export function checkPdf(pdf: Uint8Array, anchors: readonly X509Certificate[], now: Date): Verdict {
  const text = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.length).toString('latin1');
  try {
    const places = placesOf(text);
    const last = places.at(-1);
    if (last === undefined) return broken('pdf', 'it carries no signature');
    if (last.end !== pdf.length) throw new Broken('something was appended after it was signed');
    const judged = places.map((place) => checkOne(pdf, text, place, anchors, now));
    const refused = judged.find((each) => !each.trusted);
    return {
      kind: 'pdf',
      intact: true,
      trusted: refused === undefined,
      signatures: judged.map((each) => each.found),
      ...(refused?.reason === undefined ? {} : { reason: refused.reason }),
    };
  } catch (thrown) {
    if (thrown instanceof Broken) return broken('pdf', thrown.message);
    throw thrown;
  }
}

function placesOf(text: string): Place[] {
  return [...text.matchAll(rangePattern)].map((match) => {
    const [start = Number.NaN, length = Number.NaN, second = Number.NaN, rest = Number.NaN] = match
      .slice(1)
      .map(Number);
    const place: Place = { gapStart: start + length, gapEnd: second, end: second + rest, at: match.index };
    const inside = place.at < place.gapStart || (place.at > place.gapEnd && place.at < place.end);
    if (start !== 0 || !inside || place.gapEnd <= place.gapStart || place.end > text.length)
      throw new Broken('the signed range is not the whole file');
    return place;
  });
}

function checkOne(
  pdf: Uint8Array,
  text: string,
  place: Place,
  anchors: readonly X509Certificate[],
  now: Date,
): { found: FoundSignature; trusted: boolean; reason?: string } {
  const content = Buffer.concat([pdf.subarray(0, place.gapStart), pdf.subarray(place.gapEnd, place.end)]);
  const signed = checkCms(signatureIn(text.slice(place.gapStart, place.gapEnd)), content);
  const claimedAt = claimedTime(text, place) ?? now;
  return judgeSigner({ ...signed, claimedAt }, anchors, now);
}

/** The DER in `<hex…00>`: one case of letters, nothing but zeros behind it, so that no bit of it can change unseen. */
function signatureIn(gap: string): Uint8Array {
  const digits = gap.slice(1, -1);
  const plain = /^[0-9a-f]+$/.test(digits) || /^[0-9A-F]+$/.test(digits);
  if (!gap.startsWith('<') || !gap.endsWith('>') || !plain || digits.length % 2 === 1)
    throw new Broken('the signature can not be read');
  const bytes = Buffer.from(digits, 'hex');
  const length = derLength(bytes);
  if (length > bytes.length || bytes.subarray(length).some((byte) => byte !== 0))
    throw new Broken('the signature can not be read');
  return new Uint8Array(bytes.subarray(0, length));
}

/** Length of the whole outermost DER element. */
function derLength(bytes: Buffer): number {
  const first = bytes[1] ?? 0;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count < 1 || count > 4 || bytes.length < 2 + count) throw new Broken('the signature can not be read');
  return 2 + count + bytes.readUIntBE(2, count);
}

/** `/M (D:YYYYMMDDHHmmSS…)` of the signature's dictionary, before or behind the gap; it is among the signed bytes. */
function claimedTime(text: string, place: Place): Date | null {
  const before = text.slice(text.lastIndexOf(' obj', place.at), place.gapStart);
  const behind = text.slice(place.gapEnd, text.indexOf('endobj', place.gapEnd));
  const match = /\/M\s*\(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-]\d\d)'(\d\d)'?)?/.exec(`${before} ${behind}`);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, offsetHour, offsetMinute] = match;
  const offset = offsetHour === undefined ? 'Z' : `${offsetHour}:${offsetMinute ?? '00'}`;
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
  return Number.isNaN(at.getTime()) ? null : at;
}
