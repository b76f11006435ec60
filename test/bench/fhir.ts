import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Client, client, signedIn } from '../journeys/client.ts';
import { verifyAll } from '../journeys/harness.ts';
import { run } from '../journeys/product.ts';
import type { Answered } from './http-load.ts';
import { inProcess } from './in-process.ts';
import { stream } from './ingest.ts';
import { type BenchSite, openBenchSite } from './site.ts';
import { type Figure, ms, percentile, rate, ratio } from './table.ts';

const password = 'Cay-Da-Ben-Nuoc-41';
const connections = 16;
const askedEach = 800;

/** What an EMR asks (interfaces.md 1.5). Each answer waits until it stands in the audit trail, on disk. */
const kinds = [
  { name: 'read of an Observation', paths: (each: Known) => each.observations },
  {
    name: "search of a patient's report of 30",
    paths: (each: Known) => [
      `/fhir/R4/DiagnosticReport?patient=${each.patient}&category=LAB&_include=DiagnosticReport:result&_revinclude=Provenance:target`,
    ],
  },
  {
    name: 'poll with nothing new',
    paths: (each: Known) => [`/fhir/R4/DiagnosticReport?_lastUpdated=gt${each.mark}`],
  },
] as const;

interface Known {
  readonly patient: string;
  readonly observations: readonly string[];
  /** After which nothing was released. */
  readonly mark: string;
}

/** FHIR search and read of the real process against a bare Fastify handler sending the same bytes, in turn. */
export async function benchFhir(reports: number): Promise<Figure[]> {
  const site = await openBenchSite({ lines: 4, specimens: reports, undoSeconds: 0 });
  try {
    await release(site);
    const added = await run(['token', 'add', 'emr', '--scope', 'system/*.rs'], { environment: site.environment });
    const authorization = `Bearer ${added.stdout.trim()}`;
    const caller = client(site.url, { authorization });
    const known = await look(caller);
    const figures: Figure[] = [];
    for (const { name, paths } of kinds) {
      figures.push(...(await compare(site, caller, name, known.flatMap(paths))));
    }
    return figures;
  } finally {
    await site.close();
  }
}

/** Every specimen resulted by its line and verified by a technician. */
async function release(site: BenchSite): Promise<void> {
  await stream(site, site.accessions);
  await site.admin.post('/api/users', { username: 'ktv', password, role: 'technician' });
  const technician = await signedIn(site.url, 'ktv', password);
  for (const accession of site.accessions) {
    const verified = await verifyAll(technician, accession);
    if (verified.status !== 200) throw new Error(`${accession}: ${verified.text}`);
  }
}

/** What can be asked for, as the FHIR side itself names it. */
async function look(caller: Client): Promise<Known[]> {
  const found: Known[] = [];
  let next: string | undefined = '/fhir/R4/DiagnosticReport?_count=50';
  while (next !== undefined) {
    const { status, body, text } = await caller.get(next);
    if (status !== 200) throw new Error(`${next}: ${status} ${text}`);
    for (const { resource } of body.entry) {
      const results: readonly { readonly reference: string }[] = resource.result;
      found.push({
        patient: resource.subject.reference,
        observations: results.map(({ reference }) => `/fhir/R4/${reference}`),
        mark: body.meta.lastUpdated,
      });
    }
    const link = body.link.find((each: { relation: string }) => each.relation === 'next')?.url;
    next = link === undefined ? undefined : link.slice(link.indexOf('/fhir/'));
  }
  return found;
}

async function compare(site: BenchSite, caller: Client, name: string, paths: readonly string[]): Promise<Figure[]> {
  const distinct = [...new Set(paths)].slice(0, 400);
  const bodies: (readonly [string, string])[] = [];
  for (const path of distinct) {
    const { status, text } = await caller.get(path);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    bodies.push([path, text]);
  }
  const bare = await startBare(bodies);
  try {
    const asked = Array.from({ length: askedEach }, (_each, at) => distinct[at % distinct.length] ?? '');
    const ask = (port: number): Promise<Answered> =>
      inProcess<Answered>('http-load.js', {
        port,
        paths: asked,
        authorization: caller.credentials.authorization,
        connections,
      });
    const own = Number(new URL(site.url).port);
    await ask(own);
    await ask(bare.port);
    const ours = best([await ask(own), await ask(own)]);
    const theirs = best([await ask(bare.port), await ask(bare.port)]);
    if (ours.bytes !== theirs.bytes) throw new Error(`${name}: ${ours.bytes} bytes against ${theirs.bytes}`);
    const share = ours.answers / ours.ms / (theirs.answers / theirs.ms);
    return [
      {
        what: `FHIR ${name}, ${connections} connections`,
        figure: `${rate(ours.answers, ours.ms)}, p50 ${ms(percentile(ours.waitMs, 0.5))}, p95 ${ms(percentile(ours.waitMs, 0.95))}, ${Math.round(ours.bytes / ours.answers).toLocaleString('en')} bytes`,
      },
      {
        what: '  against a bare Fastify handler, same bytes',
        figure: `${ratio(share, 1)} (${rate(theirs.answers, theirs.ms)})`,
      },
    ];
  } finally {
    bare.close();
  }
}

function best(rounds: readonly Answered[]): Answered {
  return rounds.reduce((one, other) => (other.ms < one.ms ? other : one));
}

async function startBare(bodies: readonly (readonly [string, string])[]): Promise<{ port: number; close(): void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-server.js')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(bodies));
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { port: Number(new URL(String(line).trim()).port), close: () => void child.kill('SIGTERM') };
}
