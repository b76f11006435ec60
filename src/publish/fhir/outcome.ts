import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { isLisError } from '../../errors.ts';
import { fhirJson } from './json.ts';

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

/** Issue code of an HTTP status. */
const issues: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  413: 'too-long',
  415: 'not-supported',
  422: 'processing',
  429: 'throttled',
  503: 'transient',
};

/** Every error of the FHIR side is an OperationOutcome. */
function operationOutcome(issue: string, words: string): Record<string, unknown> {
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: issue, diagnostics: words }] };
}

/** An OperationOutcome that only tells. */
export function information(words: string): Record<string, unknown> {
  const issue = [{ severity: 'information', code: 'informational', diagnostics: words }];
  return { resourceType: 'OperationOutcome', issue };
}

/** Answer whatever was thrown as an OperationOutcome; what is no fault of the caller's is logged and not told. */
export function sendProblem(log: Logger, reply: FastifyReply, thrown: unknown): FastifyReply {
  const problem = problemOf(thrown);
  if (problem.status >= 500) log.error({ err: thrown }, 'a FHIR request failed');
  if (problem.status === 401) reply.header('WWW-Authenticate', 'Bearer realm="Cuvette"');
  return reply
    .code(problem.status)
    .type('application/fhir+json; charset=utf-8')
    .send(fhirJson(operationOutcome(problem.issue, problem.message)));
}

function problemOf(thrown: unknown): FhirProblem {
  if (thrown instanceof FhirProblem) return thrown;
  const status =
    isLisError(thrown) || (thrown instanceof Error && 'statusCode' in thrown) ? statusOf(thrown) : undefined;
  if (status === undefined || !(thrown instanceof Error))
    return new FhirProblem(500, 'exception', 'Something went wrong inside');
  return new FhirProblem(status, issues[status] ?? 'processing', thrown.message);
}

function statusOf(thrown: Error): number | undefined {
  if (isLisError(thrown)) return thrown.status;
  const status = 'statusCode' in thrown ? thrown.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}
