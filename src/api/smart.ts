import type { FastifyReply, FastifyRequest } from 'fastify';
import { minuteLimit, rateLimitsOf } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { recordAudit } from './audit-trail.ts';
import { issueAccessToken } from './auth/access-tokens.ts';
import { AssertionRefused, verifyAssertion } from './auth/assertion.ts';
import { createKeyFinder, type KeyFinder } from './auth/jwks.ts';
import { grantedScopes } from './auth/scopes.ts';
import type { Feature } from './plugin.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** An OAuth error (RFC 6749 5.2). */
interface Refusal {
  readonly status: 400 | 401;
  readonly error: 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope';
  readonly words: string;
}

/** SMART Backend Services: client_credentials with private_key_jwt, and where to find it. */
export const smartFeature: Feature = async (app, { lab }) => {
  const keys = createKeyFinder(lab.now);
  for (const url of ['/fhir/R4/.well-known/smart-configuration', '/.well-known/smart-configuration']) {
    app.get(url, { schema: { tags: ['fhir'], summary: 'Where to get an access token' } }, async (request) =>
      smartConfiguration(lab, request),
    );
  }
  await app.register(async (form) => {
    form.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 65_536 },
      (_request, body, done) => done(null, String(body)),
    );
    form.post(
      '/auth/token',
      {
        config: { access: 'public', ...minuteLimit(rateLimitsOf(lab.config)?.tokens) },
        schema: { tags: ['fhir'], summary: 'Get an access token' },
      },
      (request, reply) => answer(lab, keys, request, reply),
    );
  });
};

async function answer(
  lab: Laboratory,
  keys: KeyFinder,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  reply.header('Cache-Control', 'no-store').header('Pragma', 'no-cache');
  const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
  const early = malformed(form);
  if (early !== null) return refuse(reply, early);
  try {
    const audience = [tokenAddress(lab, request)];
    const client = await verifyAssertion(lab, keys, form.get('client_assertion') ?? '', audience);
    const asked = (form.get('scope') ?? '').split(/\s+/).filter((each) => each !== '');
    const scopes = grantedScopes(client.scopes, asked);
    if (scopes.length === 0)
      return refuse(reply, { status: 400, error: 'invalid_scope', words: 'no scope asked for is registered' });
    const seconds = lab.config.smart.accessTokenSeconds;
    const token = await issueAccessToken(lab, client, scopes, seconds);
    await recordAudit(lab, { actor: `token:client/${client.name}`, action: 'token-issue', subject: client._id });
    return reply.send({ access_token: token, token_type: 'bearer', expires_in: seconds, scope: scopes.join(' ') });
  } catch (thrown) {
    if (!(thrown instanceof AssertionRefused)) throw thrown;
    if (thrown.client !== null) {
      await recordAudit(lab, {
        actor: `token:client/${thrown.client.name}`,
        action: 'token-refuse',
        subject: thrown.client._id,
        reason: thrown.message.slice(0, 300),
      });
    }
    return refuse(reply, { status: 401, error: 'invalid_client', words: thrown.message });
  }
}

function malformed(form: URLSearchParams): Refusal | null {
  const bad = (error: Refusal['error'], words: string): Refusal => ({ status: 400, error, words });
  for (const name of new Set(form.keys()))
    if (form.getAll(name).length > 1) return bad('invalid_request', `${name.slice(0, 40)} stands more than once`);
  if (form.get('grant_type') === null) return bad('invalid_request', 'grant_type is needed');
  if (form.get('grant_type') !== 'client_credentials')
    return bad('unsupported_grant_type', 'grant_type must be client_credentials');
  if (form.get('client_assertion_type') !== assertionType)
    return bad('invalid_request', `client_assertion_type must be ${assertionType}`);
  if (form.get('client_assertion') === null) return bad('invalid_request', 'client_assertion is needed');
  if ((form.get('scope') ?? '').trim() === '') return bad('invalid_scope', 'scope is needed');
  return null;
}

function refuse(reply: FastifyReply, { status, error, words }: Refusal): FastifyReply {
  return reply.code(status).send({ error, error_description: words });
}

/** The address of the token endpoint: as lab.yaml says, else as the caller used it. */
function tokenAddress(lab: Laboratory, request: FastifyRequest): string {
  return lab.config.smart.tokenUrl ?? `${request.protocol}://${request.host}/auth/token`;
}

function smartConfiguration(lab: Laboratory, request: FastifyRequest): Record<string, unknown> {
  return {
    token_endpoint: tokenAddress(lab, request),
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    scopes_supported: ['system/*.rs', 'system/DiagnosticReport.rs', 'system/Observation.rs', 'system/Patient.rs'],
    capabilities: ['client-confidential-asymmetric', 'permission-v1', 'permission-v2'],
  };
}
