import { createHash, randomBytes } from 'node:crypto';
import * as asn1js from 'asn1js';
import { AlgorithmIdentifier, MessageImprint, TimeStampReq, TimeStampResp } from 'pkijs';
import { checkTimestamp } from '../verify/timestamp.ts';
import type { Timestamper } from './cms.ts';

const sha256 = '2.16.840.1.101.3.4.2.1';
const mostBytes = 65_536;

/**
 * An RFC 3161 authority over HTTP. Its answer is checked (over our bytes, our nonce, by a time stamping certificate);
 * what does not hold, or does not come in time, is told to `onFailure` and costs the level, never the signature.
 */
export function httpTimestamper(
  { url, timeoutSeconds }: { readonly url: string; readonly timeoutSeconds: number },
  onFailure: (thrown: unknown) => void,
): Timestamper {
  return async (signature) => {
    try {
      return await ask(url, timeoutSeconds * 1000, signature);
    } catch (thrown) {
      onFailure(thrown);
      return null;
    }
  };
}

async function ask(url: string, timeoutMs: number, signature: Uint8Array): Promise<Uint8Array> {
  // A positive integer of fixed length: the first bit is clear, the next is set.
  const nonce = randomBytes(12);
  nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40;
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: sha256, algorithmParams: new asn1js.Null() }),
      hashedMessage: new asn1js.OctetString({
        valueHex: new Uint8Array(createHash('sha256').update(signature).digest()).buffer,
      }),
    }),
    nonce: new asn1js.Integer({ valueHex: new Uint8Array(nonce).buffer }),
    certReq: true,
  });
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query' },
    body: new Uint8Array(request.toSchema().toBER()),
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  });
  if (!answer.ok) throw new Error(`the time stamping authority answered ${answer.status}`);
  const raw = new Uint8Array(await answer.arrayBuffer());
  if (raw.length > mostBytes) throw new Error('the time stamp is too long');
  const { status, timeStampToken } = TimeStampResp.fromBER(raw);
  if (status.status > 1 || timeStampToken === undefined)
    throw new Error(`the time stamping authority refused with status ${status.status}`);
  const token = new Uint8Array(timeStampToken.toSchema().toBER());
  const stamped = checkTimestamp(token, signature);
  if (stamped.nonce !== nonce.toString('hex')) throw new Error('the time stamp answers another request');
  return token;
}
