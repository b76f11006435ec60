import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';

/** Whether the MongoDB half runs (test/store/mongo-setup.ts). */
export function hasMongo(): boolean {
  return inject('mongo') !== null;
}

/** The stores a test can run on. */
export function storeKinds(): readonly ('embedded' | 'mongodb')[] {
  return hasMongo() ? ['embedded', 'mongodb'] : ['embedded'];
}

/** A connection string with a database of its own. */
export async function mongoDatabase(): Promise<string> {
  const base = inject('mongo');
  if (base === null) throw new Error('no MongoDB server for tests');
  const url = new URL(base.replace(/^mongodb/, 'http'));
  url.pathname = `/cuvette-test-${randomBytes(6).toString('hex')}`;
  return url.href.replace(/^http/, 'mongodb');
}
