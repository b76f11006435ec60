import { constants, createHash, type KeyObject, privateEncrypt, randomBytes } from 'node:crypto';

/**
 * Signatures over a digest that is given (SHA-256), as a token or remote signer makes them that never sees what is
 * signed; node:crypto hashes by itself, so EC and PSS are spelled out here. For tests: nothing is constant in time.
 */
export function signDigest(key: KeyObject, digest: Buffer, pss: boolean): Buffer {
  if (key.asymmetricKeyType === 'ec') return ecdsa(key, digest);
  if (pss) return emsaPss(key, digest);
  const info = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.concat([info, digest]));
}

/** RFC 8017 9.1.1 with a salt as long as the digest. */
function emsaPss(key: KeyObject, digest: Buffer): Buffer {
  const sha = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
  const bytes = (key.asymmetricKeyDetails?.modulusLength ?? 2048) / 8;
  const salt = randomBytes(32);
  const hash = sha(Buffer.alloc(8), digest, salt);
  const block = Buffer.concat([Buffer.alloc(bytes - 32 - 32 - 2), Buffer.of(1), salt]);
  for (let done = 0, counter = 0; done < block.length; counter += 1) {
    const mask = sha(hash, Buffer.of(0, 0, counter >> 8, counter & 255));
    for (const each of mask.subarray(0, block.length - done)) {
      block[done] = (block[done] ?? 0) ^ each;
      done += 1;
    }
  }
  block[0] = (block[0] ?? 0) & 0x7f;
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, Buffer.concat([block, hash, Buffer.of(0xbc)]));
}

const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const generator: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];
type Point = readonly [bigint, bigint];

const modulo = (value: bigint, by: bigint): bigint => ((value % by) + by) % by;

function inverse(value: bigint, by: bigint): bigint {
  let [low, high, a, b] = [modulo(value, by), by, 1n, 0n];
  while (low > 1n) [low, high, a, b] = [high % low, low, b - a * (high / low), a];
  return modulo(a, by);
}

function add(one: Point | null, other: Point | null): Point | null {
  if (one === null || other === null) return one ?? other;
  const same = one[0] === other[0];
  if (same && modulo(one[1] + other[1], p) === 0n) return null;
  const slope = same
    ? (3n * one[0] * one[0] - 3n) * inverse(2n * one[1], p)
    : (other[1] - one[1]) * inverse(other[0] - one[0], p);
  const x = modulo(slope * slope - one[0] - other[0], p);
  return [x, modulo(slope * (one[0] - x) - one[1], p)];
}

/** ECDSA on P-256 as two numbers of 32 bytes. */
function ecdsa(key: KeyObject, digest: Buffer): Buffer {
  const secret = BigInt(`0x${Buffer.from(String(key.export({ format: 'jwk' }).d), 'base64url').toString('hex')}`);
  const once = modulo(BigInt(`0x${randomBytes(32).toString('hex')}`), n - 1n) + 1n;
  let point: Point | null = null;
  for (let bits = once, doubled: Point | null = generator; bits > 0n; bits >>= 1n, doubled = add(doubled, doubled))
    if ((bits & 1n) === 1n) point = add(point, doubled);
  const r = modulo(point?.[0] ?? 0n, n);
  const s = modulo(inverse(once, n) * (BigInt(`0x${digest.toString('hex')}`) + r * secret), n);
  return Buffer.from([r, s].map((each) => each.toString(16).padStart(64, '0')).join(''), 'hex');
}
