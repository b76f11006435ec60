/** A FHIR error: HTTP status, issue code (http://hl7.org/fhir/issue-type) and words. */
export class FhirProblem extends Error {
  readonly status: number;
  readonly issue: string;

  constructor(status: number, issue: string, words: string) {
    super(words);
    this.name = 'FhirProblem';
    this.status = status;
    this.issue = issue;
  }
}

export const invalid = (words: string): FhirProblem => new FhirProblem(400, 'invalid', words);
export const notFound = (words: string): FhirProblem => new FhirProblem(404, 'not-found', words);

/** Every error of the FHIR side is an OperationOutcome. */
export function operationOutcome(issue: string, words: string): Record<string, unknown> {
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: issue, diagnostics: words }] };
}
