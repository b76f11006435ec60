import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpsServer, request } from 'node:https';
import type { Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, createServer } from 'node:tls';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkTls } from '../../src/cli/check-tls.ts';
import { readConfig } from '../../src/cli/config-file.ts';
import { openLines } from '../../src/connection/lines.ts';
import { labConfigSchema } from '../../src/laboratory/config.ts';
import type { Laboratory } from '../../src/laboratory/context.ts';
import { listenForOrders } from '../../src/orders/listen.ts';
import { createMllpClient } from '../../src/publish/hl7/mllp-client.ts';
import { callHttp } from '../../src/publish/http-client.ts';
import { dialTcp } from '../../src/transport/tcp-connect.ts';
import type { ClientTls } from '../../src/transport/tls.ts';
import { until } from '../journeys/until.ts';
import { openTestLaboratory, type TestLaboratory } from '../laboratory.ts';
import { type Issued, makeAuthority } from './certificates.ts';
import { ack } from './hl7-receiver.ts';

let folder: string;
let laboratory: TestLaboratory;
/** What the laboratory's log says, line by line. */
const logged: string[] = [];
let lab: Laboratory;
const file = (name: string): string => join(folder, name);
/** Certificates by who shows them: of our authority in order, of ours and over, of another authority. */
const issued: Record<'server' | 'elsewhere' | 'oldServer' | 'client' | 'oldClient' | 'stranger', Issued> = {
  server: { cert: '', key: '' },
  elsewhere: { cert: '', key: '' },
  oldServer: { cert: '', key: '' },
  client: { cert: '', key: '' },
  oldClient: { cert: '', key: '' },
  stranger: { cert: '', key: '' },
};
let ca = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cuvette-tls-'));
  const authority = await makeAuthority('Cuvette test CA');
  ca = authority.cert;
  issued.server = await authority.issue('127.0.0.1');
  issued.elsewhere = await authority.issue('10.9.8.7');
  issued.oldServer = await authority.issue('127.0.0.1', -1);
  issued.client = await authority.issue('his', 90);
  issued.oldClient = await authority.issue('his', -1);
  issued.stranger = await (await makeAuthority('Someone else')).issue('127.0.0.1');
  await writeFile(file('ca.pem'), ca);
  for (const [name, { cert, key }] of Object.entries(issued)) {
    await writeFile(file(`${name}.pem`), cert);
    await writeFile(file(`${name}.key`), key);
  }
  laboratory = await openTestLaboratory();
  lab = { ...laboratory.lab, log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }) };
});
afterAll(async () => {
  await laboratory.close();
  await rm(folder, { recursive: true, force: true });
});

const served = (mutual: boolean) => ({
  key: file('server.key'),
  cert: file('server.pem'),
  ...(mutual ? { clientCa: file('ca.pem') } : {}),
});
const shows = (who: Issued): ConnectionOptions => ({ ca, cert: who.cert, key: who.key });

const untrusted = 'not of an authority that is trusted here';
/** Who is turned away by a port that asks for certificates, and what is said about it. */
const turnedAway = (): (readonly [string, ConnectionOptions, string])[] => [
  ['without a certificate', { ca }, 'showed no certificate'],
  ['with one of another authority', shows(issued.stranger), untrusted],
  ['with one that is over', shows(issued.oldClient), 'has expired'],
];

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

const portOf = (server: NetServer): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

describe('HTTP over TLS', () => {
  async function listening(mutual: boolean) {
    const config = { ...lab.config, http: { ...lab.config.http, tls: served(mutual) } };
    const app = await laboratory.app({ lab: { ...lab, config } });
    return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
  }

  test('answers who trusts its certificate, with TLS 1.2 or newer', async () => {
    const port = await listening(false);
    expect(await ask(port, { ca })).toBe('200');
    expect(await ask(port, { ca: issued.stranger.cert })).not.toBe('200');
    expect(await ask(port, { ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).not.toBe('200');
  });

  test('with an authority for clients, answers those alone who show one of its certificates, and logs the others', async () => {
    const port = await listening(true);
    expect(await ask(port, shows(issued.client))).toBe('200');
    for (const [who, options, words] of turnedAway()) {
      logged.length = 0;
      expect(await ask(port, options), who).not.toBe('200');
      await until(`a line about a client ${who}`, () => logged.some((line) => line.includes(words)));
      expect(logged.find((line) => line.includes(words))).toContain('TLS_REFUSED');
    }
  });
});

/** One order over MLLP; resolves with the answer, or with '' when the connection ends without one. */
function order(port: number, control: string, options: ConnectionOptions): Promise<string> {
  const message = [
    `MSH|^~\\&|HIS|BV|LIS|XN|20261125080000||ADT^A04|${control}|P|2.5.1`,
    `EVN|A04|20261125080000`,
    `PID|1||TLS-${control}^^^BV^MR||Nguyễn^Đào^Thị||19860412|F`,
    'PV1|1|O',
  ].join('\r');
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port, ...options }, () => {
      socket.write(`\u000b${message}\r\u001c\r`);
    });
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
      if (answer.includes('\u001c')) socket.end();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(answer));
  });
}

describe('orders over MLLP and TLS', () => {
  async function listening(mutual: boolean) {
    const listener = await listenForOrders(lab, { host: '127.0.0.1', listen: 0, tls: served(mutual) });
    await until('a port', () => !listener.address().endsWith(':0'));
    return { port: Number(listener.address().split(':')[1]), close: listener.close };
  }
  const known = (control: string) => lab.collections.patients.findOne({ _id: `TLS-${control}` });

  test('are taken from who trusts our certificate', async () => {
    const { port, close } = await listening(false);
    try {
      expect(await order(port, 'ONE', { ca })).toContain('MSA|AA|ONE');
      expect(await known('ONE')).not.toBeNull();
      expect(await order(port, 'TWO', { ca: issued.stranger.cert })).toBe('');
    } finally {
      await close();
    }
  });

  test('with an authority for clients are taken from those alone who show one of its certificates', async () => {
    const { port, close } = await listening(true);
    try {
      expect(await order(port, 'MUTUAL', shows(issued.client))).toContain('MSA|AA|MUTUAL');
      for (const [position, [who, options, words]] of turnedAway().entries()) {
        logged.length = 0;
        expect(await order(port, `NO${position}`, options), who).toBe('');
        await until(`a line about a sender ${who}`, () => logged.some((line) => line.includes(words)));
        expect(logged.find((line) => line.includes(words))).toContain('TLS_REFUSED');
        expect(await known(`NO${position}`)).toBeNull();
      }
      expect(await order(port, 'AGAIN', shows(issued.client))).toContain('MSA|AA|AGAIN');
    } finally {
      await close();
    }
  });

  test('do not start with files that are no use', async () => {
    const tls = { ...served(true), key: file('stranger.key') };
    await expect(listenForOrders(lab, { host: '127.0.0.1', listen: 0, tls })).rejects.toMatchObject({
      code: 'CONFIG_TLS_INVALID',
      message: expect.stringContaining('the key is not the key of this certificate'),
    });
    const absent = { ...served(true), clientCa: file('absent.pem') };
    await expect(listenForOrders(lab, { host: '127.0.0.1', listen: 0, tls: absent })).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
    });
  });
});

describe('a receiver over MLLP and TLS', () => {
  async function receiver(shown: Issued) {
    const server = createServer(
      { cert: shown.cert, key: shown.key, ca, requestCert: true, rejectUnauthorized: true },
      (socket) => {
        socket.on('error', () => socket.destroy());
        socket.on('data', (bytes) => {
          const controlId = bytes.toString('utf8').split('|')[9] ?? '';
          socket.write(`\u000b${ack('AA', controlId)}\u001c\r`);
        });
      },
    );
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  async function sent(shown: Issued, tls: ClientTls): Promise<string> {
    const server = await receiver(shown);
    const address = `127.0.0.1:${portOf(server)}`;
    const client = createMllpClient({ address, ackTimeoutMs: 3000, enhanced: false, tls });
    const message = new TextEncoder().encode('MSH|^~\\&|A|B|C|D|1||ORU^R01|CTRL1|P|2.5.1\r');
    try {
      const outcome = await client.send(message, 'CTRL1', AbortSignal.timeout(5000));
      return outcome.kind === 'accepted' ? outcome.kind : (outcome.text ?? '');
    } finally {
      client.close();
      server.close();
    }
  }

  test('gets reports when both sides know each other; else the delivery says which certificate is the trouble', async () => {
    const ours = { ca: file('ca.pem'), cert: file('client.pem'), key: file('client.key') };
    expect(await sent(issued.server, ours)).toBe('accepted');
    expect(await sent(issued.stranger, ours)).toContain(untrusted);
    expect(await sent(issued.oldServer, ours)).toContain('has expired');
    expect(await sent(issued.elsewhere, ours)).toContain('is for another name');
    expect(await sent(issued.elsewhere, { ...ours, serverName: 'his.bv.vn' })).toContain('is for another name');
    expect(await sent(issued.server, { ca: file('ca.pem') })).toContain('it wants a certificate of us');
    expect(await sent(issued.server, { ...ours, ca: file('absent.pem') })).toContain('can not be read');
  });

  test('the same words stand where a FHIR server is dialled', async () => {
    for (const [shown, words] of [
      [issued.stranger, untrusted],
      [issued.oldServer, 'has expired'],
    ] as const) {
      const server = createHttpsServer({ cert: shown.cert, key: shown.key }, (_request, answer) => answer.end('{}'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `https://127.0.0.1:${portOf(server)}/metadata`;
      const call = { method: 'GET', url, timeoutMs: 3000, tls: { ca: file('ca.pem') } } as const;
      await expect(callHttp(call)).rejects.toMatchObject({
        code: 'TLS_REFUSED',
        message: expect.stringContaining(words),
      });
      server.close();
    }
  });
});

describe('a FHIR server that asks for our certificate', () => {
  test('is called when we show one of its authority, and says so when we show none', async () => {
    const server = createHttpsServer(
      { cert: issued.server.cert, key: issued.server.key, ca, requestCert: true, rejectUnauthorized: true },
      (_request, answer) => answer.end('{}'),
    );
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${portOf(server)}/metadata`;
    const call = { method: 'GET', url, timeoutMs: 3000 } as const;
    const trust = { ca: file('ca.pem') };
    const ours = { ...trust, cert: file('client.pem'), key: file('client.key') };
    try {
      expect(await callHttp({ ...call, tls: ours })).toEqual({ status: 200, text: '{}' });
      await expect(callHttp({ ...call, tls: trust })).rejects.toThrow('it wants a certificate of us');
      const stranger = { ...trust, cert: file('stranger.pem'), key: file('stranger.key') };
      await expect(callHttp({ ...call, tls: stranger })).rejects.toThrow();
    } finally {
      server.close();
    }
  });
});

describe("an analyzer's line over TLS", () => {
  test('where we listen, lets in who shows a certificate and says who was turned away', async () => {
    const tcp = { listen: 0, host: '127.0.0.1', tls: served(true) };
    const config = labConfigSchema.parse({ analyzers: [{ id: 'xn-1', driver: 'sysmex/xn-1000', tcp }] });
    const lines = await openLines(
      { ...lab, config: { ...lab.config, analyzers: config.analyzers } },
      { accept: () => Promise.reject(new Error('nothing is sent here')) },
      { spoolFolder: file('spool') },
    );
    const status = () => lines.get('xn-1') ?? expect.unreachable('no such line');
    await until('a port', () => !status().address.endsWith(':0'));
    const port = Number(status().address.split(':')[1]);
    const dial = (options: ConnectionOptions) => {
      const socket = connect({ host: '127.0.0.1', port, ...options });
      socket.on('error', () => undefined);
      return socket;
    };
    try {
      const refused = dial(shows(issued.oldClient));
      await until('the trouble on the line', () => status().detail?.includes('has expired'));
      expect(status().state).toBe('down');
      refused.destroy();
      const taken = dial(shows(issued.client));
      await until('the line up', () => status().state === 'up');
      taken.destroy();
      await until('the line down', () => status().state === 'down');
    } finally {
      await lines.close();
    }
  });

  test('where we dial, trusts the right one and says what is wrong with another', async () => {
    for (const [shown, expected] of [
      [issued.server, 'up'],
      [issued.stranger, untrusted],
    ] as const) {
      const server = createServer({ cert: shown.cert, key: shown.key, ca, requestCert: true }, (socket) => {
        socket.on('error', () => undefined);
      });
      server.on('tlsClientError', () => undefined);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const tls = { ca: file('ca.pem'), cert: file('client.pem'), key: file('client.key') };
      const said: string[] = [];
      const dialled = dialTcp(
        `127.0.0.1:${portOf(server)}`,
        {
          onUp: () => void said.push('up'),
          onBytes: () => undefined,
          onDown: () => undefined,
          onTrouble: ({ code, detail }) => void said.push(`${code} ${detail}`),
        },
        tls,
      );
      await until('a word of the line', () => said.length > 0);
      expect(said[0]).toContain(expected);
      if (expected !== 'up') expect(said[0]).toContain('TLS_REFUSED');
      await dialled.close();
      server.close();
    }
  });
});

describe('check', () => {
  test('looks into TLS files beside lab.yaml: absent, not fitting, over, soon over', () => {
    const text = (cert: string, key: string): string =>
      `orders: { hl7: { listen: 6661, tls: { key: ${key}, cert: ${cert}, clientCa: ca.pem } } }\n`;
    const findings = (cert: string, key: string) => {
      const { config } = readConfig(text(cert, key), folder);
      return config === null ? expect.unreachable('not valid') : checkTls(config, new Date());
    };
    expect(findings('client.pem', 'client.key')).toEqual([]);
    expect(findings('server.pem', 'server.key')).toMatchObject([{ key: 'orders.hl7.tls', onlyWarns: true }]);
    expect(findings('oldServer.pem', 'oldServer.key')).toMatchObject([
      { detail: expect.stringContaining('was valid until'), onlyWarns: false },
    ]);
    expect(findings('server.pem', 'client.key')).toMatchObject([
      { detail: expect.stringContaining('is not the key of this certificate'), onlyWarns: false },
    ]);
    expect(findings('absent.pem', 'client.key')).toMatchObject([
      { detail: expect.stringContaining('can not be read') },
    ]);
    const dialled = readConfig('recipients: [{ id: his, hl7: { connect: "h:1", tls: { ca: server.key } } }]', folder);
    expect(dialled.config === null ? [] : checkTls(dialled.config, new Date())).toMatchObject([
      { key: 'recipients[0].hl7.tls', detail: expect.stringContaining('no certificate in PEM') },
    ]);
  });
});
