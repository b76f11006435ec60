import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMllpClient } from '../../src/publish/hl7/mllp-client.ts';
import { openTestLaboratory } from '../laboratory.ts';
import { type Issued, makeAuthority } from './certificates.ts';
import { ack } from './hl7-receiver.ts';

let folder: string;
let ours: { ca: string; server: Issued; client: Issued };
let foreign: Issued;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cuvette-tls-'));
  const authority = await makeAuthority('Cuvette test CA');
  ours = { ca: authority.cert, server: await authority.issue('127.0.0.1'), client: await authority.issue('emr') };
  foreign = await (await makeAuthority('Someone else')).issue('127.0.0.1');
  const files = {
    'ca.pem': ours.ca,
    'server.pem': ours.server.cert,
    'server.key': ours.server.key,
    'client.pem': ours.client.cert,
    'client.key': ours.client.key,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(file(name), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** HTTP status, or the code of what went wrong. */
function ask(port: number, tls: object): Promise<string> {
  return new Promise((resolve) => {
    const asking = request({ host: '127.0.0.1', port, path: '/fhir/R4/metadata', agent: false, ...tls }, (answer) => {
      answer.resume().once('end', () => resolve(String(answer.statusCode)));
    });
    asking.once('error', (thrown: NodeJS.ErrnoException) => resolve(thrown.code ?? thrown.message));
    asking.end();
  });
}

describe('TLS', () => {
  test('HTTP with a certificate; with an authority for clients only those who show one of its certificates', async () => {
    for (const mutual of [false, true]) {
      const tls = {
        key: file('server.key'),
        cert: file('server.pem'),
        ...(mutual ? { clientCa: file('ca.pem') } : {}),
      };
      const laboratory = await openTestLaboratory({ http: { tls } });
      try {
        const app = await laboratory.app();
        const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
        const shown = { ca: ours.ca, cert: ours.client.cert, key: ours.client.key };
        expect(await ask(port, shown)).toBe('200');
        expect(await ask(port, { ca: foreign.cert })).not.toBe('200');
        const bare = await ask(port, { ca: ours.ca });
        if (mutual) expect(bare).not.toBe('200');
        else expect(bare).toBe('200');
        const stranger = await ask(port, { ca: ours.ca, cert: foreign.cert, key: foreign.key });
        if (mutual) expect(stranger).not.toBe('200');
        const old = await ask(port, { ...shown, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' });
        expect(old).not.toBe('200');
      } finally {
        await laboratory.close();
      }
    }
  });

  test('MLLP over mutual TLS: sends to whom the authority vouches for, and to nobody else', async () => {
    const serve = async (server: Issued): Promise<{ port: number; close: () => void }> => {
      const listening = createServer(
        { cert: server.cert, key: server.key, ca: ours.ca, requestCert: true, rejectUnauthorized: true },
        (socket) => {
          socket.on('error', () => socket.destroy());
          socket.on('data', (bytes) => {
            const controlId = bytes.toString('utf8').split('|')[9] ?? '';
            socket.write(`\u000b${ack('AA', controlId)}\u001c\r`);
          });
        },
      );
      listening.on('tlsClientError', () => undefined);
      await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
      const address = listening.address();
      return {
        port: typeof address === 'object' && address !== null ? address.port : 0,
        close: () => listening.close(),
      };
    };
    const message = new TextEncoder().encode('MSH|^~\\&|A|B|C|D|1||ORU^R01|CTRL1|P|2.5.1\r');
    const tls = { ca: file('ca.pem'), cert: file('client.pem'), key: file('client.key') };
    const send = async (port: number, files: object): Promise<string> => {
      const client = createMllpClient({
        address: `127.0.0.1:${port}`,
        ackTimeoutMs: 2000,
        enhanced: false,
        tls: files,
      });
      try {
        return (await client.send(message, 'CTRL1', AbortSignal.timeout(5000))).kind;
      } finally {
        client.close();
      }
    };
    const good = await serve(ours.server);
    const bad = await serve(foreign);
    try {
      expect(await send(good.port, tls)).toBe('accepted');
      expect(await send(good.port, { ca: file('ca.pem') })).toBe('unreachable');
      expect(await send(bad.port, tls)).toBe('unreachable');
      expect(await send(good.port, { ...tls, ca: file('missing.pem') })).toBe('unreachable');
      expect(await readFile(file('ca.pem'), 'utf8')).toContain('CERTIFICATE');
    } finally {
      good.close();
      bad.close();
    }
  });
});
