import { LosslessNumber, stringify } from 'lossless-json';

/** FHIR JSON text. Decimals keep their trailing zeros: `7.10` is not `7.1` to a clinician (interfaces.md 1.4). */
export function fhirJson(resource: unknown): string {
  return stringify(resource) ?? '{}';
}

/**
 * A decimal string as a raw JSON number token: every digit kept, but for what JSON has no form for (`+5`, `.5`, `5.`,
 * `065.8`). Throws when it is not a number.
 */
export function decimal(text: string): LosslessNumber {
  return new LosslessNumber(
    text
      .replace(/^\+/, '')
      .replace(/^(-?)\./, '$10.')
      .replace(/\.$/, '')
      .replace(/^(-?)0+(?=\d)/, '$1'),
  );
}
