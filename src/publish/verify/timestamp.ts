import { createHash, type X509Certificate } from 'node:crypto';
import { Certificate, ExtKeyUsage, TSTInfo } from 'pkijs';
import { hashByOid } from '../signing/algorithms.ts';
import { Broken, checkCms } from './cms.ts';

/** What a time stamping authority says: that bytes were there at an instant. */
export interface Stamped {
  readonly at: Date;
  readonly certificate: X509Certificate;
  readonly others: readonly X509Certificate[];
  /** Integer of the request, as hex; null when it has none. */
  readonly nonce: string | null;
}

const timeStampingUsage = '1.3.6.1.5.5.7.3.8';

/** Check an RFC 3161 token over bytes. Throws `Broken`. */
export function checkTimestamp(token: Uint8Array, stamped: Uint8Array): Stamped {
  const { certificate, others, content } = checkCms(token, null);
  if (content === null) throw new Broken('the time stamp is empty');
  const stated = parse(content);
  const { hashAlgorithm, hashedMessage } = stated.messageImprint;
  const hash = hashByOid[hashAlgorithm.algorithmId];
  if (hash === undefined || !Buffer.from(hashedMessage.getValue()).equals(createHash(hash).update(stamped).digest()))
    throw new Broken('the time stamp is of something else');
  const usage = Certificate.fromBER(new Uint8Array(certificate.raw)).extensions?.find(
    (each) => each.extnID === '2.5.29.37',
  )?.parsedValue;
  if (!(usage instanceof ExtKeyUsage) || !usage.keyPurposes.includes(timeStampingUsage))
    throw new Broken('the time stamp was not made by a time stamping authority');
  return {
    at: stated.genTime,
    certificate,
    others,
    nonce: stated.nonce === undefined ? null : Buffer.from(stated.nonce.valueBlock.valueHexView).toString('hex'),
  };
}

function parse(content: Uint8Array): TSTInfo {
  try {
    return TSTInfo.fromBER(content.slice());
  } catch {
    throw new Broken('the time stamp can not be read');
  }
}
