import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { FastifyHelmetOptions } from '@fastify/helmet';
import Fastify, { type FastifyInstance, type FastifyServerFactory } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import type { Laboratory } from '../laboratory/context.ts';
import { sendProblem } from '../publish/fhir/outcome.ts';
import { type ServerTls, tlsTrouble } from '../transport/tls.ts';
import { serverFiles } from '../transport/tls-files.ts';
import { sendError } from './errors.ts';

/**
 * The bare server: ceilings, TLS where lab.yaml names key and certificate, no log of requests (an address may hold a
 * patient's name). Throws CONFIG_UNREADABLE, CONFIG_TLS_INVALID.
 */
export function createServer(lab: Laboratory): FastifyInstance {
  const { tls } = lab.config.http;
  const serverFactory: FastifyServerFactory = tls === undefined ? createHttpServer : secureFactory(lab, tls);
  const app: FastifyInstance = Fastify({
    logger: false,
    bodyLimit: 1_048_576,
    routerOptions: { maxParamLength: 400 },
    serverFactory,
    // What fails before there is a route: an address that can't be read.
    frameworkErrors: (thrown, request, reply) => {
      if (request.url.startsWith('/fhir/R4')) sendProblem(lab.log, reply, thrown);
      else sendError(lab, request, reply, thrown);
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  // What is sent was named field by field; the schemas of answers document it and are checked by the tests.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  acceptEmptyBodies(app);
  return app;
}

/** A client that is turned away during the handshake never reaches a route: the log says why. */
function secureFactory(lab: Laboratory, tls: ServerTls): FastifyServerFactory {
  const files = serverFiles(tls);
  return (handler) => {
    const server = createHttpsServer(files.options, handler);
    files.follow(server);
    server.on('tlsClientError', (thrown, socket) => {
      const trouble = tlsTrouble(socket.remoteAddress ?? '?', thrown, socket.authorizationError);
      if (trouble !== null) lab.log.warn({ code: trouble.code, detail: trouble.message }, 'a client was turned away');
    });
    return server;
  };
}

/** An action without a body may still say that its body is JSON: many clients always do. */
function acceptEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, String(body), done);
  });
}

/** Headers of every answer. The workbench is bundled: no script but ours; styles may be set by its components. */
export function securityHeaders(tls: boolean): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: tls ? { maxAge: 15_552_000 } : false,
  };
}
