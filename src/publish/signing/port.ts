import { type KeyObject, sign as signAsync, type X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LisError } from '../../errors.ts';
import { algorithmOf, algorithms, type SignatureAlgorithm } from './algorithms.ts';
import { chainTo } from './certificates.ts';
import { openKeyStore } from './pkcs12.ts';

/**
 * The signing port: a person's key, wherever it is kept. CMS, JWS and QR code are built above it, so another place for
 * keys (a token, a remote signer) is one more function that gives this.
 */
export interface SigningKey {
  readonly algorithm: SignatureAlgorithm;
  readonly certificate: X509Certificate;
  /** The certificates between it and a trusted one, in order, without the trusted one. */
  readonly intermediates: readonly X509Certificate[];
  /** Sign bytes; an ECDSA signature comes in the encoding asked for. */
  sign(content: Uint8Array, encoding: 'der' | 'ieee-p1363'): Promise<Uint8Array>;
}

/**
 * A key in a PKCS#12 file with its password in another file. Throws SIGNING_KEY_UNREADABLE, also for a key of a kind
 * that is not taken (EC P-256, P-384, P-521 and RSA from 2048 bits are).
 */
export function fileKey(
  place: { readonly pkcs12: string; readonly passwordFile: string },
  anchors: readonly X509Certificate[],
  at: Date,
): SigningKey {
  const password = readPlace(place.passwordFile)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  const store = openKeyStore(readPlace(place.pkcs12), password, place.pkcs12);
  const algorithm = algorithmOf(store.key);
  if (algorithm === null) {
    const detail = 'its key must be EC P-256, P-384 or P-521, or RSA of 2048 bits or more';
    throw new LisError('SIGNING_KEY_UNREADABLE', { file: place.pkcs12, detail });
  }
  const { path } = chainTo(store.certificate, store.others, anchors, at);
  return {
    algorithm,
    certificate: store.certificate,
    intermediates: path.slice(1).filter((each) => !anchors.some((anchor) => anchor.raw.equals(each.raw))),
    sign: (content, encoding) => signWith(store.key, algorithm, content, encoding),
  };
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
  encoding: 'der' | 'ieee-p1363',
): Promise<Uint8Array> {
  const { hash, kind } = algorithms[algorithm];
  return new Promise((resolve, reject) => {
    signAsync(hash, content, kind === 'ec' ? { key, dsaEncoding: encoding } : { key }, (failed, signature) =>
      failed === null ? resolve(new Uint8Array(signature)) : reject(failed),
    );
  });
}
