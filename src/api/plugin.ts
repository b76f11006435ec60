import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Services } from './services.ts';

/** One feature of the API: its routes, with their schemas and who may call them. */
export type Feature = FastifyPluginAsyncZod<Services>;
