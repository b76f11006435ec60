import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../drivers/catalogue.ts';
import type { Driver } from '../../drivers/driver.ts';
import { createSimulator, type Simulator } from '../../simulators/simulator.ts';
import { freePort } from '../journeys/harness.ts';
import { until } from '../journeys/until.ts';
import { openStage, type Stage } from './stage.ts';

/** Every model of the catalogue as a line of one laboratory, its simulator at the far end of a socket. */
interface Model {
  readonly id: string;
  readonly driver: Driver;
  readonly line: string;
}

const models: readonly Model[] = catalogue.map((driver, index) => ({
  id: driver.id,
  driver,
  line: `line-${index + 1}`,
}));
const simulators = new Map<string, Simulator>();
let stage: Stage;

beforeAll(async () => {
  const ports = new Map<string, number>();
  const free = new Set<number>();
  while (free.size < models.length) free.add(await freePort());
  const each = free.values();
  for (const { line } of models) ports.set(line, each.next().value ?? 0);
  stage = await openStage({
    analyzers: models.map(({ id, line }) => ({ id: line, driver: id, tcp: { listen: ports.get(line) ?? 0 } })),
  });
  for (const { driver, line } of models)
    simulators.set(line, createSimulator({ driver, address: { tcp: `127.0.0.1:${ports.get(line)}` }, seed: 11 }));
}, 60_000);

afterAll(async () => {
  for (const simulator of simulators.values()) simulator.close();
  await stage.close();
}, 30_000);

function simulatorOf(line: string): Simulator {
  const simulator = simulators.get(line);
  if (simulator === undefined) throw new Error(line);
  return simulator;
}

/** What became of a number: values filed under it, and items that wait for a person. */
async function traces(accession: string): Promise<number> {
  const filed = await stage.lab.collections.observations.countDocuments({ accession });
  return filed + (await stage.lab.collections.held.countDocuments({ accession }));
}

const numberOf = (line: string, step: number): string => `77${line.slice(5).padStart(3, '0')}0${step}`;
const does = (what: 'results' | 'qc' | 'queries'): readonly Model[] =>
  models.filter(({ driver }) => driver.capabilities.includes(what));

describe('on its own line', () => {
  test.each(does('results'))(
    '$id: results of a registered number are filed or wait for a person, none is lost',
    async ({ driver, line }) => {
      const accession = numberOf(line, 1);
      const analyte = driver.codes[0]?.analyte ?? 'GLU';
      await stage.register(accession, [analyte]);
      await simulatorOf(line).results(accession);
      await until('it left a trace', async () => (await traces(accession)) > 0);
    },
  );

  test.each(does('queries'))(
    '$id: a query is answered with what was ordered, in its own code',
    async ({ driver, line }) => {
      const accession = numberOf(line, 2);
      const code = driver.codes.find((each) => each.analyte !== '');
      await stage.register(accession, [code?.analyte ?? 'GLU']);
      const answers = await simulatorOf(line).query(accession);
      const text = answers.map((answer) => Buffer.from(answer).toString('latin1')).join('\n');
      expect(answers.length).toBeGreaterThan(0);
      // a model whose codes are the site's own has nothing mapped: its answer has no order, and is one all the same
      if (code !== undefined && driver.protocol === 'astm') {
        const codes = driver.codes.filter((each) => each.analyte === code.analyte);
        expect(
          codes.some((each) => text.includes(each.orderCode ?? each.hostCode)),
          text,
        ).toBe(true);
        expect(text).toContain(accession);
      }
    },
  );

  test.each(does('qc'))('$id: control values are taken and no patient gets them', async ({ line }) => {
    const before = await stage.lab.collections.observations.countDocuments({});
    await simulatorOf(line).qc();
    await stage.pipeline.idle();
    expect(await stage.lab.collections.observations.countDocuments({})).toBe(before);
  });
});
