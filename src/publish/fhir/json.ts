import { LosslessNumber, stringify } from 'lossless-json';

/** FHIR JSON text. Decimals keep their trailing zeros: `7.10` is not `7.1` to a clinician (interfaces.md 1.4). */
export function fhirJson(resource: unknown): string {
  return stringify(resource) ?? '{}';
}

/** A decimal string as a raw JSON number token. Throws when it is not a number. */
export function decimal(text: string): LosslessNumber {
  return new LosslessNumber(
    text
      .replace(/^\+/, '')
      .replace(/^(-?)\./, '$10.')
      .replace(/\.$/, ''),
  );
}
