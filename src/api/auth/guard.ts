import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { LisError } from '../../errors.ts';
import { type Access, roleMay, tokenRights } from '../rights.ts';
import type { Services } from '../services.ts';
import { findAccessToken } from './access-tokens.ts';
import type { Caller } from './caller.ts';
import { covers } from './scopes.ts';
import { secretHash } from './secrets.ts';
import { findSession } from './sessions.ts';
import { findToken } from './tokens.ts';

export const sessionCookie = 'cuvette_session';

/**
 * Finds out who asks, before the body is read, and refuses: another site's page (403), no or wrong credentials (401), a
 * role or scope that is not enough (403). A route under /api that does not say who may call it stops the start.
 */
export const guardPlugin = fp(
  async (app: FastifyInstance, services: Services) => {
    app.decorateRequest('caller', null);
    app.addHook('onRoute', (route) => {
      if (/^\/api(\/|$)/.test(route.url) && route.config?.access === undefined) {
        throw new Error(`${String(route.method)} ${route.url} does not say who may call it`);
      }
    });
    app.addHook('onRequest', async (request) => {
      requireOwnOrigin(request);
      const access = request.routeOptions.config.access ?? accessOf(request);
      if (access === 'public') return;
      request.caller = await findCaller(services, request);
      if (access !== undefined) requireAccess(request.caller, access);
    });
  },
  { name: 'guard', dependencies: ['@fastify/cookie'] },
);

/** Addresses under /api that do not exist are not told to strangers. */
function accessOf(request: FastifyRequest): Access | undefined {
  return /^\/api([/?]|$)/.test(request.url) ? 'caller' : undefined;
}

/** A browser names the page that asks; a page of another site has no business here. */
function requireOwnOrigin(request: FastifyRequest): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  let host: string;
  try {
    host = new URL(origin).host;
  } catch {
    throw new LisError('AUTH_ORIGIN');
  }
  if (host.toLowerCase() !== request.host.toLowerCase()) throw new LisError('AUTH_ORIGIN');
}

async function findCaller(services: Services, request: FastifyRequest): Promise<Caller | null> {
  const { lab } = services;
  const authorization = request.headers.authorization;
  if (authorization !== undefined) {
    const bearer = /^Bearer +([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(authorization)?.[1];
    if (bearer === undefined) return null;
    const token = (await findToken(lab, bearer)) ?? (await findAccessToken(lab, bearer));
    return token === null ? null : { kind: 'token', name: token.name, scopes: token.scopes };
  }
  const secret = request.cookies[sessionCookie];
  if (secret === undefined || secret === '') return null;
  // The workbench marks what it asks for by itself: only a person's requests keep a session from ending.
  const touch = request.headers['x-background'] === undefined;
  const session = await findSession(lab, secretHash(secret), touch);
  if (session === null) return null;
  const user = await lab.collections.users.findOne({ _id: session.username });
  if (user === null || user.disabled === true) return null;
  return {
    kind: 'person',
    username: user._id,
    role: user.role,
    session: session._id,
    ...(user.sections === undefined ? {} : { sections: user.sections }),
  };
}

/** Throws AUTH_REQUIRED, AUTH_FORBIDDEN or AUTH_SCOPE. */
export function requireAccess(caller: Caller | null, access: Access): void {
  if (access === 'public') return;
  if (caller === null) throw new LisError('AUTH_REQUIRED');
  if (access === 'caller') return;
  if (caller.kind === 'token') {
    const need = access === 'person' ? undefined : tokenRights[access];
    const covered = need?.types.every((type) => covers(caller.scopes, type, need.interaction)) ?? false;
    if (!covered) throw new LisError('AUTH_SCOPE');
    return;
  }
  if (access !== 'person' && !roleMay(caller.role, access)) throw new LisError('AUTH_FORBIDDEN', { right: access });
}
