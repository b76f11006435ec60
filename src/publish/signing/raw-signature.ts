import { createHash, type KeyObject } from 'node:crypto';
import { algorithms, type SignatureAlgorithm, verifySignature } from './algorithms.ts';
import { derOfPair, type EcdsaEncoding, pairOfDer } from './ecdsa.ts';

/** The digest that a token or a remote signer is given. */
export function digestOf(algorithm: SignatureAlgorithm, content: Uint8Array): Buffer {
  return createHash(algorithms[algorithm].hash).update(content).digest();
}

/**
 * What a token or a remote signer gave, in the encoding asked for (they write ECDSA both ways); null unless it holds over
 * the content under the certificate's key: nothing leaves with a signature that nobody can check.
 */
export function checkedSignature(
  algorithm: SignatureAlgorithm,
  publicKey: KeyObject,
  content: Uint8Array,
  given: Uint8Array,
  encoding: EcdsaEncoding,
): Uint8Array | null {
  const { half } = algorithms[algorithm];
  if (half === undefined) return verifySignature(algorithm, publicKey, content, given, encoding) ? given : null;
  const pair = given.length === half * 2 ? given : pairOfDer(given, half);
  if (pair === null || !verifySignature(algorithm, publicKey, content, pair, 'ieee-p1363')) return null;
  return encoding === 'der' ? derOfPair(pair) : pair;
}
