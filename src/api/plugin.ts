import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Services } from './services.ts';

/** The services with those the API opens for itself where it was given none. */
export type AppServices = Services & Required<Pick<Services, 'papers' | 'intake'>>;

/** One feature of the API: its routes, with their schemas and who may call them. */
export type Feature = FastifyPluginAsyncZod<AppServices>;
