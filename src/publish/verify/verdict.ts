/** Who signed, as the certificate says, and when. */
export interface FoundSignature {
  readonly signer: string;
  /** The trusted authority behind the signer; null when there is none. */
  readonly authority: string | null;
  readonly signedAt: string;
  /** Whether a time stamping authority vouches for the time, or only the signer's clock. */
  readonly time: 'authority' | 'signer';
}

/** What came of checking one file: from anyone, without a store and without a network. */
export interface Verdict {
  readonly kind: 'pdf' | 'bundle' | 'package' | 'code' | 'unknown';
  /** Nothing was changed since it was signed. */
  readonly intact: boolean;
  /** Intact, and a trusted authority vouches for each signer. */
  readonly trusted: boolean;
  readonly signatures: readonly FoundSignature[];
  /** What is wrong, or what to know about it. */
  readonly reason?: string;
  /** What each part of a package came to. */
  readonly parts?: readonly (Verdict & { readonly name: string })[];
}

export const broken = (kind: Verdict['kind'], reason: string): Verdict => ({
  kind,
  intact: false,
  trusted: false,
  signatures: [],
  reason,
});
