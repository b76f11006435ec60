import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { LisError } from '../errors.ts';
import { sendError } from './errors.ts';
import type { Services } from './services.ts';

/** Where the built workbench lies: beside the built API, or in `dist` of the checkout when run from source. */
function builtFolder(): string | undefined {
  return ['../../web/', '../../dist/web/']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((folder) => existsSync(`${folder}/index.html`));
}

/** The workbench's files, its own addresses answered with its one page; everything else that is not known is 404. */
export const workbenchPlugin = fp(
  async (app: FastifyInstance, services: Services) => {
    const root = services.webRoot ?? builtFolder();
    if (root !== undefined) {
      await app.register(fastifyStatic, {
        root,
        cacheControl: false,
        setHeaders: (response, path) => {
          const named = /[\\/]assets[\\/]/.test(path);
          response.header('Cache-Control', named ? 'public, max-age=31536000, immutable' : 'no-cache');
        },
      });
    }
    app.setNotFoundHandler((request, reply) => {
      const path = request.url.split('?')[0] ?? '/';
      const page = request.method === 'GET' && !/^\/(api|fhir|auth|docs|signin|assets)(\/|$)|\.\w+$/.test(path);
      if (page && root !== undefined) return reply.header('Cache-Control', 'no-cache').sendFile('index.html', root);
      return sendError(services.lab, request, reply, new LisError('NOT_FOUND', { what: 'This address' }));
    });
  },
  { name: 'workbench' },
);
