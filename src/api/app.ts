import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { rateLimitsOf } from '../laboratory/config.ts';
import { openPapers } from '../publish/papers.ts';
import { openIntake } from '../publish/referral/import.ts';
import { guardPlugin } from './auth/guard.ts';
import { documentationPlugin } from './documentation.ts';
import { sendError } from './errors.ts';
import { features } from './features.ts';
import type { AppServices } from './plugin.ts';
import { createServer, securityHeaders } from './server.ts';
import type { Services } from './services.ts';
import { workbenchPlugin } from './workbench.ts';

export { createSignInLink } from './auth/sign-in-links.ts';
export type { Services } from './services.ts';

/**
 * The whole HTTP side of a laboratory: API, FHIR, documentation, health and the workbench. Ready, not listening yet.
 * Throws CONFIG_UNREADABLE when the TLS files of lab.yaml can't be read.
 */
export async function createApp(services: Services): Promise<FastifyInstance> {
  const { lab } = services;
  const app = createServer(lab);
  app.setErrorHandler((thrown, request, reply) => sendError(lab, request, reply, thrown));
  await app.register(helmet, securityHeaders(lab.config.http.tls !== undefined));
  await app.register(cookie);
  const limits = rateLimitsOf(lab.config);
  if (limits !== null) await app.register(rateLimit, { max: limits.requests, timeWindow: 60_000 });
  await app.register(guardPlugin, services);
  await app.register(documentationPlugin);
  const complete = await withPapers(app, services);
  for (const feature of features) await app.register(feature, complete);
  await app.register(workbenchPlugin, services);
  await app.ready();
  return app;
}

/** What prints, signs and takes in: opened once for all features, closed with the API. */
async function withPapers(app: FastifyInstance, services: Services): Promise<AppServices> {
  const papers = services.papers ?? openPapers(services.lab);
  const intake = services.intake ?? openIntake(services.lab);
  app.addHook('onClose', async () => {
    if (services.papers === undefined) await papers.close();
    if (services.intake === undefined) await intake.close();
  });
  return { ...services, papers, intake };
}
