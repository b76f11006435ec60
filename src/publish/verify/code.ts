import type { X509Certificate } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { readCard } from '../signing/card.ts';
import { readWritten } from '../signing/json.ts';
import { Broken } from './cms.ts';
import { checkJws } from './jws.ts';
import { judgeSigner } from './signer.ts';
import { broken, type Verdict } from './verdict.ts';

const mostBytes = 100_000;

/** Whether a file is a QR code's text, or the JWS in it. */
export function isCode(raw: Uint8Array): boolean {
  const text = Buffer.from(raw.subarray(0, 20)).toString('latin1').trim();
  return text.startsWith('shc:/') || text.startsWith('eyJ');
}

/** Check the signed QR code of a printed report, as a scanner reads it (`shc:/…`). */
export function checkCode(raw: Uint8Array, anchors: readonly X509Certificate[], now: Date): Verdict {
  try {
    const text = Buffer.from(raw).toString('latin1').trim();
    const { header, payload, certificate, others, signature } = checkJws(readCard(text) ?? text, null, anchors);
    if (header.zip !== 'DEF') throw new Broken('its payload is not deflated');
    const card = readWritten(new Uint8Array(inflateRawSync(payload, { maxOutputLength: mostBytes })));
    const claimedAt = new Date(Number(String(card.nbf)) * 1000);
    if (Number.isNaN(claimedAt.getTime())) throw new Broken('it does not say when it was signed');
    const { found, trusted, reason } = judgeSigner(
      { certificate, others, claimedAt, token: null, signature },
      anchors,
      now,
    );
    return {
      kind: 'code',
      intact: true,
      trusted,
      signatures: [found],
      ...(reason === undefined ? {} : { reason }),
    };
  } catch (thrown) {
    return broken('code', thrown instanceof Broken ? thrown.message : 'it can not be read');
  }
}
