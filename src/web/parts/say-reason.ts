import type { Say } from '../i18n/i18n.ts';

/**
 * Why a signed file or package is refused, or was not fetched, in the language of the page. The server writes it in
 * English; what has a known shape is said anew, everything else is shown as it was written.
 */
const shapes: readonly (readonly [shape: RegExp, words: string])[] = [
  [/^it is no PDF, FHIR Bundle|^it is not a (?:FHIR Bundle|JSON Bundle|referral package)$/, 'notKnown'],
  [/^it carries no signature$|^its signature is not a JWS$/, 'noSignature'],
  [/^the content was changed|^the signature (?:does not fit|says something else)|^the digits of a number/, 'changed'],
  [/^what was signed is not there$/, 'changed'],
  [/^something was appended/, 'appended'],
  [/^the signed range is not the whole file$/, 'range'],
  [/^it does not say when it was signed$/, 'noTime'],
  [/^the signer's certificate is not/, 'noCertificate'],
  [/^the time stamp |^something stands beside the signature/, 'stamp'],
  [/^the certificate of (?<who>.+) is not for signing$/, 'notForSigning'],
  [/^the certificate of (?<who>.+) is not valid yet$/, 'notYet'],
  [/^the certificate of (?<who>.+) has expired$/, 'expired'],
  [/^no trusted authority stands behind (?<who>.+), certified by (?<by>.+)$/, 'nobodyBy'],
  [/^no trusted authority stands behind (?<who>.+)$/, 'nobody'],
  [/^the way to a trusted authority is too long$/, 'tooLong'],
  [/^it is not trusted$/, 'untrusted'],
  [/^(?<name>.+) stands in it twice$/, 'twice'],
  [/^it is too large$/, 'tooLarge'],
  [/^(?<name>.+) is not a signed part$/, 'notPart'],
  [/^it is empty$/, 'empty'],
  [/^(?<name>.+) is missing$/, 'missing'],
  [/^the (?:Bundle|seal) is of another report$/, 'otherReport'],
  [/^the PDF is not the one in the Bundle$/, 'otherPdf'],
  [/^(?<name>.+) is not what was sealed$/, 'notSealed'],
  [/^it is not the document of one laboratory report$/, 'notOneReport'],
  [/^it names no patient$|^it does not say who the patient is$/, 'noPatient'],
  [/^it does not say which report/, 'noReport'],
  [/^it does not say which laboratory/, 'noLaboratory'],
  [/^it can not be read$/, 'unreadable'],
  [/^the sender answered (?<status>\d+)$/, 'answered'],
  [/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|E(?:HOST|NET)UNREACH|^the sender does not answer$/, 'noAnswer'],
  [/^no answer in time$|^the answer was cut$|^socket hang up$|ECONNRESET|ETIMEDOUT|EPIPE|^aborted$/, 'cut'],
  [/^the answer is too long$/, 'answerTooLong'],
  [/^TLS with \S+ failed: (?<detail>.+)$/, 'tls'],
  [/^the sender is not in lab\.yaml any more$/, 'senderGone'],
  [/^its token was over/, 'tokenOver'],
  [/^it could not be taken in$/, 'notTaken'],
  // Faults inside a signature: which one is for who wrote the software that made it.
  [/^it is no (?:signature|compact JWS)$|^its (?:encoding|parts|payload|algorithm|header|certificates) /, 'form'],
  [/^its (?:digest|signature) algorithm is not taken|^there is not exactly one signer/, 'form'],
  [/^it (?:has no signed attributes|signs another kind of content|carries no digest)$/, 'form'],
  [/^it (?:does not name the certificate|was made with another certificate)/, 'form'],
  [/^the signature can not be read$/, 'form'],
];

/** Before a reason: that of a refused import, and the report of a package it is about. */
const before = /^(?:What was sent is not taken in: )?(?<report>\S+-v\d+: )?/;

export function sayReason(reason: string, t: Say): string {
  const start = before.exec(reason);
  const bare = reason.slice(start?.[0].length ?? 0);
  for (const [shape, words] of shapes) {
    const found = shape.exec(bare);
    if (found !== null) return `${start?.groups?.report ?? ''}${t(`reasons.${words}`, { ...found.groups })}`;
  }
  return reason;
}
