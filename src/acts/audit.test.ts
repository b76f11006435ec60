import { afterEach, describe, expect, it } from 'vitest';
import { openTestLaboratory, type TestLaboratory } from '../../test/laboratory.ts';
import type { AuditDoc } from '../store/documents.ts';
import { appendAudit, auditHash } from './audit.ts';

const open: TestLaboratory[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function laboratory(): Promise<TestLaboratory> {
  const made = await openTestLaboratory();
  open.push(made);
  return made;
}

const entryOf = (at: number) => ({ actor: 'token:emr', action: 'read', subject: `A${at}` });

async function trail({ lab }: TestLaboratory): Promise<AuditDoc[]> {
  return lab.collections.audit.find({}, { sort: { _id: 1 } }).toArray();
}

function expectChained(entries: readonly AuditDoc[]): void {
  let previousHash = '';
  for (const { hash, ...content } of entries) {
    expect(content.previousHash).toBe(previousHash);
    expect(hash).toBe(auditHash(content));
    previousHash = hash;
  }
}

describe('the audit trail', () => {
  it('takes many entries at once into one unbroken chain, in their order, with few writes', async () => {
    const made = await laboratory();
    const { audit } = made.lab.collections;
    const before = (await trail(made)).length;
    let writes = 0;
    const counting = {
      ...made.lab,
      collections: {
        ...made.lab.collections,
        audit: new Proxy(audit, {
          get(target, name) {
            if (name === 'insertMany' || name === 'insertOne') writes += 1;
            const member: unknown = Reflect.get(target, name, target);
            return typeof member === 'function' ? member.bind(target) : member;
          },
        }),
      },
    };
    await Promise.all(Array.from({ length: 60 }, (_each, at) => appendAudit(counting, entryOf(at))));
    const entries = await trail(made);
    expect(entries.slice(before).map((each) => each.subject)).toEqual(
      Array.from({ length: 60 }, (_each, at) => `A${at}`),
    );
    expectChained(entries);
    expect(writes).toBeLessThan(10);
  });

  it('writes a source once, also when it comes twice in one write', async () => {
    const made = await laboratory();
    const before = (await trail(made)).length;
    const twice = { ...entryOf(1), source: 'act:1' };
    await Promise.all([appendAudit(made.lab, twice), appendAudit(made.lab, twice), appendAudit(made.lab, entryOf(2))]);
    await appendAudit(made.lab, twice);
    const entries = await trail(made);
    expect(entries.slice(before).map((each) => each.subject)).toEqual(['A1', 'A2']);
    expectChained(entries);
  });

  it('chains anew what another node overtook, and doubles nothing that was written', async () => {
    const made = await laboratory();
    const { audit } = made.lab.collections;
    const before = (await trail(made)).length;
    // As MongoDB may leave it: the first of a write is there, then another node's entry stands in the way.
    let raced = false;
    const racing = {
      ...made.lab,
      collections: {
        ...made.lab.collections,
        audit: new Proxy(audit, {
          get(target, name) {
            if (name === 'insertMany' && !raced) {
              return async (documents: readonly AuditDoc[]) => {
                raced = true;
                const [first] = documents;
                if (first === undefined) return;
                await target.insertOne(first);
                await appendAudit(made.lab, { ...entryOf(0), subject: 'other node' });
                await target.insertMany(documents.slice(1));
              };
            }
            const member: unknown = Reflect.get(target, name, target);
            return typeof member === 'function' ? member.bind(target) : member;
          },
        }),
      },
    };
    await Promise.all([1, 2, 3].map((at) => appendAudit(racing, entryOf(at))));
    const entries = await trail(made);
    expect(entries.slice(before).map((each) => each.subject)).toEqual(['A1', 'other node', 'A2', 'A3']);
    expectChained(entries);
  });
});
