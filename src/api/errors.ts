import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { type ErrorCode, isLisError, LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';

/** What every refused request answers with. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The handler of everything thrown under /api: a row of the error table, whatever was thrown. */
export function sendError(
  lab: Laboratory,
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
): FastifyReply {
  const error = asLisError(thrown);
  if (error.status >= 500) {
    lab.log.error({ err: thrown, route: request.routeOptions.url, code: error.code }, 'a request failed');
  }
  const body: ErrorBody = {
    code: error.code,
    message: error.message,
    ...(error.code === 'INTERNAL' || Object.keys(error.context).length === 0 ? {} : { details: error.context }),
  };
  if (error.status === 401) reply.header('WWW-Authenticate', 'Bearer realm="Cuvette"');
  return reply.code(error.status).type('application/json; charset=utf-8').send(body);
}

function asLisError(thrown: unknown): LisError {
  if (isLisError(thrown)) return thrown;
  if (hasZodFastifySchemaValidationErrors(thrown)) return invalidRequest(thrown);
  const status = statusOf(thrown);
  if (status === 429) return new LisError('RATE_LIMITED');
  if (status === 413) return new LisError('REQUEST_TOO_LARGE');
  if (status === 415) return new LisError('REQUEST_INVALID', { detail: 'the body must be application/json' });
  if (status !== null && status >= 400 && status < 500) {
    return new LisError('REQUEST_INVALID', { detail: wordsOf(thrown) }, thrown);
  }
  return new LisError('INTERNAL', {}, thrown);
}

/** Field by field what is wrong; values are never echoed, they may be a patient's. */
function invalidRequest(error: Pick<FastifyError, 'validationContext'> & { validation: readonly unknown[] }): LisError {
  const place = error.validationContext ?? 'body';
  const problems = error.validation.flatMap((each) => problemsOf(each));
  const shown = problems.slice(0, 10).map((each) => ({
    field: each.field === '' ? place : each.field,
    problem: each.problem,
  }));
  const detail = shown.map((each) => `${each.field}: ${each.problem}`).join('; ');
  return new LisError('REQUEST_INVALID', { detail: detail === '' ? `${place} is not valid` : detail, fields: shown });
}

function problemsOf(entry: unknown): { field: string; problem: string }[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const field = 'instancePath' in entry ? String(entry.instancePath).replace(/^\//, '').replaceAll('/', '.') : '';
  const message = 'message' in entry ? String(entry.message) : 'is not valid';
  const params: unknown = 'params' in entry ? entry.params : undefined;
  if (typeof params === 'object' && params !== null && 'keys' in params && Array.isArray(params.keys)) {
    return params.keys.map((key: unknown) => ({
      field: [field, String(key).slice(0, 60)].filter((part) => part !== '').join('.'),
      problem: 'is not a field that is known here',
    }));
  }
  return [{ field, problem: message }];
}

function statusOf(thrown: unknown): number | null {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return null;
  return typeof thrown.statusCode === 'number' ? thrown.statusCode : null;
}

function wordsOf(thrown: unknown): string {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || thrown instanceof SyntaxError) return 'the body is not JSON';
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return 'the body is empty';
  return 'it can not be read';
}
