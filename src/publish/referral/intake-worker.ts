import { X509Certificate } from 'node:crypto';
import type { ExternalDoc } from '../../store/documents.ts';
import { checkBundle } from '../verify/bundle.ts';
import { Broken } from '../verify/cms.ts';
import { checkPackage } from '../verify/package.ts';
import { type ReadBundle, readBundle } from './read-bundle.ts';

export interface IntakeTask {
  readonly kind: 'package' | 'bundle';
  readonly raw: Uint8Array;
  /** PEM certificates. */
  readonly trust: readonly string[];
  readonly now: number;
}

export interface IntakeAnswer {
  readonly reports: readonly {
    readonly read: ReadBundle;
    readonly signer: Omit<ExternalDoc['signature'], 'state'>;
    readonly bundle: Uint8Array;
  }[];
  /** Why nothing of it is taken. */
  readonly refused: string | null;
}

/** Check a package or a Bundle and read it. */
export function run({ kind, raw, trust, now }: IntakeTask): IntakeAnswer {
  const anchors = trust.map((pem) => new X509Certificate(pem));
  try {
    return { reports: kind === 'bundle' ? one(raw, anchors, now) : all(raw, anchors, now), refused: null };
  } catch (thrown) {
    return { reports: [], refused: thrown instanceof Broken ? thrown.message : 'it can not be read' };
  }
}

function one(raw: Uint8Array, anchors: readonly X509Certificate[], now: number): IntakeAnswer['reports'] {
  const { verdict, bundle } = checkBundle(raw, anchors, new Date(now));
  const [signer] = verdict.signatures;
  if (bundle === null || signer === undefined || !verdict.trusted)
    throw new Broken(verdict.reason ?? 'it is not trusted');
  return [{ read: readBundle(bundle), signer: signerOf(signer), bundle: raw }];
}

function all(raw: Uint8Array, anchors: readonly X509Certificate[], now: number): IntakeAnswer['reports'] {
  const { verdict, reports } = checkPackage(raw, anchors, new Date(now));
  if (!verdict.trusted) throw new Broken(verdict.reason ?? 'it is not trusted');
  return reports.map(({ bundle, signer, parts }) => ({
    read: readBundle(bundle),
    signer: signerOf(signer),
    bundle: parts.document,
  }));
}

const signerOf = ({ signer, signedAt }: { signer: string; signedAt: string }) => ({ signer, signedAt });
