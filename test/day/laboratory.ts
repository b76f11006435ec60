import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { createApp } from '../../src/api/app.ts';
import { startSession } from '../../src/api/auth/sessions.ts';
import { createUser } from '../../src/api/auth/users.ts';
import { openConfigured } from '../../src/cli/open-lab.ts';
import type { Role } from '../../src/domain/ids.ts';
import { labConfigSchema } from '../../src/laboratory/config.ts';
import type { Laboratory } from '../../src/laboratory/context.ts';

/** An answer, its body read as JSON where it is. */
export interface Answer {
  readonly status: number;
  readonly body: ReturnType<typeof JSON.parse>;
  readonly text: string;
  readonly raw: Buffer;
  readonly type: string;
}

export interface Person {
  readonly username: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

/** A laboratory in this process: real store, real API, a clock that the test moves. */
export interface TestLaboratory {
  readonly lab: Laboratory;
  readonly app: FastifyInstance;
  /** A person of a role, signed in; `name` for a second one. */
  as(role: Role, name?: string): Promise<Person>;
  readonly stranger: Person;
  /** Move the clock on. */
  pass(seconds: number): void;
  close(): Promise<void>;
}

/** Open one. `settings` is lab.yaml as an object; nothing can be undone unless it says so. */
export async function openTestLaboratory(settings: Readonly<Record<string, unknown>> = {}): Promise<TestLaboratory> {
  const folder = await mkdtemp(join(tmpdir(), 'cuvette-day-'));
  const config = labConfigSchema.parse({
    undoSeconds: 0,
    http: { rateLimits: 'off' },
    session: { idleSeconds: 10_000_000 },
    ...settings,
  });
  const opened = await openConfigured(
    { ...config, store: { embedded: folder } },
    folder,
    'serve',
    pino({ level: 'silent' }),
  );
  let ahead = 0;
  const lab: Laboratory = { ...opened.lab, now: () => Date.now() + ahead };
  const app = await createApp({
    lab,
    lines: { list: () => [] },
    pipeline: {
      replay: () => {
        throw new Error('no pipeline here');
      },
    },
  });
  const cookies = new Map<string, string>();
  return {
    lab,
    app,
    async as(role, name = role) {
      const known = cookies.get(name);
      if (known !== undefined) return person(app, name, { cookie: known });
      await createUser(lab, { username: name, password: 'Suoi-Lanh-Rung-Thong-7', role });
      const cookie = `cuvette_session=${await startSession(lab, name, 'test')}`;
      cookies.set(name, cookie);
      return person(app, name, { cookie });
    },
    stranger: person(app, '', {}),
    pass(seconds) {
      ahead += seconds * 1000;
    },
    async close() {
      await app.close();
      await opened.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function person(app: FastifyInstance, username: string, credentials: Record<string, string>): Person {
  async function ask(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const payload =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const answer = await app.inject({
      method,
      url,
      headers: {
        ...credentials,
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const type = String(answer.headers['content-type'] ?? '');
    const body_ = /json/.test(type) && answer.body !== '' ? JSON.parse(answer.body) : null;
    return { status: answer.statusCode, body: body_, text: answer.body, raw: answer.rawPayload, type };
  }
  return {
    username,
    get: (path, headers) => ask('GET', path, undefined, headers),
    post: (path, body, headers) => ask('POST', path, body, headers),
    put: (path, body) => ask('PUT', path, body),
    delete: (path) => ask('DELETE', path),
  };
}

let patients = 0;

/** A patient nobody used before. */
export function somebody(more: Readonly<Record<string, unknown>> = {}) {
  patients += 1;
  return {
    id: `P${String(patients).padStart(5, '0')}`,
    name: 'Nguyễn Thị Đào',
    sex: 'female',
    birthDate: '1986-04-12',
    ...more,
  };
}

export interface RegisterOptions {
  readonly patient?: ReturnType<typeof somebody>;
  readonly orders: readonly string[];
  readonly values?: Readonly<Record<string, string>>;
  readonly collectedAt?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Register a specimen, enter values by hand, and read it whole. */
export async function specimenWith(who: Person, options: RegisterOptions): Promise<ReturnType<typeof JSON.parse>> {
  const made = await who.post('/api/specimens', {
    patient: options.patient ?? somebody(),
    orders: options.orders,
    ...(options.collectedAt === undefined ? {} : { collectedAt: options.collectedAt }),
    ...options.more,
  });
  if (made.status !== 201) throw new Error(`register: ${made.status} ${made.text}`);
  const { accession } = made.body;
  const values = Object.entries(options.values ?? {});
  if (values.length > 0) {
    const entered = await who.post(`/api/specimens/${accession}/observations`, {
      observations: values.map(([analyte, value]) => ({ analyte, value })),
    });
    if (entered.status !== 201) throw new Error(`enter: ${entered.status} ${entered.text}`);
  }
  return (await who.get(`/api/specimens/${accession}`)).body;
}

/** Verify every pending current value of a specimen, with all its alerts seen. */
export async function verifyAll(who: Person, accession: string, more: object = {}): Promise<Answer> {
  const { body } = await who.get(`/api/specimens/${accession}`);
  return who.post(`/api/specimens/${accession}/verify`, {
    observations: body.observations
      .filter((each: { current: boolean; state: string }) => each.current && each.state === 'pending')
      .map((each: { id: string; version: number; alerts: string[] }) => ({
        id: each.id,
        version: each.version,
        acknowledge: each.alerts,
      })),
    ownEntryReason: 'alone at night',
    ...more,
  });
}

/** The current observation of an analyte. */
export function currentOf(specimen: { observations: { analyte: string; current: boolean }[] }, analyte: string) {
  const found: ReturnType<typeof JSON.parse> = specimen.observations.find(
    (each) => each.analyte === analyte && each.current,
  );
  return found;
}
