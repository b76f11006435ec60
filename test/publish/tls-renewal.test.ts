import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer as createTlsServer } from 'node:tls';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConfigured } from '../../src/cli/open-lab.ts';
import { runLaboratory } from '../../src/cli/running.ts';
import { labConfigSchema } from '../../src/laboratory/config.ts';
import { createMllpClient } from '../../src/publish/hl7/mllp-client.ts';
import { callHttp } from '../../src/publish/http-client.ts';
import { listenTcp } from '../../src/transport/tcp-listen.ts';
import { until } from '../journeys/until.ts';
import { type Authority, type Issued, makeAuthority } from './certificates.ts';
import { ack } from './hl7-receiver.ts';

let folder: string;
let ours: Authority;
let theirs: Authority;
let first: Issued;
let second: Issued;
const file = (name: string): string => join(folder, name);

async function put(name: string, { cert, key }: Issued): Promise<void> {
  await writeFile(file(`${name}.key`), key);
  await writeFile(file(`${name}.pem`), cert);
}
const numberOf = ({ cert }: Issued): string => new X509Certificate(cert).serialNumber;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cuvette-renewal-'));
  ours = await makeAuthority('Ours');
  theirs = await makeAuthority('Theirs');
  first = await ours.issue('127.0.0.1');
  second = await ours.issue('127.0.0.1');
  await writeFile(file('ours.pem'), ours.cert);
  await writeFile(file('theirs.pem'), theirs.cert);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Serial number of the certificate a port shows, or the code of what went wrong. */
function shownAt(port: number, shows?: Issued): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ca: ours.cert, ...shows }, () => {
      resolve(socket.getPeerX509Certificate()?.serialNumber ?? '');
      socket.end();
    });
    socket.once('error', (thrown: NodeJS.ErrnoException) => resolve(thrown.code ?? thrown.message));
  });
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('certificates renewed while we run', () => {
  test('a laboratory shows the new one without a restart; one that is no use changes nothing and is an error in the log', async () => {
    await put('http', first);
    const logged: { level: number; code?: string; files?: string[] }[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
    const config = labConfigSchema.parse({
      http: { port: 0, tls: { key: file('http.key'), cert: file('http.pem') } },
      store: { embedded: file('store') },
    });
    const running = await runLaboratory(await openConfigured(config, file('store'), 'serve', log));
    try {
      const port = Number(new URL(running.url).port);
      expect(await shownAt(port)).toBe(numberOf(first));
      // The key came, the certificate has not yet.
      await writeFile(file('http.key'), second.key);
      for (let ask = 0; ask < 3; ask += 1) expect(await shownAt(port)).toBe(numberOf(first));
      expect(logged.filter(({ code }) => code === 'CONFIG_TLS_INVALID')).toMatchObject([{ level: 50 }]);
      await writeFile(file('http.pem'), second.cert);
      expect(await shownAt(port)).toBe(numberOf(second));
      expect(logged.some(({ level, files }) => level === 30 && files?.includes(file('http.pem')))).toBe(true);
      await rm(file('http.pem'));
      expect(await shownAt(port)).toBe(numberOf(second));
      expect(logged.filter(({ code }) => code === 'CONFIG_UNREADABLE')).toHaveLength(1);
    } finally {
      await running.close();
    }
  });

  test('a port for orders or an analyzer shows the new one, and asks for certificates of the new authority', async () => {
    await put('mllp', first);
    await writeFile(file('clients.pem'), ours.cert);
    const said: string[] = [];
    const transport = listenTcp(
      {
        host: '127.0.0.1',
        port: 0,
        tls: { key: file('mllp.key'), cert: file('mllp.pem'), clientCa: file('clients.pem') },
      },
      {
        onUp: () => void said.push('up'),
        onBytes: () => undefined,
        onDown: () => undefined,
        onTrouble: ({ code }) => void said.push(code),
      },
    );
    try {
      await until('a port', () => !transport.address().endsWith(':0'));
      const port = Number(transport.address().split(':')[1]);
      const [known, other] = [await ours.issue('his'), await theirs.issue('his')];
      expect(await shownAt(port, known)).toBe(numberOf(first));
      await until('the line up', () => said.includes('up'));
      await put('mllp', second);
      await writeFile(file('clients.pem'), theirs.cert);
      said.length = 0;
      expect(await shownAt(port, other)).toBe(numberOf(second));
      await until('the line up again', () => said.includes('up'));
      await shownAt(port, known);
      await until('who was let in before is turned away', () => said.includes('TLS_REFUSED'));
    } finally {
      await transport.close();
    }
  });

  test('a recipient is shown the new one at the next connection; the one before while that is no use', async () => {
    const mutual = { cert: first.cert, key: first.key, ca: theirs.cert, requestCert: true, rejectUnauthorized: true };
    const web = createHttpsServer(mutual, (_request, answer) => answer.end('{}'));
    const hl7 = createTlsServer(mutual, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', (bytes) =>
        socket.write(`\u000b${ack('AA', bytes.toString('utf8').split('|')[9] ?? '')}\u001c\r`),
      );
    });
    for (const server of [web, hl7]) server.on('tlsClientError', () => undefined);
    const url = `https://127.0.0.1:${await listening(web)}/`;
    const address = `127.0.0.1:${await listening(hl7)}`;
    const tls = { ca: file('ours.pem'), cert: file('own.pem'), key: file('own.key') };
    const called = (): Promise<string> =>
      callHttp({ method: 'GET', url, timeoutMs: 3000, tls }).then(
        ({ status }) => String(status),
        (thrown: Error) => thrown.message,
      );
    const sent = async (): Promise<string> => {
      const client = createMllpClient({ address, ackTimeoutMs: 3000, enhanced: false, tls });
      const message = new TextEncoder().encode('MSH|^~\\&|A|B|C|D|1||ORU^R01|CTRL1|P|2.5.1\r');
      const outcome = await client.send(message, 'CTRL1', AbortSignal.timeout(5000));
      client.close();
      return outcome.kind === 'accepted' ? 'accepted' : (outcome.text ?? '');
    };
    try {
      await put('own', await ours.issue('lab'));
      expect([await called(), await sent()]).not.toContain('accepted');
      await put('own', await theirs.issue('lab'));
      expect([await called(), await sent()]).toEqual(['200', 'accepted']);
      await writeFile(file('own.pem'), 'half a certif');
      expect([await called(), await sent()]).toEqual(['200', 'accepted']);
    } finally {
      web.close();
      hl7.close();
    }
  });
});
