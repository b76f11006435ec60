import { createCipheriv, createHash, createHmac, type KeyObject, pbkdf2Sync, randomBytes } from 'node:crypto';
import * as asn1js from 'asn1js';

/** A PKCS#12 file (RFC 7292) with one key and its certificates, as OpenSSL 3 writes them. For demonstrations only. */
export function writeKeyStore(key: KeyObject, certificates: readonly Uint8Array[], password: string): Uint8Array {
  const shrouded = seq(oid('1.2.840.113549.1.12.10.1.2'), tagged(encrypted(key, password)));
  const bags = certificates.map((raw) =>
    seq(oid('1.2.840.113549.1.12.10.1.3'), tagged(seq(oid('1.2.840.113549.1.9.22.1'), tagged(octets(raw))))),
  );
  const safe = Buffer.from(seq(data(der(seq(shrouded))), data(der(seq(...bags)))).toBER());
  const salt = randomBytes(16);
  const rounds = 2048;
  const mac = createHmac('sha256', macKey(password, salt, rounds))
    .update(safe)
    .digest();
  const digest = seq(seq(oid('2.16.840.1.101.3.4.2.1'), new asn1js.Null()), octets(mac));
  return der(seq(int(3), data(safe), seq(digest, octets(salt), int(rounds))));
}

function encrypted(key: KeyObject, password: string): asn1js.Sequence {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const rounds = 2048;
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(password, salt, rounds, 32, 'sha256'), iv);
  const content = Buffer.concat([cipher.update(key.export({ format: 'der', type: 'pkcs8' })), cipher.final()]);
  const prf = seq(oid('1.2.840.113549.2.9'), new asn1js.Null());
  const derivation = seq(oid('1.2.840.113549.1.5.12'), seq(octets(salt), int(rounds), prf));
  const scheme = seq(oid('2.16.840.1.101.3.4.1.42'), octets(iv));
  return seq(seq(oid('1.2.840.113549.1.5.13'), seq(derivation, scheme)), octets(content));
}

/** RFC 7292 appendix B for a MAC with SHA-256: one block is enough. */
function macKey(password: string, salt: Buffer, rounds: number): Buffer {
  const secret = Buffer.concat([Buffer.from(password, 'utf16le').swap16(), Buffer.from([0, 0])]);
  const filled = (part: Buffer): Buffer => Buffer.alloc(64 * Math.ceil(part.length / 64), part);
  let digest = createHash('sha256')
    .update(Buffer.concat([Buffer.alloc(64, 3), filled(salt), filled(secret)]))
    .digest();
  for (let round = 1; round < rounds; round += 1) digest = createHash('sha256').update(digest).digest();
  return digest;
}

const seq = (...value: asn1js.BaseBlock[]): asn1js.Sequence => new asn1js.Sequence({ value });
const oid = (value: string): asn1js.ObjectIdentifier => new asn1js.ObjectIdentifier({ value });
const int = (value: number): asn1js.Integer => new asn1js.Integer({ value });
const octets = (bytes: Uint8Array): asn1js.OctetString =>
  new asn1js.OctetString({ valueHex: new Uint8Array(bytes).buffer });
const tagged = (value: asn1js.BaseBlock): asn1js.Constructed =>
  new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [value] });
const data = (bytes: Uint8Array): asn1js.Sequence => seq(oid('1.2.840.113549.1.7.1'), tagged(octets(bytes)));
const der = (block: asn1js.BaseBlock): Uint8Array => new Uint8Array(block.toBER());
