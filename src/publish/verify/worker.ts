import { X509Certificate } from 'node:crypto';
import { checkFile } from './file.ts';
import type { Verdict } from './verdict.ts';

export interface VerifyTask {
  readonly raw: Uint8Array;
  /** PEM certificates. */
  readonly trust: readonly string[];
  readonly now: number;
}

/** Check a file in a thread of its own: a package takes longer than the lines may wait. */
export function run({ raw, trust, now }: VerifyTask): Verdict {
  const anchors = trust.map((pem) => new X509Certificate(pem));
  return checkFile(raw, anchors, new Date(now));
}
