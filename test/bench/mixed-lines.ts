import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driverById } from '../../drivers/catalogue.ts';
import { prepareStore, readStore } from '../faults/laboratory.ts';
import { freePort } from '../journeys/harness.ts';
import { launch } from '../journeys/product.ts';
import { loadSpeaker } from './cbc-speaker.ts';
import { inProcess } from './in-process.ts';
import { memoryFigure, watchProcess } from './meter.ts';
import type { MixedOutcome, MixedTask } from './mixed-load.ts';
import { type Figure, ms, percentile, rate } from './table.ts';

/** Models with a handshake, of each protocol and section: line by line in turn, every second one a counter of 30 results. */
const others = [
  'mindray/bs-series',
  'roche/cobas-c311',
  'abbott/architect',
  'mindray/bc-6000',
  'sysmex/xp-300',
  'roche/cobas-6000',
  'beckman/access',
  'snibe/maglumi',
  'erba/xl-1000',
  'nihon-kohden/celltac-mek-7300',
];
const models = others.flatMap((each, at) => [at % 2 === 0 ? 'sysmex/xn-1000' : 'mindray/bc-5380', each]);

const password = 'Rung-Thong-Suoi-Lanh-8';

/**
 * Many simulated lines of mixed models into one `serve`: first at a given rate, then at full speed; at the end what the
 * store holds is compared with what was sent.
 */
export async function benchMixedLines(count: number, perSecond: number, seconds: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cuvette-bench-'));
  const store = join(folder, 'data');
  const lines: { id: string; driver: string; port: number }[] = [];
  const ports = new Set<number>();
  while (lines.length < count) {
    const port = await freePort();
    if (ports.has(port)) continue;
    ports.add(port);
    lines.push({ id: `line-${lines.length + 1}`, driver: models[lines.length % models.length] ?? '', port });
  }
  try {
    const speakers = lines.map(({ id, driver }) => {
      const found = driverById(driver);
      if (found === undefined) throw new Error(`no driver ${driver}`);
      return loadSpeaker(id, found, 0);
    });
    const warming = count * 2;
    const measured = perSecond * seconds;
    const accessions = await prepareStore(store, speakers, warming + 2 * measured);
    const config = join(folder, 'lab.yaml');
    const written = lines.map(
      ({ id, driver, port }) => `  - { id: ${id}, driver: ${driver}, tcp: { listen: ${port} } }`,
    );
    await writeFile(config, `http: { host: 127.0.0.1, port: 0 }\nanalyzers:\n${written.join('\n')}\n`);
    const serve = launch(['serve'], {
      CUVETTE_DATA: store,
      CUVETTE_CONFIG: config,
      CUVETTE_ADMIN_PASSWORD: password,
      CUVETTE_LOG: 'silent',
    });
    await serve.says(/Cuvette is at/, 120_000);
    let from = 0;
    const load = (seed: number, messages: number, at?: number): Promise<MixedOutcome> => {
      const mine = accessions.slice(from, from + messages);
      from += messages;
      const task: MixedTask = {
        lines,
        accessions: mine,
        seed,
        messages,
        ...(at === undefined ? {} : { perSecond: at }),
      };
      return inProcess<MixedOutcome>('mixed-load.js', task);
    };
    const meter = watchProcess(serve.pid);
    const warm = await load(1, warming, perSecond);
    meter.begin();
    const paced = await load(2, measured, perSecond);
    const full = await load(3, measured);
    const { processorMs, anonymousMb, residentMb } = meter.end();
    serve.signal('SIGTERM');
    const ended = await serve.ended;
    if (ended.code !== 0) throw new Error(`serve ended with ${ended.code}: ${ended.stderr.slice(-500)}`);
    const stored = await readStore(store);
    const runs = [warm, paced, full];
    const sent = new Set(runs.flatMap((each) => each.keys));
    const missing = [...sent].filter((key) => !stored.keys.has(key));
    for (const each of [...missing, ...stored.held].slice(0, 10))
      process.stderr.write(`not as it should be: ${each}\n`);
    const lost = missing.length;
    const doubled = [...stored.keys.values()].filter((each) => each > 1).length;
    const sum = (of: (run: MixedOutcome) => number): number => runs.reduce((total, each) => total + of(each), 0);
    const dropped = sum((each) => each.dropped);
    const refused = sum((each) => each.refused);
    const accepted = sum((each) => each.accepted);
    const p99 = percentile(paced.acknowledgeMs, 0.99);
    const times = (run: MixedOutcome): string =>
      `p50 ${ms(percentile(run.acknowledgeMs, 0.5))}, p99 ${ms(percentile(run.acknowledgeMs, 0.99))}`;
    return [
      {
        what: `${count} lines of ${new Set(models).size} models, ${accepted} messages, ${sent.size} results`,
        figure: `lost ${lost}, doubled ${doubled}, refused ${refused}, held ${stored.held.length}, lines dropped ${dropped}`,
        target: 'none',
        reached: lost + doubled + refused + stored.held.length + dropped === 0,
      },
      {
        what: `  acknowledgement at ${perSecond} messages/s`,
        figure: `${times(paced)}, sent ${rate(paced.accepted, paced.ms)}`,
        target: 'p99 < 50 ms',
        reached: p99 < 50,
      },
      {
        what: '  at full speed',
        figure: `${rate(full.accepted, full.ms)}, ${times(full)}`,
        target: '2,000/s',
        reached: full.accepted / full.ms >= 2,
      },
      {
        what: '  processor time of the product',
        figure: `${ms(processorMs / (paced.accepted + full.accepted))} a message`,
      },
      memoryFigure({ residentMb, anonymousMb }),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
