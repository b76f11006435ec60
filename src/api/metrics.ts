import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Services } from './services.ts';

export interface Metrics {
  readonly contentType: string;
  read(): Promise<string>;
  close(): void;
}

const lineStates = ['down', 'up', 'talking', 'silent', 'failing'] as const;
const deliveryStates = ['queued', 'sending', 'parked'] as const;

/** Figures of one laboratory. Labels are names of lines, recipients and states: nothing of a patient. */
export function createMetrics({ lab, lines, pipeline }: Services): Metrics {
  const registers = [new Registry()];
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();

  new Gauge({
    name: 'cuvette_event_loop_delay_seconds',
    help: 'How late the event loop was since the last reading',
    labelNames: ['quantile'],
    registers,
    collect() {
      this.set({ quantile: '0.5' }, delay.percentile(50) / 1e9);
      this.set({ quantile: '0.99' }, delay.percentile(99) / 1e9);
      this.set({ quantile: '1' }, delay.max / 1e9);
      delay.reset();
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory the process holds',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: 'cuvette_line_state',
    help: '1 for the state a line is in',
    labelNames: ['line', 'state'],
    registers,
    collect() {
      this.reset();
      for (const line of lines.list()) {
        for (const state of lineStates) this.set({ line: line.id, state }, line.state === state ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: 'cuvette_line_count',
    help: 'What a line counted since the start of the process',
    labelNames: ['line', 'of'],
    registers,
    collect() {
      this.reset();
      for (const line of lines.list()) {
        for (const [of, count] of Object.entries(line.counts)) this.set({ line: line.id, of }, count);
      }
    },
  });
  const watched = {
    cuvette_line_nak_ratio: ['Share of the latest frames of a line that were refused', 'nakRate'],
    cuvette_line_clock_skew_seconds: ["How far an analyzer's clock is ahead", 'clockSkewSeconds'],
    cuvette_line_orders_without_result: ['Specimens ordered whose results are overdue', 'ordersWithoutResult'],
    cuvette_line_enq_without_data: ['Sessions an analyzer opened and ended without a frame', 'enqWithoutData'],
    cuvette_line_rhythm_seconds: ['Longest silence between the latest arrivals of a line', 'rhythmSeconds'],
  } as const;
  for (const [name, [help, of]] of Object.entries(watched)) {
    new Gauge({
      name,
      help,
      labelNames: ['line'],
      registers,
      collect() {
        this.reset();
        for (const line of lines.list()) {
          const figure = line.watch?.[of] ?? null;
          if (figure !== null) this.set({ line: line.id }, figure);
        }
      },
    });
  }
  new Gauge({
    name: 'cuvette_pipeline_waiting',
    help: 'Journalled messages that wait for the pipeline',
    registers,
    collect() {
      this.set(pipeline.waiting?.() ?? 0);
    },
  });
  new Gauge({
    name: 'cuvette_held_open',
    help: 'Held items that wait for a person',
    registers,
    async collect() {
      this.set(await lab.collections.held.countDocuments({ state: 'open' }));
    },
  });
  new Gauge({
    name: 'cuvette_outbox',
    help: 'Deliveries not done, by recipient and state',
    labelNames: ['recipient', 'state'],
    registers,
    async collect() {
      this.reset();
      for (const recipient of await lab.collections.recipients.find({}).toArray()) {
        for (const state of deliveryStates) {
          const count = await lab.collections.outbox.countDocuments({ recipient: recipient._id, state });
          this.set({ recipient: recipient._id, state }, count);
        }
      }
    },
  });
  const processed = new Counter({
    name: 'cuvette_messages_processed_total',
    help: 'Journalled messages that went through the pipeline',
    labelNames: ['line'],
    registers,
  });
  const reported = new Counter({ name: 'cuvette_reports_issued_total', help: 'Report versions made', registers });
  const stop = lab.events.on((event) => {
    if (event.type === 'message') processed.inc({ line: event.analyzer });
    if (event.type === 'report') reported.inc();
  });

  const [registry] = registers;
  return {
    contentType: registry?.contentType ?? 'text/plain',
    read: async () => (await registry?.metrics()) ?? '',
    close() {
      stop();
      delay.disable();
    },
  };
}
