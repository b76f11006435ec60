import { connect, createServer, type Socket } from 'node:net';
import type { z } from 'zod';
import { concat } from '../../protocols/bytes.ts';
import { spell, unspell } from '../../protocols/control.ts';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { type Lines, openLines } from '../../src/connection/lines.ts';
import { proposeMappings } from '../../src/connection/propose-mappings.ts';
import { LisError } from '../../src/errors.ts';
import type { labConfigSchema } from '../../src/laboratory/config.ts';
import type { Laboratory } from '../../src/laboratory/context.ts';
import { createPipeline, type Pipeline } from '../../src/pipeline/pipeline.ts';
import type { Collection, Document } from '../../src/store/collection.ts';
import { until } from '../journeys/until.ts';
import { openTestLaboratory, type TestLaboratory, technician } from '../laboratory.ts';

/** A laboratory with open lines, in this process. */
export interface Stage {
  readonly lab: Laboratory;
  readonly laboratory: TestLaboratory;
  readonly lines: Lines;
  readonly pipeline: Pipeline;
  /** What the journal does with a new message: `pass`, `wait` (until it changes), `refuse`. */
  journal: 'pass' | 'wait' | 'refuse';
  /** Messages that came to the journal so far. */
  readonly asked: () => number;
  register(accession: string, orders: readonly string[]): Promise<void>;
  /** Values by analyte. */
  values(accession: string): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** Open lines over a journal that can be made to wait or refuse. */
export async function openStage(config: z.input<typeof labConfigSchema>, spoolFolder?: string): Promise<Stage> {
  const laboratory = await openTestLaboratory(config);
  let asked = 0;
  const gate: { journal: Stage['journal'] } = { journal: 'pass' };
  const lab: Laboratory = {
    ...laboratory.lab,
    collections: {
      ...laboratory.lab.collections,
      messages: gated(laboratory.lab.collections.messages, async () => {
        asked += 1;
        while (gate.journal === 'wait') await new Promise((resolve) => setTimeout(resolve, 5));
        if (gate.journal === 'refuse') throw new LisError('STORE_UNAVAILABLE');
      }),
    },
  };
  const pipeline = createPipeline(lab);
  await proposeMappings(lab);
  const lines = await openLines(lab, pipeline, { spoolFolder: spoolFolder ?? `${laboratory.folder}/spool` });
  return {
    lab,
    laboratory,
    lines,
    pipeline,
    get journal() {
      return gate.journal;
    },
    set journal(value) {
      gate.journal = value;
    },
    asked: () => asked,
    async register(accession, orders) {
      await registerSpecimen(laboratory.lab, technician, {
        patient: { id: 'BN001', name: 'Nguyễn Thị Đào', sex: 'female', birthDate: '1980-05-17' },
        orders: [...orders],
        accession,
      });
    },
    async values(accession) {
      const found = await lab.collections.observations.find({ accession }).toArray();
      return Object.fromEntries(found.map((each) => [each.analyte, each.value]));
    },
    async close() {
      gate.journal = 'pass';
      await lines.close();
      await pipeline.close();
      await laboratory.close();
    },
  };
}

function gated<T extends Document>(inner: Collection<T>, before: () => Promise<void>): Collection<T> {
  return new Proxy(inner, {
    get(target, name) {
      if (name === 'insertOne')
        return async (document: T) => {
          await before();
          return target.insertOne(document);
        };
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** The far end of a TCP line: spelled bytes out, what came in as spelled bytes. */
export interface FarEnd {
  says(spelled: string): void;
  writes(bytes: Uint8Array): void;
  /** Everything heard so far. */
  heard(): string;
  /** Resolves with what was heard since the last call once it contains `part`. */
  hears(part: string, withinMs?: number): Promise<string>;
  readonly closed: () => boolean;
  hangUp(): void;
  readonly socket: Socket;
}

function farEnd(socket: Socket): FarEnd {
  const chunks: Uint8Array[] = [];
  let from = 0;
  let closed = false;
  socket.setNoDelay(true);
  socket.on('data', (bytes) => chunks.push(bytes));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  const heard = (): string => spell(concat(chunks));
  return {
    socket,
    says: (spelled) => void socket.write(unspell(spelled)),
    writes: (bytes) => void socket.write(bytes),
    heard,
    async hears(part, withinMs) {
      await until(
        `the host says ${part}; it said ${heard().slice(from)}`,
        () => heard().slice(from).includes(part),
        withinMs,
      );
      const text = heard().slice(from);
      from = heard().length;
      return text;
    },
    closed: () => closed,
    hangUp: () => socket.destroy(),
  };
}

export function dial(port: number): Promise<FarEnd> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', reject);
    socket.once('connect', () => resolve(farEnd(socket)));
  });
}

/** A port that listens for the host to dial. */
export async function listen(port = 0): Promise<{
  readonly port: number;
  next(): Promise<FarEnd>;
  close(): void;
}> {
  const waiting: FarEnd[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    waiting.push(farEnd(socket));
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port }, resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    next: () => until('the host dials', () => waiting.shift()),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
