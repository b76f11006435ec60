import type { Driver } from '../drivers/driver.ts';
import { type AnalyzerEnd, analyzerEnd, type SendOutcome } from './analyzer-end.ts';
import { type FaultName, withFault } from './faults.ts';
import { type Address, openPort } from './port.ts';
import { fill, isFlagged, isPlain, isRerun, seeded, type Template, templatesOf } from './template.ts';

/** What a simulator can be told to do from the command line. */
export const scenarioNames = [
  'results',
  'qc',
  'query',
  'orders',
  'rerun',
  'flags',
  'errors',
  'resend',
  'mixed',
] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export interface SimulatorOptions {
  readonly driver: Driver;
  /** Folder of a driver that does not ship: its vectors are what is sent. */
  readonly home?: string;
  readonly address: Address;
  readonly fault?: FaultName;
  readonly seed?: number;
  /** Why the host can't be reached, told when it changes: the simulator goes on trying. */
  readonly onTrouble?: (detail: string) => void;
}

/** An analyzer made of software. It dials again when the line breaks and sends again what was not taken. */
export interface Simulator {
  /** Results of one specimen; resolves when the host has them. */
  results(accession: string): Promise<void>;
  qc(): Promise<void>;
  /** Results of a specimen and, some minutes later by its clock, of its rerun. */
  rerun(accession: string): Promise<void>;
  /** Results with alarms, out of range, masked. */
  flagged(accession: string): Promise<void>;
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
/** By the analyzer's clock, how long after the first run the next one is. */
const rerunAfterMs = 7 * 60_000;

export function createSimulator(options: SimulatorOptions): Simulator {
  const { driver } = options;
  const random = seeded(options.seed ?? 1);
  const templates = templatesOf(driver, options.home);
  const stop = new AbortController();
  const counts = { sent: 0, refused: 0, failed: 0 };
  let end: AnalyzerEnd | null = null;
  let heard: (text: Uint8Array) => void = () => undefined;
  let trouble = '';
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
        trouble = '';
      } catch (thrown) {
        const detail = thrown instanceof Error ? thrown.message : 'the port can not be opened';
        if (detail !== trouble) options.onTrouble?.(detail);
        trouble = detail;
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

  /** One of the templates that fit, of those that may carry any number where there are such. */
  function choose(fits: (template: Template) => boolean, what: string): Template {
    const fitting = templates.filter(fits);
    const plain = fitting.filter(isPlain);
    const among = plain.length > 0 ? plain : fitting;
    const template = among[Math.floor(random() * among.length)];
    if (template === undefined) throw new Error(`${driver.id} has no vector of kind ${what}`);
    return template;
  }

  function filled(template: Template, accession: string, laterMs = 0): Uint8Array {
    controlId += 1;
    const at = new Date(Date.now() + laterMs);
    return fill(template, driver, { accession, at, random, controlId: String(controlId) });
  }

  function make(kind: Template['kind'], accession: string): Uint8Array {
    return filled(
      choose((each) => each.kind === kind, kind),
      accession,
    );
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
    async rerun(accession) {
      const runs = templates.filter((each) => each.kind === 'results' && isRerun(each));
      const chosen = runs.length > 0 ? runs : [choose((each) => each.kind === 'results', 'results')];
      // a vector may show both runs in one message: then the message is sent once
      for (const [index, template] of chosen.entries())
        await deliver(filled(template, accession, index * rerunAfterMs));
    },
    async flagged(accession) {
      const some = templates.some((each) => each.kind === 'results' && isFlagged(each));
      const template = choose((each) => each.kind === 'results' && (!some || isFlagged(each)), 'results');
      await deliver(filled(template, accession));
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
function accessionOf(random: () => number): string {
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
