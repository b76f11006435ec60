import { constants, type KeyObject, verify as verifySync } from 'node:crypto';

/** JWS names of the signature algorithms we make and accept (RFC 7518). */
export type SignatureAlgorithm =
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512';

interface Facts {
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly kind: 'ec' | 'rsa' | 'rsa-pss';
  /** Object identifier of the signature with its hash. */
  readonly oid: string;
  readonly hashOid: string;
  /** Bytes of one of the two numbers of an ECDSA signature; absent for RSA. */
  readonly half?: number;
}

const hashOids = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;
const facts = (kind: Facts['kind'], hash: Facts['hash'], oid: string, half?: number): Facts => ({
  kind,
  hash,
  oid,
  hashOid: hashOids[hash],
  ...(half === undefined ? {} : { half }),
});

export const algorithms: Readonly<Record<SignatureAlgorithm, Facts>> = {
  ES256: facts('ec', 'sha256', '1.2.840.10045.4.3.2', 32),
  ES384: facts('ec', 'sha384', '1.2.840.10045.4.3.3', 48),
  ES512: facts('ec', 'sha512', '1.2.840.10045.4.3.4', 66),
  RS256: facts('rsa', 'sha256', '1.2.840.113549.1.1.11'),
  RS384: facts('rsa', 'sha384', '1.2.840.113549.1.1.12'),
  RS512: facts('rsa', 'sha512', '1.2.840.113549.1.1.13'),
  PS256: facts('rsa-pss', 'sha256', '1.2.840.113549.1.1.10'),
  PS384: facts('rsa-pss', 'sha384', '1.2.840.113549.1.1.10'),
  PS512: facts('rsa-pss', 'sha512', '1.2.840.113549.1.1.10'),
};

export const isAlgorithm = (name: string): name is SignatureAlgorithm => Object.hasOwn(algorithms, name);

/** Node's name of a digest algorithm's object identifier; undefined for those too weak to be taken. */
export const hashByOid: Readonly<Record<string, Facts['hash'] | undefined>> = {
  [hashOids.sha256]: 'sha256',
  [hashOids.sha384]: 'sha384',
  [hashOids.sha512]: 'sha512',
};

const curves: Readonly<Record<string, SignatureAlgorithm>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

/** The algorithm a key signs with; null for a key of a kind that is not taken. */
export function algorithmOf(key: KeyObject): SignatureAlgorithm | null {
  if (key.asymmetricKeyType === 'ec') return curves[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? null;
  return isLongRsa(key) ? 'RS256' : null;
}

/** Not one certified for PSS alone (its own key type): other readers of PDF do not take those. */
function isLongRsa(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
}

/** Whether a public key can have made a signature of an algorithm. */
function keyFits(key: KeyObject, algorithm: SignatureAlgorithm): boolean {
  const { kind } = algorithms[algorithm];
  if (kind === 'ec') return algorithmOf(key) === algorithm;
  return isLongRsa(key);
}

/** Check a signature over bytes. `encoding`: how an ECDSA signature is written: `der` in CMS, `ieee-p1363` in JWS. */
export function verifySignature(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  signed: Uint8Array,
  signature: Uint8Array,
  encoding: 'der' | 'ieee-p1363',
): boolean {
  if (!keyFits(key, algorithm)) return false;
  const { hash, kind } = algorithms[algorithm];
  const options =
    kind === 'ec'
      ? { key, dsaEncoding: encoding }
      : kind === 'rsa-pss'
        ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
        : { key };
  try {
    return verifySync(hash, signed, options, signature);
  } catch {
    return false;
  }
}
