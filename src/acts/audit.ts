import { isLisError } from '../errors.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { AuditDoc } from '../store/documents.ts';
import { hash } from './hash.ts';
import { inTurn } from './turn.ts';

/** What is written into the audit trail. */
export interface AuditEntry {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
  /** What it was made from (an act's id): the same source is written once. */
  readonly source?: string;
  /** The instant of the act; now when absent. */
  readonly at?: string;
}

/** Hash before the first entry. */
const noHash = '';
/** Tries when other nodes write at the same time. */
const mostTries = 50;

/**
 * Append an entry to the hash-chained audit trail. Resolves when it is on disk; an entry whose `source` is there already
 * adds nothing.
 */
export function appendAudit(lab: Laboratory, entry: AuditEntry): Promise<void> {
  return inTurn(lab.collections.audit, 'chain', () => append(lab, entry));
}

async function append(lab: Laboratory, entry: AuditEntry): Promise<void> {
  const { audit } = lab.collections;
  if (
    entry.source !== undefined &&
    (await audit.findOne({ source: entry.source }, { projection: { _id: 1 } })) !== null
  ) {
    return;
  }
  const at = entry.at ?? isoNow(lab);
  for (let attempt = 1; ; attempt += 1) {
    const head = await audit.findOne({}, { sort: { _id: -1 } });
    try {
      await audit.insertOne(chained(entry, at, head));
      return;
    } catch (thrown) {
      const raced = isLisError(thrown, 'STORE_DUPLICATE_KEY');
      if (raced && String(thrown.context.key).includes('source')) return;
      if (!raced || attempt >= mostTries) throw thrown;
    }
  }
}

function chained(entry: AuditEntry, at: string, head: AuditDoc | null): AuditDoc {
  const { actor, action, subject, before, after, reason, source } = entry;
  const content = {
    _id: String(Number(head?._id ?? 0) + 1).padStart(12, '0'),
    at,
    actor,
    action,
    subject,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(reason === undefined ? {} : { reason }),
    ...(source === undefined ? {} : { source }),
    previousHash: head?.hash ?? noHash,
  };
  return { ...content, hash: auditHash(content) };
}

/** The hash of an entry: over all of it but the hash, in canonical form. */
export function auditHash(entry: Omit<AuditDoc, 'hash'>): string {
  return hash(canonical(entry));
}

/** JSON with sorted keys: the same document gives the same text whatever store kept it. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
