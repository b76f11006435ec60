import { driverById } from '../../../drivers/catalogue.ts';
import { openPtyPair, type PtyPair } from '../../../simulators/pty.ts';
import { createSimulator, type Simulator } from '../../../simulators/simulator.ts';
import type { AnalyzerConfig } from '../../laboratory/config.ts';
import { analyzerSchema } from '../../laboratory/config.ts';
import { bloodCount, chemistry, type Values } from './course.ts';
import { freePort } from './free-port.ts';
import { type Compose, cobasMessage, xnMessage } from './messages.ts';
import type { DemoPerson } from './patients.ts';

/** What an analyzer says of people who were here before: values that follow from day to day. */
export interface Script {
  /** 2: only every second person is drawn for it. */
  readonly every: 1 | 2;
  readonly values: (person: DemoPerson, days: number) => Values;
  readonly compose: Compose;
}

/** One simulated analyzer of the demonstration. */
export interface DemoAnalyzer {
  readonly config: AnalyzerConfig;
  /** What is ordered for it. */
  readonly orders: readonly string[];
  readonly asksFirst: boolean;
  /** Absent: values made of its driver's vectors. */
  readonly script?: Script;
  /** Begin, once the line is open. */
  start(): Simulator;
  /** The line has opened its end of the serial pair. */
  opened(): void;
  close(): void;
}

interface Plan {
  readonly id: string;
  readonly driver: string;
  readonly name: string;
  readonly over: 'tcp' | 'serial';
  readonly orders: readonly string[];
  readonly asksFirst: boolean;
  readonly script?: Script;
}

const plans: readonly Plan[] = [
  {
    id: 'xn-1',
    driver: 'sysmex/xn-1000',
    name: 'Sysmex XN-1000',
    over: 'tcp',
    orders: ['CBC'],
    asksFirst: false,
    script: { every: 1, values: bloodCount, compose: xnMessage },
  },
  { id: 'bc-1', driver: 'mindray/bc-5380', name: 'Mindray BC-5380', over: 'tcp', orders: ['CBC'], asksFirst: false },
  {
    id: 'c311-1',
    driver: 'roche/cobas-c311',
    name: 'Roche cobas c 311',
    over: 'serial',
    orders: ['GLU', 'CREA', 'AST', 'ALT'],
    asksFirst: true,
    script: { every: 2, values: chemistry, compose: cobasMessage },
  },
  {
    id: 'i1000-1',
    driver: 'abbott/architect',
    name: 'Abbott ARCHITECT',
    over: 'tcp',
    orders: ['FERR', 'CEA', 'AFP'],
    asksFirst: false,
  },
  {
    id: 'rapidlab-1',
    driver: 'siemens/rapidlab-348',
    name: 'Siemens Rapidlab 348',
    over: 'serial',
    orders: ['BG'],
    asksFirst: false,
  },
];

/** The simulated analyzers this machine can run: those on a serial line need a pty pair. */
export async function demoAnalyzers(taken: readonly string[]): Promise<DemoAnalyzer[]> {
  const made: DemoAnalyzer[] = [];
  for (const plan of plans) {
    if (taken.includes(plan.id)) continue;
    const pair = plan.over === 'serial' ? openPtyPair() : null;
    if (plan.over === 'serial' && pair === null) continue;
    made.push(await demoAnalyzer(plan, pair));
  }
  return made;
}

/** A simulated analyzer has the clock of this machine, wherever the laboratory is. */
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

async function demoAnalyzer(plan: Plan, pair: PtyPair | null): Promise<DemoAnalyzer> {
  const { id, name, orders, asksFirst, script } = plan;
  const port = pair === null ? await freePort() : 0;
  const driver = driverById(plan.driver);
  if (driver === undefined) throw new Error(`${plan.driver} is not in the catalogue`);
  const way = pair === null ? { tcp: { listen: port } } : { serial: { path: pair.path } };
  let simulator: Simulator | null = null;
  return {
    config: analyzerSchema.parse({ id, name, driver: plan.driver, timeZone: ownZone, ...way }),
    orders,
    asksFirst,
    ...(script === undefined ? {} : { script }),
    start() {
      const address = pair === null ? { tcp: `127.0.0.1:${port}` } : { port: pair };
      simulator = createSimulator({ driver, address, seed: Date.now() % 100_000 });
      return simulator;
    },
    opened: () => pair?.opened(),
    close() {
      simulator?.close();
      pair?.close();
    },
  };
}
