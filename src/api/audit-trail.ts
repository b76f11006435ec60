import type { FastifyRequest } from 'fastify';
import { appendAudit } from '../acts/audit.ts';
import type { Laboratory } from '../laboratory/context.ts';

/** What a person or system did beside the acts on specimens, which write their own entries. */
export interface Deed {
  readonly actor: string;
  readonly action: string;
  /** An accession, an observation, a patient or a user. */
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
}

/** Write it into the audit trail. Resolves when it is on disk. */
export async function recordAudit(lab: Laboratory, deed: Deed): Promise<void> {
  await appendAudit(lab, deed);
}

/** What a system read of a patient is kept; what a person reads in the course of work is not. */
export async function recordTokenRead(lab: Laboratory, request: FastifyRequest, subject: string): Promise<void> {
  const { caller } = request;
  if (caller?.kind === 'token') await recordAudit(lab, { actor: `token:${caller.name}`, action: 'read', subject });
}
