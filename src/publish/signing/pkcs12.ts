import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  type KeyObject,
  pbkdf2Sync,
  timingSafeEqual,
  X509Certificate,
} from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  type AlgorithmIdentifier,
  AuthenticatedSafe,
  CertBag,
  type ContentInfo,
  EncryptedData,
  PBES2Params,
  PBKDF2Params,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  SafeContents,
} from 'pkijs';
import { LisError } from '../../errors.ts';

/** What a PKCS#12 file holds: a private key and its certificate, then the certificates above it. */
export interface KeyStore {
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
  readonly others: readonly X509Certificate[];
}

/**
 * Open a PKCS#12 file (RFC 7292): PBES2 as OpenSSL 3 writes it, and the older triple-DES form. `name` is the file, for
 * errors. Throws SIGNING_KEY_UNREADABLE: wrong password, damaged, or no key with its certificate inside.
 */
export function openKeyStore(raw: Uint8Array, password: string, name: string): KeyStore {
  try {
    return read(raw, password);
  } catch (thrown) {
    const detail = thrown instanceof Problem ? thrown.message : 'the password is wrong or the file is damaged';
    throw new LisError('SIGNING_KEY_UNREADABLE', { file: name, detail }, thrown);
  }
}

class Problem extends Error {}

const octets = (value: unknown): Uint8Array => {
  if (!(value instanceof asn1js.OctetString)) throw new Problem('it is not a PKCS#12 file with a password');
  return new Uint8Array(value.getValue());
};
const dataType = '1.2.840.113549.1.7.1';
const encryptedDataType = '1.2.840.113549.1.7.6';

function read(raw: Uint8Array, password: string): KeyStore {
  const pfx = PFX.fromBER(raw.slice());
  const safe = octets(pfx.authSafe.content);
  requireMac(pfx, safe, password);
  const bags = AuthenticatedSafe.fromBER(safe.slice()).safeContents.flatMap((content: ContentInfo) =>
    SafeContents.fromBER(contentOf(content, password).slice()).safeBags.map((bag) => bag.bagValue),
  );
  const keys = bags.flatMap((bag) => {
    if (bag instanceof PKCS8ShroudedKeyBag)
      return [decrypt(bag.encryptionAlgorithm, octets(bag.encryptedData), password)];
    return bag instanceof PrivateKeyInfo ? [new Uint8Array(bag.toSchema().toBER())] : [];
  });
  const certificates = bags.flatMap((bag) =>
    bag instanceof CertBag ? [new X509Certificate(octets(bag.certValue))] : [],
  );
  for (const der of keys) {
    const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
    const certificate = certificates.find((each) => each.checkPrivateKey(key));
    if (certificate !== undefined)
      return { key, certificate, others: certificates.filter((each) => each !== certificate) };
  }
  throw new Problem('it holds no private key with its certificate');
}

function contentOf(info: ContentInfo, password: string): Uint8Array {
  if (info.contentType === dataType) return octets(info.content);
  if (info.contentType !== encryptedDataType) throw new Problem('it is protected in a way that is not known here');
  const { encryptedContentInfo } = new EncryptedData({ schema: info.content });
  const { contentEncryptionAlgorithm } = encryptedContentInfo;
  return decrypt(contentEncryptionAlgorithm, new Uint8Array(encryptedContentInfo.getEncryptedContent()), password);
}

const hashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const prfs: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const ciphers: Readonly<Record<string, { name: string; bytes: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', bytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', bytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', bytes: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', bytes: 24 },
};
const mostIterations = 10_000_000;

function requireMac(pfx: PFX, safe: Uint8Array, password: string): void {
  const { macData } = pfx;
  if (macData === undefined) throw new Problem('it carries no MAC');
  const hash = hashes[macData.mac.digestAlgorithm.algorithmId];
  if (hash === undefined) throw new Problem('its MAC is of a kind that is not known here');
  const bytes = createHash(hash).digest().length;
  const key = pkcs12Key(hash, 3, password, octets(macData.macSalt), macData.iterations ?? 1, bytes);
  const mac = createHmac(hash, key).update(safe).digest();
  const given = octets(macData.mac.digest);
  if (given.length !== mac.length || !timingSafeEqual(given, mac)) throw new Error('MAC');
}

function decrypt(algorithm: AlgorithmIdentifier, encrypted: Uint8Array, password: string): Uint8Array {
  if (algorithm.algorithmId === '1.2.840.113549.1.5.13') return decryptPbes2(algorithm, encrypted, password);
  if (algorithm.algorithmId === '1.2.840.113549.1.12.1.3') {
    const [salt, rounds] = sequenceOf(algorithm.algorithmParams);
    if (!(rounds instanceof asn1js.Integer)) throw new Problem('its encryption is damaged');
    const iterations = rounds.valueBlock.valueDec;
    const key = pkcs12Key('sha1', 1, password, octets(salt), iterations, 24);
    return deciphered('des-ede3-cbc', key, pkcs12Key('sha1', 2, password, octets(salt), iterations, 8), encrypted);
  }
  throw new Problem('it is encrypted with an outdated cipher: export it again with AES-256');
}

function sequenceOf(block: unknown): readonly unknown[] {
  if (!(block instanceof asn1js.Sequence)) throw new Problem('its encryption is damaged');
  return block.valueBlock.value;
}

function decryptPbes2(algorithm: AlgorithmIdentifier, encrypted: Uint8Array, password: string): Uint8Array {
  const { keyDerivationFunc, encryptionScheme } = new PBES2Params({ schema: algorithm.algorithmParams });
  if (keyDerivationFunc.algorithmId !== '1.2.840.113549.1.5.12')
    throw new Problem('its key derivation is not known here');
  const derivation = new PBKDF2Params({ schema: keyDerivationFunc.algorithmParams });
  const cipher = ciphers[encryptionScheme.algorithmId];
  const prf = derivation.prf === undefined ? 'sha1' : prfs[derivation.prf.algorithmId];
  if (cipher === undefined || prf === undefined || derivation.iterationCount > mostIterations)
    throw new Problem('it is encrypted in a way that is not known here');
  const key = pbkdf2Sync(
    Buffer.from(password, 'utf8'),
    octets(derivation.salt),
    derivation.iterationCount,
    cipher.bytes,
    prf,
  );
  return deciphered(cipher.name, key, octets(encryptionScheme.algorithmParams), encrypted);
}

function deciphered(name: string, key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array): Uint8Array {
  const decipher = createDecipheriv(name, key, iv);
  return new Uint8Array(Buffer.concat([decipher.update(encrypted), decipher.final()]));
}

/** The key derivation of RFC 7292 appendix B. `purpose`: 1 key, 2 IV, 3 MAC. The password is UTF-16 with a zero at its end. */
function pkcs12Key(
  hash: string,
  purpose: number,
  password: string,
  salt: Uint8Array,
  iterations: number,
  bytes: number,
): Uint8Array {
  if (iterations < 1 || iterations > mostIterations) throw new Problem('its iteration count is out of bounds');
  const block = hash === 'sha384' || hash === 'sha512' ? 128 : 64;
  const secret = Buffer.concat([Buffer.from(password, 'utf16le').swap16(), Buffer.from([0, 0])]);
  const filled = (part: Uint8Array): Buffer =>
    Buffer.alloc(block * Math.ceil(part.length / block), part.length === 0 ? 0 : Buffer.from(part));
  const input = Buffer.concat([filled(salt), filled(secret)]);
  const output: Buffer[] = [];
  for (let made = 0; made < bytes; ) {
    let digest = createHash(hash).update(Buffer.alloc(block, purpose)).update(input).digest();
    for (let round = 1; round < iterations; round += 1) digest = createHash(hash).update(digest).digest();
    output.push(digest);
    made += digest.length;
    addOne(input, Buffer.alloc(block, digest), block);
  }
  return new Uint8Array(Buffer.concat(output).subarray(0, bytes));
}

/** Each block of the input becomes (block + added + 1) modulo its size. */
function addOne(input: Buffer, added: Buffer, block: number): void {
  for (let start = 0; start < input.length; start += block) {
    let carry = 1;
    for (let index = block - 1; index >= 0; index -= 1) {
      const sum = (input[start + index] ?? 0) + (added[index] ?? 0) + carry;
      input[start + index] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}
