import type { X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { checkFile } from '../../src/publish/verify/file.ts';
import type { Client } from '../journeys/client.ts';
import { openSite, type Product, type Site } from '../journeys/harness.ts';
import { signInPage } from '../publish/fhir-receiver.ts';
import type { Random } from './random.ts';

/** A central hospital: a second Cuvette in a process of its own, behind a way that answers late, wrongly or not at all. */
export interface Central {
  /** The address as the province knows it. */
  readonly url: string;
  readonly token: string;
  /** kill -9. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** How often each fault of the way struck. */
  readonly faults: ReadonlyMap<string, number>;
  kills(): number;
  doctor(): Promise<Client>;
  close(): Promise<void>;
}

export async function startCentral(trustFile: string, random: Random): Promise<Central> {
  const site: Site = await openSite({
    staff: ['doctor'],
    startWithinMs: 60_000,
    lab: [
      'lab: { id: "01001", name: Bệnh viện trung ương }',
      'undoSeconds: 0',
      `signing: { trust: [${trustFile}], revocation: off, keys: [] }`,
    ].join('\n'),
  });
  let product: Product | null = await site.start();
  const token = (await site.cuvette(['token', 'add', 'province', '--scope', 'system/Bundle.c'])).stdout.trim();
  let kills = 0;
  let changing: Promise<void> = Promise.resolve();
  const way = await startWay(() => product?.url ?? null, random);
  /** One after the other: a start that an outage overtakes would leave two processes on one store. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    changing = changing.then(work, work);
    return changing;
  };
  return {
    url: way.url,
    token,
    faults: way.faults,
    kills: () => kills,
    down: () =>
      inTurn(async () => {
        const before = product;
        product = null;
        if (before === null) return;
        kills += 1;
        await before.kill();
      }),
    up: () =>
      inTurn(async () => {
        product ??= await site.start();
      }),
    async doctor() {
      await changing;
      if (product === null) throw new Error('the central hospital is down');
      return product.as('doctor');
    },
    async close() {
      way.close();
      await changing.catch(() => undefined);
      await site.close();
    },
  };
}

/** What may happen to a call on its way, and how often. */
const faultsOfTheWay = [
  ['cut before', 0.06],
  ['taken and cut', 0.06],
  ['taken and half answered', 0.05],
  ['sign-in page', 0.06],
  ['noise', 0.05],
  ['503', 0.05],
  ['429', 0.03],
  ['422', 0.04],
  ['hang', 0.03],
  ['slow', 0.15],
] as const;
type Fault = (typeof faultsOfTheWay)[number][0];

function draw(random: Random): Fault | null {
  let dice = random.next();
  for (const [fault, share] of faultsOfTheWay) {
    if (dice < share) return fault;
    dice -= share;
  }
  return null;
}

/** Stands between the hospitals as a bad network does. */
async function startWay(target: () => string | null, random: Random) {
  const faults = new Map<string, number>();
  const server = createServer((asked, answer) => {
    pass(asked, answer).catch(() => answer.destroy());
  });

  async function pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of asked) parts.push(Buffer.from(part));
    const fault = draw(random);
    if (fault !== null) faults.set(fault, (faults.get(fault) ?? 0) + 1);
    switch (fault) {
      case 'cut before':
        return void answer.destroy();
      case 'hang':
        return;
      case 'sign-in page':
        return void answer.writeHead(200, { 'content-type': 'text/html' }).end(signInPage);
      case 'noise':
        return void answer.socket?.end('\u0000\u00ff not HTTP at all\r\n\r\n');
      case '503':
      case '429':
      case '422':
        return void answer.writeHead(Number(fault), { 'content-type': 'text/plain' }).end('not now');
      default:
    }
    const { status, body } = await forward(target(), asked, Buffer.concat(parts));
    if (fault === 'taken and cut') return void answer.destroy();
    if (fault === 'slow') await pause(random.between(50, 900));
    answer.writeHead(status, { 'content-type': 'application/fhir+json', 'content-length': body.length });
    if (fault === 'taken and half answered') answer.write(body.subarray(0, body.length / 2), () => answer.destroy());
    else answer.end(body);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function forward(url: string | null, asked: IncomingMessage, body: Buffer): Promise<{ status: number; body: Buffer }> {
  if (url === null) return Promise.reject(new Error('down'));
  return new Promise((resolve, reject) => {
    const { authorization, 'content-type': type } = asked.headers;
    const call = request(
      new URL(asked.url ?? '/', url),
      {
        method: asked.method,
        agent: false,
        headers: {
          ...(authorization === undefined ? {} : { authorization }),
          ...(type === undefined ? {} : { 'content-type': type }),
          'content-length': body.length,
        },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts) }));
        answer.once('error', reject);
        answer.once('aborted', () => reject(new Error('cut')));
      },
    );
    call.once('error', reject);
    call.end(body);
  });
}

/** What the central hospital must hold of a report: its last version. */
export interface Expected {
  readonly version: number;
  readonly status: string;
  readonly values: Readonly<Record<string, string>>;
}

/**
 * What the central hospital holds otherwise than it should: each report once, in its last version, with its origin, its
 * signer and a signature that verifies; and nothing of it as its own.
 */
export async function compareCentral(
  central: Central,
  patient: string,
  truth: ReadonlyMap<string, Expected>,
  signers: readonly string[],
  anchors: readonly X509Certificate[],
): Promise<string[]> {
  const doctor = await central.doctor();
  const items = await externalOf(doctor, patient);
  const faults: string[] = [];
  for (const each of items) {
    if (!truth.has(each.origin.accession)) faults.push(`central: holds ${each.origin.accession}, which is none`);
  }
  for (const [accession, { version, status, values }] of truth) {
    const [found, more] = items.filter(({ origin }) => origin.accession === accession);
    if (found === undefined || more !== undefined) {
      faults.push(`central: holds ${accession} ${more === undefined ? 'not at all' : 'twice'}`);
      continue;
    }
    const theirs = Object.fromEntries(
      found.observations.map(({ analyte, comparator = '', value }) => [analyte, `${comparator}${value}`]),
    );
    if (found.origin.version !== version || found.status !== status)
      faults.push(`central: ${accession} is ${version} ${status}, holds ${found.origin.version} ${found.status}`);
    if (JSON.stringify(Object.entries(theirs).sort()) !== JSON.stringify(Object.entries(values).sort()))
      faults.push(`central: ${accession} is ${JSON.stringify(values)}, holds ${JSON.stringify(theirs)}`);
    if (found.origin.lab.id !== '24001') faults.push(`central: ${accession} comes from ${found.origin.lab.id}`);
    if (found.signature.state !== 'valid' || !signers.includes(found.signature.signer))
      faults.push(`central: ${accession} is signed ${found.signature.state} by ${found.signature.signer}`);
    const { text } = await doctor.get(`/api/external/${found.id}/document`);
    const verdict = checkFile(Buffer.from(text, 'utf8'), anchors, new Date());
    if (!verdict.trusted) faults.push(`central: the document of ${accession} does not verify: ${verdict.reason}`);
    const own = await doctor.get(`/api/specimens/${accession}`);
    if (own.status !== 404) faults.push(`central: ${accession} is a specimen of its own`);
  }
  return faults;
}

interface External {
  readonly id: string;
  readonly status: string;
  readonly origin: { readonly lab: { readonly id: string }; readonly accession: string; readonly version: number };
  readonly signature: { readonly state: string; readonly signer: string };
  readonly observations: readonly { readonly analyte: string; readonly comparator?: string; readonly value: string }[];
}

async function externalOf(doctor: Client, patient: string): Promise<External[]> {
  const found: External[] = [];
  for (let cursor = ''; ; ) {
    const { body, status, text } = await doctor.get(`/api/external?patient=${patient}&limit=100${cursor}`);
    if (status !== 200) throw new Error(`/api/external: ${status} ${text}`);
    found.push(...body.items);
    if (body.next === null) return found;
    cursor = `&cursor=${encodeURIComponent(body.next)}`;
  }
}
