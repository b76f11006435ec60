import type { FastifyRequest } from 'fastify';
import type { Actor, Role } from '../../domain/ids.ts';
import { LisError } from '../../errors.ts';
import type { Access } from '../rights.ts';

/** Who asks: a person with a session, or a system with a token. */
export type Caller =
  | {
      readonly kind: 'person';
      readonly username: string;
      readonly role: Role;
      readonly session: string;
      readonly sections?: readonly string[];
    }
  | { readonly kind: 'token'; readonly name: string; readonly scopes: readonly string[] };

declare module 'fastify' {
  interface FastifyRequest {
    /** Null when the request came without credentials. Set before any handler of /api runs. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** Who may call the route; each route under /api says so. */
    access?: Access;
  }
}

/** The person who asks. Throws AUTH_REQUIRED for none, AUTH_FORBIDDEN for a token. */
export function personOf(request: FastifyRequest): Extract<Caller, { kind: 'person' }> {
  const { caller } = request;
  if (caller === null) throw new LisError('AUTH_REQUIRED');
  if (caller.kind !== 'person') throw new LisError('AUTH_SCOPE');
  return caller;
}

/** The actor of what a request does. Only persons act. */
export function actorOf(request: FastifyRequest): Actor {
  const { username, role, sections } = personOf(request);
  return { username, role, ...(sections === undefined ? {} : { sections }) };
}
