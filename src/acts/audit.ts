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

/** Entries that wait for their turn: what comes while the disk flushes goes with the next flush, together. */
interface Waiting {
  readonly entry: AuditEntry;
  readonly done: () => void;
  readonly failed: (thrown: unknown) => void;
}
const waiting = new WeakMap<object, Waiting[]>();
/** Entries in one write. */
const mostTogether = 200;

/**
 * Append an entry to the hash-chained audit trail. Resolves when it is on disk; an entry whose `source` is there already
 * adds nothing.
 */
export function appendAudit(lab: Laboratory, entry: AuditEntry): Promise<void> {
  const { audit } = lab.collections;
  const list = waiting.get(audit) ?? [];
  waiting.set(audit, list);
  return new Promise((done, failed) => {
    list.push({ entry: { ...entry, at: entry.at ?? isoNow(lab) }, done, failed });
    void inTurn(audit, 'chain', async () => {
      const turn = list.splice(0, mostTogether);
      if (turn.length === 0) return;
      try {
        await append(
          lab,
          turn.map((each) => each.entry),
        );
        for (const each of turn) each.done();
      } catch (thrown) {
        for (const each of turn) each.failed(thrown);
      }
    });
  });
}

async function append(lab: Laboratory, entries: readonly AuditEntry[]): Promise<void> {
  const { audit } = lab.collections;
  let left = await fresh(lab, entries);
  for (let attempt = 1; left.length > 0; attempt += 1) {
    let head = await audit.findOne({}, { sort: { _id: -1 } });
    const made = left.map((entry) => {
      head = chained(entry, entry.at ?? isoNow(lab), head);
      return head;
    });
    try {
      await audit.insertMany(made);
      return;
    } catch (thrown) {
      if (!isLisError(thrown, 'STORE_DUPLICATE_KEY') || attempt >= mostTries) throw thrown;
      // Another node wrote at the same time: what of ours was written before it stays, the rest is chained anew.
      const written = await Promise.all(
        made.map(async (each) => (await audit.findOne({ _id: each._id }))?.hash === each.hash),
      );
      left = await fresh(
        lab,
        left.filter((_entry, at) => written[at] !== true),
      );
    }
  }
}

/** Entries whose source is not in the trail yet, each source once. */
async function fresh(lab: Laboratory, entries: readonly AuditEntry[]): Promise<AuditEntry[]> {
  const seen = new Set<string>();
  const found: AuditEntry[] = [];
  for (const entry of entries) {
    const { source } = entry;
    if (source !== undefined) {
      if (seen.has(source)) continue;
      seen.add(source);
      if ((await lab.collections.audit.findOne({ source }, { projection: { _id: 1 } })) !== null) continue;
    }
    found.push(entry);
  }
  return found;
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
