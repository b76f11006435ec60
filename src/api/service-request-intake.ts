import type { FastifyRequest } from 'fastify';
import { inTurn } from '../acts/turn.ts';
import { LisError } from '../errors.ts';
import { knownPatient } from '../orders/patient.ts';
import { placeOrders } from '../orders/place.ts';
import { readServiceRequest } from '../orders/service-request.ts';
import { fhirId, keyOf } from '../publish/fhir/identity.ts';
import { fhirJson } from '../publish/fhir/json.ts';
import { FhirProblem, sendProblem } from '../publish/fhir/outcome.ts';
import { readResource } from '../publish/fhir/read.ts';
import { covers } from './auth/scopes.ts';
import type { Feature } from './plugin.ts';

const mediaType = 'application/fhir+json; charset=utf-8';
const mostBytes = 262_144;

/** `POST /fhir/R4/ServiceRequest`: an order, with the scope `system/ServiceRequest.c`; the same number again changes nothing. */
export const serviceRequestIntakeFeature: Feature = async (app, { lab }) => {
  await app.register(async (fhir) => {
    fhir.addContentTypeParser(
      'application/fhir+json',
      { parseAs: 'string', bodyLimit: mostBytes },
      (request, body, done) => {
        void fhir.getDefaultJsonParser('error', 'error')(request, String(body), done);
      },
    );
    fhir.setErrorHandler((thrown, _request, reply) => sendProblem(lab.log, reply, thrown));
    fhir.post(
      '/fhir/R4/ServiceRequest',
      {
        bodyLimit: mostBytes,
        // Credentials go before the body.
        onRequest: async (request) => void senderOf(request),
        schema: { tags: ['fhir'], summary: 'Order a test' },
      },
      async (request, reply) => {
        const actor = { username: senderOf(request), role: 'integration' as const };
        const { group, patient, named, pregnant } = readServiceRequest(request.body, lab.catalogue, keyOf);
        const known = await lab.collections.patients.findOne({ _id: patient.id });
        if (named && known === null) throw new FhirProblem(422, 'not-found', `Patient ${patient.id} is not known`);
        const before = await orderOf(group.placer);
        const message = { actor, patient: await knownPatient(lab, patient), visit: {}, groups: [group], pregnant };
        // One after the other with those that come by HL7: a number is looked up before it is written.
        const [placed] = await inTurn(lab.collections.orders, 'orders.hl7', () => placeOrders(lab, message));
        if (placed === undefined || placed.refusal !== undefined)
          throw new FhirProblem(422, 'business-rule', placed?.refusal?.words ?? 'the order was not taken');
        const resource = await readResource(lab, 'ServiceRequest', fhirId(placed.filler));
        return reply
          .code(before === null ? 201 : 200)
          .header('Location', `/fhir/R4/ServiceRequest/${fhirId(placed.filler)}`)
          .type(mediaType)
          .send(Buffer.from(fhirJson(resource)));
      },
    );
  });

  const orderOf = (placer: string) => lab.collections.orders.findOne({ placer });
};

/** A token with the scope; persons order in the workbench. */
function senderOf({ caller }: FastifyRequest): string {
  if (caller === null) throw new LisError('AUTH_REQUIRED');
  if (caller.kind !== 'token' || !covers(caller.scopes, 'ServiceRequest', 'c')) throw new LisError('AUTH_SCOPE');
  return `token:${caller.name}`;
}
