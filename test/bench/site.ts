import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { freePort } from '../../src/cli/demo/free-port.ts';
import { openLaboratory } from '../../src/cli/open-lab.ts';
import { type Client, signedIn } from '../journeys/client.ts';
import { launch, type Running } from '../journeys/product.ts';
import { siteCodes } from './messages.ts';

const password = 'Dong-Ho-Nuoc-Chay-9';

/** A laboratory of its own with HL7 lines, specimens registered beforehand, and `serve` as a process. */
export interface BenchSite {
  readonly folder: string;
  readonly ports: readonly number[];
  readonly serve: Running;
  readonly url: string;
  readonly admin: Client;
  readonly accessions: readonly string[];
  /** Run `cuvette` on the same store. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function openBenchSite(options: {
  readonly lines: number;
  readonly specimens: number;
  readonly recipients?: string;
  readonly undoSeconds?: number;
  /** Lines of other models, as rows of `analyzers`. */
  readonly moreLines?: readonly string[];
}): Promise<BenchSite> {
  const folder = await mkdtemp(join(tmpdir(), 'cuvette-bench-'));
  const ports: number[] = [];
  while (ports.length < options.lines) {
    const port = await freePort();
    if (!ports.includes(port)) ports.push(port);
  }
  const file = join(folder, 'lab.yaml');
  const lines = ports.map((port, at) => `  - { id: bc-${at + 1}, driver: mindray/bc-5380, tcp: { listen: ${port} } }`);
  await writeFile(
    file,
    [
      'http: { host: 127.0.0.1, port: 0, rateLimits: off }',
      `undoSeconds: ${options.undoSeconds ?? 8}`,
      'analyzers:',
      ...lines,
      ...(options.moreLines ?? []),
      options.recipients ?? '',
      '',
    ].join('\n'),
  );
  const data = join(folder, 'data');
  const accessions = await register(file, data, options.specimens);
  const environment = { CUVETTE_CONFIG: file, CUVETTE_DATA: data, CUVETTE_ADMIN_PASSWORD: password };
  const serve = launch(['serve'], environment);
  const url = (await serve.says(/Cuvette is at (\S+)/))[1] ?? '';
  const admin = await signedIn(url, 'admin', password);
  for (const [position] of ports.entries()) {
    for (const [hostCode, analyte] of siteCodes) {
      const made = await admin.post('/api/catalogue/mappings', { analyzer: `bc-${position + 1}`, hostCode, analyte });
      if (made.status !== 201) throw new Error(`mapping ${hostCode}: ${made.text}`);
    }
  }
  return {
    folder,
    ports,
    serve,
    url,
    admin,
    accessions,
    environment,
    async close() {
      serve.signal('SIGTERM');
      await serve.ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Specimens as the day finds them: registered before their results come. */
async function register(config: string, data: string, count: number): Promise<string[]> {
  const opened = await openLaboratory({ config, data }, 'command');
  const accessions: string[] = [];
  try {
    const actor = { username: 'bench', role: 'receptionist' } as const;
    for (let done = 0; done < count; done += 200) {
      const turns = Array.from({ length: Math.min(200, count - done) }, (_each, at) => done + at);
      const made = await Promise.all(
        turns.map((turn) => {
          const patient = {
            id: `BN${turn % 5_000}`,
            name: 'Nguyễn Thị Lan',
            sex: 'female',
            birthDate: '1987-03-12',
          } as const;
          return registerSpecimen(opened.lab, actor, {
            accession: String(2_600_000_000 + turn),
            patient,
            orders: ['CBC'],
          });
        }),
      );
      accessions.push(...made.map((each) => each._id));
    }
  } finally {
    await opened.close();
  }
  return accessions;
}
