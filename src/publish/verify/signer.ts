import type { X509Certificate } from 'node:crypto';
import { chainTo, commonName, maySign } from '../signing/certificates.ts';
import { checkTimestamp } from './timestamp.ts';
import type { FoundSignature } from './verdict.ts';

/** What is known of a signature whose bytes hold. */
export interface Attested {
  readonly certificate: X509Certificate;
  readonly others: readonly X509Certificate[];
  /** The signer's own word for the time. */
  readonly claimedAt: Date;
  /** RFC 3161 token over `signature`. */
  readonly token: Uint8Array | null;
  readonly signature: Uint8Array;
}

/**
 * Whether a trusted authority stands behind a signer. A time stamp by a trusted authority proves when it was signed, and
 * the certificate need be valid only then; without one it must be valid now and at the time the signer claims. Throws
 * `Broken` when the time stamp does not hold.
 */
export function judgeSigner(
  attested: Attested,
  anchors: readonly X509Certificate[],
  now: Date,
): { found: FoundSignature; trusted: boolean; reason?: string } {
  const { certificate, others } = attested;
  const stamped = attested.token === null ? null : checkTimestamp(attested.token, attested.signature);
  const stampTrusted =
    stamped !== null && chainTo(stamped.certificate, [...stamped.others, ...others], anchors, now).trusted;
  const at = stamped !== null && stampTrusted ? stamped.at : attested.claimedAt;
  const chain = chainTo(certificate, others, anchors, at);
  const today = stampTrusted ? chain : chainTo(certificate, others, anchors, now);
  const usable = maySign(certificate);
  const refused = !chain.trusted
    ? chain.reason
    : !today.trusted
      ? today.reason
      : usable
        ? undefined
        : `the certificate of ${commonName(certificate)} is not for signing`;
  return {
    found: {
      signer: commonName(certificate),
      authority: chain.trusted ? commonName(chain.anchor) : null,
      signedAt: at.toISOString(),
      time: stampTrusted ? 'authority' : 'signer',
    },
    trusted: refused === undefined,
    ...(refused === undefined ? {} : { reason: refused }),
  };
}
