import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { sendError } from './errors.ts';
import { eventTrail } from './event-trail.ts';
import { identityOf } from './identity.ts';
import type { Services } from './services.ts';
import { packedFor, readWebFiles, type WebFile } from './web-files.ts';

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
    const files = root === undefined ? [] : readWebFiles(root);
    const page = files.find(({ path }) => path === '/index.html')?.bytes.toString('utf8');
    for (const file of files) {
      if (file.path === '/index.html') continue;
      const options = { config: { access: 'public' }, schema: { hide: true } } as const;
      app.get(file.path, options, (request, reply) => sendFile(file, request, reply));
    }
    app.setNotFoundHandler(async (request, reply) => {
      const path = request.url.split('?')[0] ?? '/';
      const ours = request.method === 'GET' && !/^\/(api|fhir|auth|docs|signin|assets)(\/|$)|\.\w+$/.test(path);
      if (!ours || page === undefined) {
        return sendError(services.lab, request, reply, new LisError('NOT_FOUND', { what: 'This address' }));
      }
      // Who is signed in stands in it: it is nobody else's, and not for keeping.
      reply.header('Cache-Control', 'no-store').type('text/html; charset=utf-8');
      const session = await sessionFor(services.lab, request);
      return reply.send(page.replace('</head>', () => `${session}</head>`));
    });
  },
  { name: 'workbench' },
);

function sendFile(file: WebFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('Cache-Control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  reply.header('ETag', file.etag).header('Vary', 'Accept-Encoding').type(file.type);
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  const { encoding, bytes } = packedFor(file, String(request.headers['accept-encoding'] ?? ''));
  if (encoding !== undefined) reply.header('Content-Encoding', encoding);
  return reply.send(bytes);
}

/**
 * Who is signed in, written into the page: it need not ask before it asks for what it shows. Nothing where nobody is known
 * to be: a link on another site's page brings no cookie along, so the page asks by itself then.
 */
async function sessionFor(lab: Laboratory, { caller }: FastifyRequest): Promise<string> {
  if (caller?.kind !== 'person') return '';
  const user = await lab.collections.users.findOne({ _id: caller.username });
  if (user === null) return '';
  // Text of a script element ends at `</script`, whatever stands around it.
  const words = JSON.stringify(identityOf(lab, user)).replaceAll('<', '\\u003c');
  const mark = eventTrail(lab).mark();
  return `<script type="application/json" id="session" data-events="${mark}">${words}</script>`;
}
