import type { FastifyRequest } from 'fastify';
import { LisError } from '../errors.ts';
import { type FhirInteraction, fhirPlugin } from '../publish/fhir/routes.ts';
import { version } from '../version.ts';
import { recordAudit } from './audit-trail.ts';
import { covers } from './auth/scopes.ts';
import type { Feature } from './plugin.ts';
import { roleMay } from './rights.ts';

/** The EMR's side: a bearer token with scopes, or a person who may read reports. */
export const fhirFeature: Feature = async (app, { lab }) => {
  await app.register(fhirPlugin, {
    prefix: '/fhir/R4',
    lab,
    version,
    access: {
      require(request: FastifyRequest, type: string, interaction: FhirInteraction) {
        if (request.caller === null) throw new LisError('AUTH_REQUIRED');
        if (!mayRead(request, type, interaction)) throw new LisError('AUTH_SCOPE');
      },
      covers: mayRead,
      endpoints({ caller }) {
        if (caller?.kind === 'token') return { owner: caller.name };
        return caller !== null && roleMay(caller.role, 'recipients.read') ? 'all' : 'none';
      },
      async record({ caller }, { interaction, type, subject, resources }) {
        if (caller === null) return;
        await recordAudit(lab, {
          actor: caller.kind === 'token' ? `token:${caller.name}` : caller.username,
          action: interaction,
          subject,
          after: { type, resources },
        });
      },
    },
  });
};

function mayRead(request: FastifyRequest, type: string, interaction: FhirInteraction): boolean {
  const { caller } = request;
  if (caller === null) return false;
  if (caller.kind === 'token') return covers(caller.scopes, type, interaction);
  return (interaction === 'r' || interaction === 's') && roleMay(caller.role, 'reports.read');
}
