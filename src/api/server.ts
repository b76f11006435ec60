import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { FastifyHelmetOptions } from '@fastify/helmet';
import Fastify, { type FastifyInstance, type FastifyServerFactory } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { LisError } from '../errors.ts';
import type { Laboratory } from '../laboratory/context.ts';

/**
 * The bare server: ceilings, TLS where lab.yaml names key and certificate, no log of requests (an address may hold a
 * patient's name). Throws CONFIG_UNREADABLE.
 */
export function createServer(lab: Laboratory): FastifyInstance {
  const tls = readTls(lab);
  const serverFactory: FastifyServerFactory = (handler) =>
    tls === null ? createHttpServer(handler) : createHttpsServer(tls, handler);
  const app: FastifyInstance = Fastify({
    logger: false,
    bodyLimit: 1_048_576,
    routerOptions: { maxParamLength: 400 },
    serverFactory,
  });
  app.setValidatorCompiler(validatorCompiler);
  // What is sent was named field by field; the schemas of answers document it and are checked by the tests.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  acceptEmptyBodies(app);
  return app;
}

/** TLS 1.2 and newer; with `clientCa` only for those who show a certificate of that authority. */
function readTls(lab: Laboratory): ServerOptions | null {
  const { tls } = lab.config.http;
  if (tls === undefined) return null;
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (thrown) {
      throw new LisError('CONFIG_UNREADABLE', { file, detail: thrown instanceof Error ? thrown.message : '' }, thrown);
    }
  };
  return {
    key: read(tls.key),
    cert: read(tls.cert),
    minVersion: 'TLSv1.2',
    ...(tls.clientCa === undefined ? {} : { ca: read(tls.clientCa), requestCert: true, rejectUnauthorized: true }),
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
