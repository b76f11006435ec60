import * as asn1js from 'asn1js';

/** How an ECDSA signature is written: DER in CMS, two numbers of fixed length in JWS and PKCS#11. */
export type EcdsaEncoding = 'der' | 'ieee-p1363';

/** Two numbers of fixed length as DER. */
export function derOfPair(pair: Uint8Array): Uint8Array {
  const half = pair.length / 2;
  const number = (bytes: Uint8Array): asn1js.Integer =>
    new asn1js.Integer({ valueHex: new Uint8Array(unsigned(bytes)).buffer });
  const sequence = new asn1js.Sequence({ value: [number(pair.slice(0, half)), number(pair.slice(half))] });
  return new Uint8Array(sequence.toBER());
}

/** Without leading zeros, but with one where the first bit would make it negative. */
function unsigned(bytes: Uint8Array): Uint8Array {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from += 1;
  const short = bytes.slice(from);
  return (short[0] ?? 0) < 0x80 ? short : Uint8Array.of(0, ...short);
}

/** DER as two numbers of `half` bytes each; null when it is none that fits. */
export function pairOfDer(der: Uint8Array, half: number): Uint8Array | null {
  const { result, offset } = asn1js.fromBER(der.slice());
  if (offset !== der.length || !(result instanceof asn1js.Sequence) || result.valueBlock.value.length !== 2)
    return null;
  const pair = new Uint8Array(half * 2);
  for (const [at, each] of result.valueBlock.value.entries()) {
    if (!(each instanceof asn1js.Integer)) return null;
    const bytes = Buffer.from(each.valueBlock.valueHexView);
    let from = 0;
    while (from < bytes.length && bytes[from] === 0) from += 1;
    const digits = bytes.subarray(from);
    if (digits.length > half) return null;
    pair.set(digits, (at + 1) * half - digits.length);
  }
  return pair;
}
