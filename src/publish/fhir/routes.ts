import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLisError } from '../../errors.ts';
import type { Laboratory } from '../../laboratory/context.ts';
import { capabilityStatement } from './capability.ts';
import { fhirJson } from './json.ts';
import { FhirProblem, invalid, notFound, operationOutcome } from './outcome.ts';
import { readParameters } from './parameters.ts';
import { readHistory, readResource, readVersion } from './read.ts';
import { type SearchableType, search, searchableTypes } from './search.ts';
import type { Resource } from './types.ts';

/** What the FHIR side needs of the API's authentication. `interaction`: `r` read, `s` search (SMART v2 scopes). */
export interface FhirAccess {
  /** Throws AUTH_REQUIRED or AUTH_SCOPE. */
  require(request: FastifyRequest, type: string, interaction: 'r' | 's'): Promise<void>;
  /** Whether the caller may see a type too. */
  covers(request: FastifyRequest, type: string, interaction: 'r' | 's'): boolean;
}

export interface FhirOptions {
  readonly lab: Laboratory;
  readonly access: FhirAccess;
  readonly version: string;
}

const mediaType = 'application/fhir+json; charset=utf-8';

/** The EMR's side under `/fhir/R4` (interfaces.md 1.5). Register with prefix `/fhir/R4`. */
export async function fhirPlugin(app: FastifyInstance, options: FhirOptions): Promise<void> {
  const { lab, access } = options;
  app.setErrorHandler((thrown, _request, reply) => sendProblem(lab, reply, thrown));
  app.setNotFoundHandler((_request, reply) => sendProblem(lab, reply, notFound('no such address')));
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 65_536 },
    (_request, body, done) => done(null, String(body)),
  );
  app.get('/metadata', async (request, reply) => {
    return reply.type(mediaType).send(fhirJson(capabilityStatement(lab.config, baseOf(request), options.version)));
  });
  for (const type of searchableTypes) {
    app.get(`/${type}`, (request, reply) =>
      answerSearch(request, reply, type, options, new URL(request.url, 'http://x').searchParams),
    );
    app.post(`/${type}/_search`, (request, reply) => {
      const body = typeof request.body === 'string' ? request.body : '';
      const pairs = new URLSearchParams([
        ...new URL(request.url, 'http://x').searchParams,
        ...new URLSearchParams(body),
      ]);
      return answerSearch(request, reply, type, options, pairs);
    });
  }
  for (const type of [...searchableTypes, 'Provenance']) {
    app.get<{ Params: { id: string } }>(`/${type}/:id`, async (request, reply) => {
      await access.require(request, type, 'r');
      return sendResource(request, reply, await readResource(lab, type, request.params.id));
    });
  }
  app.get<{ Params: { id: string } }>('/DiagnosticReport/:id/_history', async (request, reply) => {
    await access.require(request, 'DiagnosticReport', 'r');
    return reply.type(mediaType).send(fhirJson(await readHistory(lab, request.params.id, baseOf(request))));
  });
  app.get<{ Params: { id: string; version: string } }>(
    '/DiagnosticReport/:id/_history/:version',
    async (request, reply) => {
      await access.require(request, 'DiagnosticReport', 'r');
      return sendResource(request, reply, await readVersion(lab, request.params.id, request.params.version));
    },
  );
}

async function answerSearch(
  request: FastifyRequest,
  reply: FastifyReply,
  type: SearchableType,
  { lab, access }: FhirOptions,
  pairs: URLSearchParams,
): Promise<FastifyReply> {
  await access.require(request, type, 's');
  const prefer = String(request.headers.prefer ?? '');
  const found = await search(lab, {
    type,
    parameters: readParameters(pairs),
    strict: /handling\s*=\s*strict/.test(prefer),
    maySee: (each) => access.covers(request, each, 's') || access.covers(request, each, 'r'),
    base: baseOf(request),
  });
  return reply.type(mediaType).send(fhirJson(found));
}

function sendResource(request: FastifyRequest, reply: FastifyReply, resource: Resource): FastifyReply {
  const meta = resource.meta;
  const version = typeof meta === 'object' && meta !== null && 'versionId' in meta ? String(meta.versionId) : '1';
  const updated =
    typeof meta === 'object' && meta !== null && 'lastUpdated' in meta ? String(meta.lastUpdated) : undefined;
  const tag = `W/"${version}"`;
  reply.header('ETag', tag);
  if (updated !== undefined) reply.header('Last-Modified', new Date(updated).toUTCString());
  const asked = String(request.headers['if-none-match'] ?? '');
  if (asked.split(',').some((each) => each.trim() === tag || each.trim() === '*')) return reply.code(304).send();
  return reply.type(mediaType).send(fhirJson(resource));
}

/** The address the caller used; behind a proxy the forwarded one. */
function baseOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}/fhir/R4`;
}

function sendProblem(lab: Laboratory, reply: FastifyReply, thrown: unknown): FastifyReply {
  reply.type(mediaType);
  if (thrown instanceof FhirProblem) {
    return reply.code(thrown.status).send(fhirJson(operationOutcome(thrown.issue, thrown.message)));
  }
  if (isLisError(thrown)) {
    const issue = { 401: 'login', 403: 'forbidden', 404: 'not-found', 429: 'throttled' }[thrown.status] ?? 'processing';
    return reply.code(thrown.status).send(fhirJson(operationOutcome(issue, thrown.message)));
  }
  if (
    thrown instanceof Error &&
    'statusCode' in thrown &&
    typeof thrown.statusCode === 'number' &&
    thrown.statusCode < 500
  ) {
    const problem = invalid(thrown.message);
    return reply.code(thrown.statusCode).send(fhirJson(operationOutcome(problem.issue, problem.message)));
  }
  lab.log.error({ err: thrown }, 'a FHIR request failed');
  return reply.code(500).send(fhirJson(operationOutcome('exception', 'Something went wrong inside')));
}
