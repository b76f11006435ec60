import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the MongoDB half runs; null when there is no server. */
    mongo: string | null;
  }
}

const server = join(import.meta.dirname, '../../.cuvette/venv/bin/secantusd-py');

let stopServer = async (): Promise<void> => undefined;

/**
 * Vitest's global set-up: the MongoDB half of the tests runs on MONGODB_URI, else on the test server that
 * `scripts/mongo-test-server.sh` installed, started here on a free port; else it does not run, and that is said.
 */
export async function setup(project: TestProject): Promise<void> {
  const given = process.env.MONGODB_URI;
  if (given !== undefined && given !== '') {
    project.provide('mongo', given);
    return;
  }
  // Tests choose their store themselves; the product must not see a server that is only for them.
  if (!existsSync(server)) {
    project.provide('mongo', null);
    process.stderr.write('\nThe MongoDB half of the tests does NOT run: no MONGODB_URI, no test server.\n');
    process.stderr.write('Install it with scripts/mongo-test-server.sh (needs python3 and PyPI).\n\n');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'cuvette-mongo-'));
  const port = await freePort();
  const child = spawn(server, ['--port', String(port), '--storage-path', folder, '--sync-on-commit'], {
    stdio: 'ignore',
  });
  const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  try {
    await answering(uri, child);
    project.provide('mongo', uri);
  } catch (thrown) {
    project.provide('mongo', null);
    process.stderr.write(`\nThe MongoDB half of the tests does NOT run: ${String(thrown)}\n\n`);
  }
  stopServer = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Vitest calls this at the end. */
export async function teardown(): Promise<void> {
  await stopServer();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Resolves when the server answers a ping; rejects when it ended. */
async function answering(uri: string, child: ChildProcess): Promise<void> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 30_000 });
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the test server ended with ${code}`)));
  });
  try {
    await Promise.race([client.connect().then(() => client.db('admin').command({ ping: 1 })), ended]);
  } finally {
    await client.close();
  }
}
