import type { FastifyRequest } from 'fastify';
import { LisError } from '../errors.ts';
import { fhirJson } from '../publish/fhir/json.ts';
import { information, sendProblem } from '../publish/fhir/outcome.ts';
import { covers } from './auth/scopes.ts';
import type { Feature } from './plugin.ts';
import { roleMay } from './rights.ts';

const mediaType = 'application/fhir+json; charset=utf-8';
const mostBundle = 33_554_432;

/** `POST /fhir/R4/Bundle`: a signed document of another laboratory, with the scope `system/Bundle.c`. */
export const bundleIntakeFeature: Feature = async (app, { lab, intake }) => {
  await app.register(async (fhir) => {
    fhir.removeContentTypeParser('application/json');
    fhir.addContentTypeParser(
      ['application/fhir+json', 'application/json'],
      { parseAs: 'buffer', bodyLimit: mostBundle },
      (_request, body, done) => done(null, body),
    );
    fhir.setErrorHandler((thrown, _request, reply) => sendProblem(lab.log, reply, thrown));
    fhir.post(
      '/fhir/R4/Bundle',
      {
        bodyLimit: mostBundle,
        // Credentials go before the body.
        onRequest: async (request) => void senderOf(request),
        schema: { tags: ['fhir'], summary: 'Take in a signed document Bundle' },
      },
      async (request, reply) => {
        const by = senderOf(request);
        if (!Buffer.isBuffer(request.body))
          throw new LisError('REQUEST_INVALID', { detail: 'the body must be application/fhir+json' });
        const imported = await intake.bundle(request.body, by);
        const words = imported === 1 ? 'taken in' : 'known already, nothing changed';
        return reply
          .code(imported === 1 ? 201 : 200)
          .type(mediaType)
          .send(Buffer.from(fhirJson(information(words))));
      },
    );
  });
};

/** Who sends; a token with the scope, or a person who may import. Before the body is looked at. */
function senderOf(request: FastifyRequest): string {
  const { caller } = request;
  if (caller === null) throw new LisError('AUTH_REQUIRED');
  if (caller.kind === 'token') {
    if (!covers(caller.scopes, 'Bundle', 'c')) throw new LisError('AUTH_SCOPE');
    return `token:${caller.name}`;
  }
  if (!roleMay(caller.role, 'referrals.send')) throw new LisError('AUTH_FORBIDDEN', { right: 'referrals.send' });
  return caller.username;
}
