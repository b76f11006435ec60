import type { Driver } from '../drivers/driver.ts';
import { type AnalyzerEnd, analyzerEnd, type SendOutcome } from './analyzer-end.ts';
import { type FaultName, withFault } from './faults.ts';
import { type Address, openPort } from './port.ts';
import { fill, seeded, type Template, templatesOf } from './template.ts';

/** What a simulator can be told to do from the command line. */
export const scenarioNames = ['results', 'qc', 'query', 'mixed', 'resend'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export interface SimulatorOptions {
  readonly driver: Driver;
  readonly address: Address;
  readonly fault?: FaultName;
  readonly seed?: number;
}

/** An analyzer made of software. It dials again when the line breaks and sends again what was not taken. */
export interface Simulator {
  /** Results of one specimen; resolves when the host has them. */
  results(accession: string): Promise<void>;
  qc(): Promise<void>;
  /** The same results twice, as an analyzer does that did not see the answer. */
  resend(accession: string): Promise<void>;
  /** Ask for the orders of a specimen; resolves with what the host answered, unframed (empty: no answer came). */
  query(accession: string): Promise<Uint8Array[]>;
  /** Send these bytes as they are (one unframed message), until they are taken. */
  send(message: Uint8Array): Promise<void>;
  readonly counts: { sent: number; refused: number; failed: number };
  close(): void;
}

/** How long a simulator waits before it dials again, and for the answer to a query. */
const redialMs = 300;
const answerMs = 3_000;

export function createSimulator(options: SimulatorOptions): Simulator {
  const { driver } = options;
  const random = seeded(options.seed ?? 1);
  const templates = templatesOf(driver);
  const stop = new AbortController();
  const counts = { sent: 0, refused: 0, failed: 0 };
  let end: AnalyzerEnd | null = null;
  let heard: (text: Uint8Array) => void = () => undefined;
  let controlId = Math.floor(random() * 1_000_000);

  async function line(): Promise<AnalyzerEnd> {
    while (end === null) {
      if (stop.signal.aborted) throw new Error('the simulator was stopped');
      try {
        const opened = await openPort(options.address, stop.signal);
        const port = options.fault === undefined ? opened : withFault(opened, options.fault, random);
        const fresh = analyzerEnd(driver, port);
        fresh.onHostMessage((text) => heard(text));
        opened.onClose(() => {
          if (end === fresh) end = null;
        });
        end = fresh;
      } catch {
        await pause(redialMs, stop.signal);
      }
    }
    return end;
  }

  /** Again and again until it is taken: an analyzer does not forget. A refusal by content is final. */
  async function deliver(message: Uint8Array): Promise<void> {
    for (;;) {
      const outcome: SendOutcome = await (await line()).send(message);
      if (outcome === 'accepted') {
        counts.sent += 1;
        return;
      }
      counts[outcome === 'refused' ? 'refused' : 'failed'] += 1;
      await pause(outcome === 'refused' ? redialMs * 3 : redialMs, stop.signal);
    }
  }

  function make(kind: Template['kind'], accession: string): Uint8Array {
    const fitting = templates.filter((each) => each.kind === kind);
    const template = fitting[Math.floor(random() * fitting.length)];
    if (template === undefined) throw new Error(`${driver.id} has no vector of kind ${kind}`);
    controlId += 1;
    return fill(template, driver, { accession, at: new Date(), random, controlId: String(controlId) });
  }

  return {
    counts,
    send: deliver,
    results: (accession) => deliver(make('results', accession)),
    async resend(accession) {
      const message = make('results', accession);
      await deliver(message);
      await deliver(message);
    },
    qc: () => deliver(make('qc', `QC-${accessionOf(random)}`)),
    async query(accession) {
      const answers: Uint8Array[] = [];
      const answered = new Promise<void>((resolve) => {
        heard = (text) => {
          answers.push(text);
          resolve();
        };
      });
      await deliver(make('query', accession));
      await Promise.race([answered, pause(answerMs, stop.signal)]);
      return answers;
    },
    close() {
      stop.abort();
      end?.close();
    },
  };
}

/** An accession nobody has registered. */
export function accessionOf(random: () => number): string {
  return String(Math.floor(1_000_000_000 + random() * 8_999_999_999));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
