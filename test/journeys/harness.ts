import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driverById } from '../../drivers/catalogue.ts';
import { createSimulator, type Simulator } from '../../simulators/simulator.ts';
import { mongoDatabase } from '../store/mongo-server.ts';
import { type Client, client, signedIn } from './client.ts';
import { type Ended, launch, type Running, run } from './product.ts';
import { until } from './until.ts';

export { freePort } from '../../src/cli/demo/free-port.ts';

export const adminPassword = 'Suoi-Lanh-Rung-Thong-7';
export const staffPassword = 'Nui-Cao-Bien-Rong-42';

export interface SiteOptions {
  /** lab.yaml without `http` and `store`. */
  readonly lab: string;
  readonly kind?: 'embedded' | 'mongodb';
  /** Names of roles to add a person for, each with the role's name and `staffPassword`. */
  readonly staff?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** How long a start may take; scripts that run for long on a busy machine give it more. */
  readonly startWithinMs?: number;
}

/** A laboratory in a folder of its own: its configuration, its store, its processes. */
export interface Site {
  readonly folder: string;
  readonly file: string;
  /** Start `serve` and wait until it answers. */
  start(): Promise<Product>;
  /** Run a command on the same store. */
  cuvette(args: readonly string[], stdin?: string): Promise<Ended>;
  simulator(driver: string, address: Parameters<typeof createSimulator>[0]['address']): Simulator;
  close(): Promise<void>;
}

/** A `serve` that answers. */
export interface Product extends Running {
  readonly url: string;
  /** Who is not signed in. */
  readonly stranger: Client;
  readonly admin: Client;
  /** A signed-in person, named as the role. */
  as(role: string): Promise<Client>;
  bearer(token: string): Client;
  /** SIGTERM, as an orderly end. */
  stop(): Promise<Ended>;
}

export async function openSite(options: SiteOptions): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'cuvette-journey-'));
  const file = join(folder, 'lab.yaml');
  await writeFile(file, `http: { host: 127.0.0.1, port: 0 }\n${options.lab}\n`);
  const environment: Record<string, string> = {
    CUVETTE_DATA: join(folder, 'data'),
    CUVETTE_CONFIG: file,
    CUVETTE_ADMIN_PASSWORD: adminPassword,
    ...(options.kind === 'mongodb' ? { MONGODB_URI: await mongoDatabase() } : {}),
    ...options.environment,
  };
  const open = new Set<Running>();
  const simulators: Simulator[] = [];
  let staffed = false;

  async function start(): Promise<Product> {
    const running = launch(['serve'], environment);
    open.add(running);
    void running.ended.then(() => open.delete(running));
    const url = (await running.says(/Cuvette is at (\S+)/, options.startWithinMs))[1] ?? '';
    const admin = await signedIn(url, 'admin', adminPassword);
    if (!staffed) await addStaff(admin, options.staff ?? []);
    staffed = true;
    return {
      ...running,
      url,
      admin,
      stranger: client(url),
      as: (role) => signedIn(url, role, staffPassword),
      bearer: (token) => client(url, { authorization: `Bearer ${token}` }),
      stop() {
        running.signal('SIGTERM');
        return running.ended;
      },
    };
  }

  return {
    folder,
    file,
    start,
    cuvette: (args, stdin) => run(args, { environment, cwd: folder, ...(stdin === undefined ? {} : { stdin }) }),
    simulator(id, address) {
      const driver = driverById(id);
      if (driver === undefined) throw new Error(`no driver ${id}`);
      const made = createSimulator({ driver, address, seed: simulators.length + 1 });
      simulators.push(made);
      return made;
    },
    async close() {
      for (const each of simulators) each.close();
      await Promise.all([...open].map((running) => running.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function addStaff(admin: Client, roles: readonly string[]): Promise<void> {
  for (const role of roles) {
    const added = await admin.post('/api/users', { username: role, password: staffPassword, role });
    if (added.status !== 201) throw new Error(`user ${role}: ${added.status} ${added.text}`);
  }
}

/** An XN-1000 message (ASTM records, unframed) with these values of one analysis. */
export function xnMessage(
  accession: string,
  values: Readonly<Record<string, string>>,
  at = '20261125081530',
): Uint8Array {
  const codes = Object.keys(values);
  const records = [
    'H|\\^&|||    XN-1000^00-22^11001^^^^BA123456||||||||E1394-97',
    'P|1',
    `O|1||3^5^${accession.padStart(22)}^B|${codes.map((code) => `^^^^${code}`).join('\\')}|||||||N||||||||||||||F`,
    ...codes.map((code, at0) => `R|${at0 + 1}|^^^^${code}^1|${values[code]}|${unitOf(code)}||N||F||||${at}`),
    'L|1|N',
  ];
  return Buffer.from(`${records.join('\r')}\r`, 'latin1');
}

function unitOf(code: string): string {
  return { WBC: '10*3/uL', RBC: '10*6/uL', HGB: 'g/dL', PLT: '10*3/uL', HCT: '%' }[code] ?? '';
}

/** What waits under an accession, once it is there. */
export async function waiting(asker: Client, accession: string, count = 1) {
  return until(`${count} observations of ${accession}`, async () => {
    const answer = await asker.get(`/api/specimens/${accession}`);
    const observations = answer.status === 200 ? answer.body.observations : [];
    return observations.length >= count ? answer.body : null;
  });
}

/** Verify all pending current observations of a specimen, with every alert acknowledged. */
export async function verifyAll(asker: Client, accession: string) {
  const { body } = await asker.get(`/api/specimens/${accession}`);
  const observations = body.observations
    .filter((each: { state: string; current: boolean }) => each.state === 'pending' && each.current)
    .map((each: { id: string; version: number; alerts: string[] }) => ({
      id: each.id,
      version: each.version,
      acknowledge: each.alerts,
    }));
  return asker.post(`/api/specimens/${accession}/verify`, { observations });
}
