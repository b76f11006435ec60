import { type KeyObject, sign as signAsync, type X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LisError } from '../../errors.ts';
import { algorithmOf, algorithms, type SignatureAlgorithm } from './algorithms.ts';
import { chainTo } from './certificates.ts';
import type { EcdsaEncoding } from './ecdsa.ts';
import { openKeyStore } from './pkcs12.ts';

/**
 * The signing port: a person's key, wherever it is kept: in a file (here), on a token (token.ts), at a remote signer
 * (remote.ts). CMS, JWS and QR code are built above it.
 */
export interface SigningKey {
  readonly algorithm: SignatureAlgorithm;
  readonly certificate: X509Certificate;
  /** The certificates between it and a trusted one, in order, without the trusted one. */
  readonly intermediates: readonly X509Certificate[];
  /** Sign bytes; an ECDSA signature comes in the encoding asked for. */
  sign(content: Uint8Array, encoding: EcdsaEncoding): Promise<Uint8Array>;
}

/** A key with the certificates that came with it: those on the way to a trusted one stay. */
export function keyWith(
  found: Pick<SigningKey, 'algorithm' | 'certificate' | 'sign'> & { readonly others: readonly X509Certificate[] },
  anchors: readonly X509Certificate[],
  at: Date,
): SigningKey {
  const { others, ...key } = found;
  const { path } = chainTo(key.certificate, others, anchors, at);
  return {
    ...key,
    intermediates: path.slice(1).filter((each) => !anchors.some((anchor) => anchor.raw.equals(each.raw))),
  };
}

/** Words for a key of a kind that is not taken. */
export const wrongKind = 'its key must be EC P-256, P-384 or P-521, or RSA of 2048 bits or more';

/**
 * A key in a PKCS#12 file with its password in another file. Throws SIGNING_KEY_UNREADABLE, also for a key of a kind
 * that is not taken (EC P-256, P-384, P-521 and RSA from 2048 bits are).
 */
export function fileKey(
  place: { readonly pkcs12: string; readonly passwordFile: string },
  anchors: readonly X509Certificate[],
  at: Date,
): SigningKey {
  const store = openKeyStore(readPlace(place.pkcs12), readSecret(place.passwordFile), place.pkcs12);
  const algorithm = algorithmOf(store.key);
  if (algorithm === null) throw new LisError('SIGNING_KEY_UNREADABLE', { file: place.pkcs12, detail: wrongKind });
  const { certificate, others, key } = store;
  const sign: SigningKey['sign'] = (content, encoding) => signWith(key, algorithm, content, encoding);
  return keyWith({ algorithm, certificate, others, sign }, anchors, at);
}

/** A password or PIN in a file of its own, without the line's end. Throws SIGNING_KEY_UNREADABLE. */
export function readSecret(file: string): string {
  return readPlace(file)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

function readPlace(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : 'unknown';
    throw new LisError('SIGNING_KEY_UNREADABLE', { file, detail }, thrown);
  }
}

function signWith(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  content: Uint8Array,
  encoding: EcdsaEncoding,
): Promise<Uint8Array> {
  const { hash, kind } = algorithms[algorithm];
  return new Promise((resolve, reject) => {
    signAsync(hash, content, kind === 'ec' ? { key, dsaEncoding: encoding } : { key }, (failed, signature) =>
      failed === null ? resolve(new Uint8Array(signature)) : reject(failed),
    );
  });
}
