import type { X509Certificate } from 'node:crypto';
import { canonicalBytes, readWritten, type WrittenObject, writtenHash } from '../signing/json.ts';
import { Broken } from './cms.ts';
import { checkJws, strictBase64 } from './jws.ts';
import { judgeSigner } from './signer.ts';
import { broken, type Verdict } from './verdict.ts';

/** A signed Bundle with what was read of it; `bundle` is null when it is not intact. */
export interface CheckedBundle {
  readonly verdict: Verdict;
  readonly bundle: WrittenObject | null;
}

/**
 * Check the signature of a FHIR document Bundle: a detached JWS over the RFC 8785 form without `signature`. What stands
 * in `signature` beside the JWS is not signed, so it must say the same as the JWS does.
 */
export function checkBundle(raw: Uint8Array, anchors: readonly X509Certificate[], now: Date): CheckedBundle {
  try {
    return check(raw, anchors, now);
  } catch (thrown) {
    const reason = thrown instanceof Broken ? thrown.message : 'it is not a JSON Bundle';
    return { verdict: broken('bundle', reason), bundle: null };
  }
}

function check(raw: Uint8Array, anchors: readonly X509Certificate[], now: Date): CheckedBundle {
  const written = readWritten(raw);
  if (written.resourceType !== 'Bundle') throw new Broken('it is not a FHIR Bundle');
  const { signature, ...bundle } = written;
  if (!isObject(signature)) throw new Broken('it carries no signature');
  if (signature.sigFormat !== 'application/jose' || typeof signature.data !== 'string')
    throw new Broken('its signature is not a JWS');
  const jws = Buffer.from(strictBase64(signature.data, 'base64')).toString('latin1');
  const { header, certificate, others, signature: value } = checkJws(jws, canonicalBytes(bundle));
  if (header.lexS256 !== undefined && header.lexS256 !== writtenHash(bundle))
    throw new Broken('the digits of a number were changed after it was signed');
  const claimedAt = new Date(String(header.sigT ?? signature.when));
  if (Number.isNaN(claimedAt.getTime())) throw new Broken('it does not say when it was signed');
  requireSame(signature, bundle, claimedAt);
  const { found, trusted, reason } = judgeSigner(
    { certificate, others, claimedAt, token: null, signature: value },
    anchors,
    now,
  );
  return {
    verdict: {
      kind: 'bundle',
      intact: true,
      trusted,
      signatures: [found],
      ...(reason === undefined ? {} : { reason }),
    },
    bundle,
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const signatureMembers = ['type', 'when', 'who', 'onBehalfOf', 'targetFormat', 'sigFormat', 'data', 'id'];
const whoMembers = ['reference', 'type', 'identifier', 'display'];
const formats = ['application/fhir+json', 'application/json'];

/** The unsigned words around the JWS: the time of the header, one of the Bundle's own people, known members only. */
function requireSame(signature: Readonly<Record<string, unknown>>, bundle: WrittenObject, at: Date): void {
  const differs = (what: string): Broken => new Broken(`the signature says something else about ${what}`);
  if (Object.keys(signature).some((each) => !signatureMembers.includes(each))) throw differs('itself');
  if (new Date(String(signature.when)).getTime() !== at.getTime()) throw differs('the time');
  if (signature.targetFormat !== undefined && !formats.includes(String(signature.targetFormat)))
    throw differs('the format');
  const { who } = signature;
  if (!isObject(who) || Object.keys(who).some((each) => !whoMembers.includes(each))) throw differs('who signed');
  if (
    who.reference !== undefined &&
    !fullUrls(bundle).some((url) => url === who.reference || url.endsWith(`/${String(who.reference)}`))
  )
    throw differs('who signed');
  const types: unknown = signature.type;
  const known =
    Array.isArray(types) &&
    types.length > 0 &&
    types.every(
      (each: unknown) =>
        isObject(each) &&
        each.system === 'urn:iso-astm:E1762-95:2013' &&
        /^1\.2\.840\.10065\.1\.12\.1\.\d{1,2}$/.test(String(each.code)) &&
        (each.code !== '1.2.840.10065.1.12.1.1' || each.display === undefined || each.display === "Author's Signature"),
    );
  if (!known) throw differs('its purpose');
}

function fullUrls(bundle: WrittenObject): string[] {
  const { entry } = bundle;
  return Array.isArray(entry) ? entry.flatMap((each: unknown) => (isObject(each) ? [String(each.fullUrl)] : [])) : [];
}
