import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Laboratory } from '../../laboratory/context.ts';
import { subscriptionRoutes } from '../subscriptions/routes.ts';
import { capabilityStatement } from './capability.ts';
import type { EndpointSight } from './endpoint.ts';
import { keyOf } from './identity.ts';
import { fhirJson } from './json.ts';
import { FhirProblem, notFound, sendProblem } from './outcome.ts';
import { type Parameter, readParameters, referenceId } from './parameters.ts';
import { readHistory, readResource, readVersion, versionedTypes } from './read.ts';
import { type SearchableType, search, searchableTypes } from './search.ts';
import type { Resource } from './types.ts';

/** Letters of SMART v2 scopes: create, read, update, delete, search. */
export type FhirInteraction = 'c' | 'r' | 'u' | 'd' | 's';

/** What the FHIR side needs of the API's authentication. */
export interface FhirAccess {
  /** Throws AUTH_REQUIRED or AUTH_SCOPE. */
  require(request: FastifyRequest, type: string, interaction: FhirInteraction): void;
  /** Whether the caller may see a type too. */
  covers(request: FastifyRequest, type: string, interaction: FhirInteraction): boolean;
  /** Whose connections the caller may know of. */
  endpoints(request: FastifyRequest): EndpointSight['recipients'];
  /** Keep in the audit trail what was read; resolves when it is kept. */
  record(request: FastifyRequest, seen: FhirRead): Promise<void>;
}

/** One answered read or search, for the audit trail. */
export interface FhirRead {
  readonly interaction: 'read' | 'search' | 'create' | 'update' | 'delete';
  readonly type: string;
  /** An accession, a patient, or the type where neither was named. */
  readonly subject: string;
  /** Resources in the answer. */
  readonly resources: number;
}

export interface FhirOptions {
  readonly lab: Laboratory;
  readonly access: FhirAccess;
  readonly version: string;
}

const mediaType = 'application/fhir+json; charset=utf-8';

/** The EMR's side under `/fhir/R4` (interfaces.md 1.5). Register with prefix `/fhir/R4`. */
export async function fhirPlugin(app: FastifyInstance, options: FhirOptions): Promise<void> {
  const { lab } = options;
  app.setErrorHandler((thrown, _request, reply) => sendProblem(lab.log, reply, thrown));
  // A route of its own: the workbench answers whatever no route takes. Whatever body comes is not looked at.
  app.all(
    '/*',
    {
      schema: { hide: true },
      onRequest: async (request) => {
        throw nothingThere(request);
      },
    },
    (request, reply) => sendProblem(lab.log, reply, nothingThere(request)),
  );
  app.addHook('preHandler', async (request) => requireJson(request));
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 65_536 },
    (_request, body, done) => done(null, String(body)),
  );
  app.get('/metadata', async (request, reply) =>
    reply.type(mediaType).send(fhirJson(capabilityStatement(lab.config, baseOf(request), options.version))),
  );
  // Without our own prefix, which the options still carry.
  await app.register((inner: FastifyInstance) => subscriptionRoutes(inner, options));
  for (const type of searchableTypes) searchRoutes(app, type, options);
  for (const type of searchableTypes) readRoute(app, type, options);
  for (const type of versionedTypes) {
    app.get<{ Params: { id: string } }>(`/${type}/:id/_history`, async (request, reply) => {
      options.access.require(request, type, 'r');
      const { id } = request.params;
      const parameters = readParameters(new URL(request.url, 'http://x').searchParams);
      const history = await readHistory(lab, type, id, baseOf(request), parameters);
      await options.access.record(request, { interaction: 'read', type, subject: subjectOf(id), resources: 1 });
      return reply.type(mediaType).send(fhirJson(history));
    });
    app.get<{ Params: { id: string; version: string } }>(`/${type}/:id/_history/:version`, async (request, reply) => {
      options.access.require(request, type, 'r');
      const { id, version } = request.params;
      const resource = await readVersion(lab, type, id, version);
      await options.access.record(request, { interaction: 'read', type, subject: subjectOf(id), resources: 1 });
      return sendResource(request, reply, resource);
    });
  }
}

function searchRoutes(app: FastifyInstance, type: SearchableType, options: FhirOptions): void {
  app.get(`/${type}`, (request, reply) =>
    answerSearch(request, reply, type, options, new URL(request.url, 'http://x').searchParams),
  );
  app.post(`/${type}/_search`, (request, reply) => {
    const body = request.body ?? '';
    // What is asked in another form would be passed over, and everything given for an answer.
    if (typeof body !== 'string')
      throw new FhirProblem(415, 'not-supported', 'POST _search takes application/x-www-form-urlencoded');
    const pairs = new URLSearchParams([...new URL(request.url, 'http://x').searchParams, ...new URLSearchParams(body)]);
    return answerSearch(request, reply, type, options, pairs);
  });
}

function readRoute(app: FastifyInstance, type: SearchableType, { lab, access }: FhirOptions): void {
  app.get<{ Params: { id: string } }>(`/${type}/:id`, async (request, reply) => {
    access.require(request, type, 'r');
    const { id } = request.params;
    const resource = await readResource(lab, type, id, sightOf(request, access));
    await access.record(request, { interaction: 'read', type, subject: subjectOf(id), resources: 1 });
    return sendResource(request, reply, resource);
  });
}

async function answerSearch(
  request: FastifyRequest,
  reply: FastifyReply,
  type: SearchableType,
  { lab, access }: FhirOptions,
  pairs: URLSearchParams,
): Promise<FastifyReply> {
  access.require(request, type, 's');
  const parameters = readParameters(pairs);
  const found = await search(lab, {
    type,
    parameters,
    strict: /(^|[,;\s])handling\s*=\s*"?strict/.test(String(request.headers.prefer ?? '')),
    maySee: (each) => access.covers(request, each, 's') || access.covers(request, each, 'r'),
    sight: sightOf(request, access),
    base: baseOf(request),
  });
  const resources = Array.isArray(found.entry) ? found.entry.length : 0;
  await access.record(request, { interaction: 'search', type, subject: searched(type, parameters), resources });
  return reply.type(mediaType).send(fhirJson(found));
}

/** The accession or key behind an id. */
function subjectOf(id: string): string {
  return keyOf(id.split('..')[0] ?? id) ?? id;
}

/** Whose results were looked for: one patient, else the type. */
function searched(type: string, parameters: readonly Parameter[]): string {
  const patient = parameters.find((each) => each.name === 'patient' || each.name === 'subject')?.values;
  const [only, more] = patient ?? [];
  const key = only === undefined || more !== undefined ? null : keyOf(referenceId(only, 'Patient') ?? '');
  return key ?? type;
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
  if (asked.split(',').some((each) => sameTag(each.trim(), tag))) return reply.code(304).send();
  return reply.type(mediaType).send(fhirJson(resource));
}

const sameTag = (asked: string, tag: string): boolean =>
  asked === '*' || asked.replace(/^W\//, '') === tag.replace(/^W\//, '');

/** JSON is all there is. Throws 406. */
function requireJson(request: FastifyRequest): void {
  const format = new URL(request.url, 'http://x').searchParams.get('_format');
  const accept = format === null ? String(request.headers.accept ?? '*/*') : format.replaceAll(' ', '+');
  if (accept === '' || /json|\*\/\*|application\/\*/.test(accept)) return;
  throw new FhirProblem(406, 'not-supported', 'JSON only: application/fhir+json');
}

function nothingThere(request: FastifyRequest): FhirProblem {
  const [, , , type = ''] = new URL(request.url, 'http://x').pathname.split('/');
  const known = searchableTypes.some((each) => each === type);
  if (known && !['GET', 'HEAD'].includes(request.method))
    return new FhirProblem(405, 'not-supported', `${request.method} is not what this address takes`);
  return notFound('no such address');
}

function sightOf(request: FastifyRequest, access: FhirAccess): EndpointSight {
  return { recipients: access.endpoints(request), base: baseOf(request) };
}

/** The address the caller used; behind a proxy the forwarded one. */
function baseOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}/fhir/R4`;
}
