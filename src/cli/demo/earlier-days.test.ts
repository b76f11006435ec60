import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analyzerSchema, labConfigSchema } from '../../laboratory/config.ts';
import { createLog, type OpenedLaboratory, openConfigured } from '../open-lab.ts';
import type { DemoAnalyzer, Script } from './analyzers.ts';
import { bloodCount, chemistry } from './course.ts';
import { playEarlierDays } from './earlier-days.ts';
import { cobasMessage, xnMessage } from './messages.ts';

let folder: string;
let opened: OpenedLaboratory;
let made: ReadonlySet<string>;

function analyzer(id: string, driver: string, orders: readonly string[], script: Script): DemoAnalyzer {
  return {
    config: analyzerSchema.parse({ id, driver, tcp: { listen: 1 } }),
    orders,
    asksFirst: false,
    script,
    start: () => {
      throw new Error('nothing is simulated here');
    },
    opened: () => undefined,
    close: () => undefined,
  };
}

const analyzers = [
  analyzer('xn-1', 'sysmex/xn-1000', ['CBC'], { every: 1, values: bloodCount, compose: xnMessage }),
  analyzer('c311-1', 'roche/cobas-c311', ['GLU', 'CREA', 'AST', 'ALT'], {
    every: 2,
    values: chemistry,
    compose: cobasMessage,
  }),
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cuvette-demo-'));
  const config = labConfigSchema.parse({
    store: { embedded: folder },
    analyzers: analyzers.map(({ config: { id, driver } }, at) => ({ id, driver, tcp: { listen: 1 + at } })),
    recipients: [{ id: 'his', hl7: { connect: '127.0.0.1:1' } }],
  });
  opened = await openConfigured(config, folder, 'serve', createLog('silent'));
  made = await playEarlierDays(opened.lab, analyzers, 4);
}, 60_000);

afterAll(async () => {
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});

test('every specimen of the days before has a final report that the hospital system is to get', async () => {
  const { reports, outbox, held } = opened.lab.collections;
  const all = await reports.find({}).toArray();
  expect(made.size).toBe(30);
  expect(new Set(all.map((each) => each.accession))).toEqual(made);
  expect(all.filter((each) => each.version === 1 && each.status !== 'final')).toEqual([]);
  expect(await outbox.countDocuments({ recipient: 'his' })).toBe(all.length);
  expect(await held.countDocuments({})).toBe(0);
});

test('values follow from day to day, so that nobody is taken for another', async () => {
  const observations = await opened.lab.collections.observations.find({}).toArray();
  expect(observations.filter((each) => each.previous !== undefined).length).toBeGreaterThan(150);
  expect(observations.filter((each) => each.alerts.includes('mix-up'))).toEqual([]);
  expect(observations.every((each) => Date.parse(each.receivedAt) <= Date.now())).toBe(true);
});

test('a tube was rejected and drawn again, a critical value called, a report corrected', async () => {
  const { specimens, criticals, reports } = opened.lab.collections;
  const rejected = (await specimens.find({}).toArray()).filter((each) => each.state === 'rejected');
  expect(rejected.length).toBeGreaterThan(0);
  for (const each of rejected) expect(each.recollectedAs).toBeDefined();
  const called = await criticals.find({}).toArray();
  expect(called.every((each) => each.state === 'called')).toBe(true);
  expect((await reports.find({}).toArray()).filter((each) => each.status === 'corrected')).toHaveLength(1);
});

test('a laboratory that has specimens is left as it is', async () => {
  expect(await playEarlierDays(opened.lab, analyzers)).toEqual(new Set());
});
