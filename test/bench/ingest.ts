import { until } from '../journeys/until.ts';
import { inProcess } from './in-process.ts';
import type { Outcome } from './load.ts';
import { type Metered, memoryFigure, watchProcess } from './meter.ts';
import { type BenchSite, openBenchSite } from './site.ts';
import { type Figure, ms, percentile, rate, ratio } from './table.ts';

interface Streamed extends Metered {
  readonly outcome: Outcome;
  /** Until the last observation was stored. */
  readonly storedMs: number;
}

export async function stream(site: BenchSite, accessions: readonly string[], perSecond?: number): Promise<Streamed> {
  const meter = watchProcess(site.serve.pid);
  meter.begin();
  const begun = performance.now();
  const outcome = await inProcess<Outcome>('load.js', { ports: site.ports, accessions, perSecond });
  const sentMs = performance.now() - begun;
  await until('all observations are stored', () => stored(site, accessions), 60_000);
  const tail = performance.now() - begun - sentMs;
  const metered = meter.end();
  if (outcome.refused > 0) throw new Error(`${outcome.refused} messages were refused`);
  return { outcome, storedMs: outcome.ms + tail, ...metered };
}

/** Whether the last accession of every line has its 30 observations: lines keep their order. */
async function stored(site: BenchSite, accessions: readonly string[]): Promise<boolean> {
  for (const accession of accessions.slice(-site.ports.length)) {
    const { body } = await site.admin.get(`/api/specimens/${accession}`);
    if (body.observations.length !== 30) return false;
  }
  return true;
}

export interface Alone {
  readonly messages: number;
  readonly ms: number;
}

/** Ingest through the real process against the store alone committing the same documents, in turn, best of each. */
export async function benchIngest(lines: number, messages: number): Promise<Figure[]> {
  const site = await openBenchSite({ lines, specimens: messages * 2 });
  try {
    const warm = site.accessions.slice(0, messages);
    const measured = site.accessions.slice(messages);
    await stream(site, warm);
    const before = await inProcess<Alone>('store-alone.js', { writers: lines, messages });
    const streamed = await stream(site, measured);
    const after = await inProcess<Alone>('store-alone.js', { writers: lines, messages });
    const alone = before.ms < after.ms ? before : after;
    const whole = messages / streamed.storedMs;
    const store = alone.messages / alone.ms;
    const waits = streamed.outcome.acknowledgeMs;
    return [
      { what: `ingest whole, ${lines} lines, ${messages} messages of 30`, figure: rate(messages, streamed.storedMs) },
      {
        what: '  against the store alone, same documents',
        figure: `${ratio(whole, store)} (${rate(alone.messages, alone.ms)})`,
        target: '>= 0.5 x',
        reached: whole >= store / 2,
      },
      { what: '  processor time of the product', figure: `${ms(streamed.processorMs / messages)} a message` },
      {
        what: '  acknowledgement at full speed',
        figure: `p50 ${ms(percentile(waits, 0.5))}, p99 ${ms(percentile(waits, 0.99))}`,
      },
      memoryFigure(streamed),
    ];
  } finally {
    await site.close();
  }
}

/** Lines that send at a given rate: how long an analyzer waits for its acknowledgement. */
export async function benchAcknowledgement(lines: number, perSecond: number, seconds: number): Promise<Figure[]> {
  const site = await openBenchSite({ lines, specimens: perSecond * (seconds + 2) });
  try {
    await stream(site, site.accessions.slice(0, perSecond * 2));
    const streamed = await stream(site, site.accessions.slice(perSecond * 2), perSecond);
    const waits = streamed.outcome.acknowledgeMs;
    const p99 = percentile(waits, 0.99);
    return [
      {
        what: `acknowledgement, ${lines} lines, ${perSecond} messages/s`,
        figure: `p50 ${ms(percentile(waits, 0.5))}, p99 ${ms(p99)}, sent ${rate(streamed.outcome.messages, streamed.outcome.ms)}`,
        target: 'p99 < 50 ms',
        reached: p99 < 50,
      },
      {
        what: '  processor time of the product',
        figure: `${ms(streamed.processorMs / streamed.outcome.messages)} a message`,
      },
      memoryFigure(streamed),
    ];
  } finally {
    await site.close();
  }
}
