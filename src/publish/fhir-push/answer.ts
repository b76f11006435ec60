/**
 * Whether the body of a 2xx can be a FHIR server's: empty, a JSON object, or FHIR's XML. A proxy's sign-in page, or
 * noise, also comes with a 200: what it was given has not arrived, so it is sent again.
 */
export function isFhirAnswer(text: string): boolean {
  const body = text.trim();
  if (body === '') return true;
  if (body.startsWith('<')) return body.includes('http://hl7.org/fhir');
  try {
    const read: unknown = JSON.parse(body);
    return typeof read === 'object' && read !== null && !Array.isArray(read);
  } catch {
    return false;
  }
}
