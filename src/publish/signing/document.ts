import { practitionerReference } from '../fhir/agents.ts';
import { fhirJson } from '../fhir/json.ts';
import { canonicalBytes, readWritten, writtenHash } from './json.ts';
import { certificatesOf, signJws } from './jws.ts';
import type { SigningKey } from './port.ts';

/** ASTM E1762: the signature of who takes responsibility for the content. */
const authorSignature = {
  system: 'urn:iso-astm:E1762-95:2013',
  code: '1.2.840.10065.1.12.1.1',
  display: "Author's Signature",
};

/**
 * A document Bundle as JSON text with its signature: a compact JWS with an empty payload over the RFC 8785 form of the
 * Bundle without `signature` (contract-publish.md). RFC 8785 does not see trailing zeros, so the protected header also
 * carries `lexS256`, the hash of the same form with every number as written.
 */
export async function signDocument(
  key: SigningKey,
  bundle: Readonly<Record<string, unknown>>,
  username: string,
  at: Date,
): Promise<string> {
  const written = readWritten(Buffer.from(fhirJson(bundle), 'utf8'));
  const sigT = at.toISOString().replace(/\.\d+Z$/, 'Z');
  const header = { x5c: certificatesOf(key), sigT, lexS256: writtenHash(written) };
  const jws = await signJws(key, header, canonicalBytes(written), true);
  return fhirJson({
    ...bundle,
    signature: {
      type: [authorSignature],
      when: sigT,
      who: { reference: practitionerReference(username).reference },
      targetFormat: 'application/fhir+json',
      sigFormat: 'application/jose',
      data: Buffer.from(jws, 'latin1').toString('base64'),
    },
  });
}
