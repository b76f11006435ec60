import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { Capability, Driver } from '../../drivers/driver.ts';
import { findDriver } from '../../drivers/load.ts';
import { type FaultName, faultNames } from '../../simulators/faults.ts';
import type { Address } from '../../simulators/port.ts';
import { createSimulator, type ScenarioName, type Simulator, scenarioNames } from '../../simulators/simulator.ts';
import { wholeTexts } from '../../simulators/texts.ts';
import { LisError } from '../errors.ts';
import { siteDriverFolder } from '../laboratory/drivers.ts';
import { countFlag, portFlag } from './flags.ts';
import { resolveConfig } from './open-lab.ts';

interface SimulateOptions {
  readonly tcp?: string;
  readonly listen?: number;
  readonly serial?: string;
  readonly scenario?: ScenarioName;
  readonly file?: string;
  readonly rate: number;
  readonly count: number;
  readonly fault?: FaultName;
  readonly accession?: string;
  readonly seed?: number;
}

/** `simulate`: an analyzer made of software at the other end of a line. */
export function simulateCommand(program: Command): void {
  program
    .command('simulate')
    .argument('<driver>', 'vendor/model')
    .description('play an analyzer: send results, control values, queries, or a capture')
    .option('--tcp <host:port>', 'dial the host')
    .option('--listen <port>', 'wait for the host to dial', portFlag)
    .option('--serial <path>', 'a serial port')
    .option('--scenario <name>', `what to send: ${scenarioNames.join(', ')} (default results)`, oneOf(scenarioNames))
    .option('--file <capture>', 'send the messages of a capture instead')
    .option('--rate <number>', 'messages a minute', countFlag, 60)
    .option('--count <number>', 'messages in all', countFlag, 1)
    .option('--fault <name>', `misbehave: ${faultNames.join(', ')}`, oneOf(faultNames))
    .option('--accession <number>', 'specimen number to send (default: a new one each)')
    .option('--seed <number>', 'the same seed sends the same values', countFlag)
    .action((driverName: string, options: SimulateOptions) => simulate(driverName, options));
}

function oneOf<T extends string>(names: readonly T[]): (text: string) => T {
  return (text) => {
    const found = names.find((name) => name === text);
    if (found === undefined) throw new InvalidArgumentError(`one of ${names.join(', ')}`);
    return found;
  };
}

async function simulate(driverName: string, options: SimulateOptions): Promise<void> {
  const { driver, home } = driverAt(driverName);
  const address = addressOf(options);
  const scenario = options.scenario ?? 'results';
  if (options.file === undefined && !canPlay(driver, scenario))
    throw new LisError('USAGE', { detail: `${driver.id} has no ${needs[scenario] ?? scenario}` });
  const messages = options.file === undefined ? null : messagesOf(driver, options.file);
  const simulator = createSimulator({
    driver,
    ...(home === undefined ? {} : { home }),
    address,
    ...faultOf(driver, options),
    seed: options.seed ?? Date.now() % 1_000_000,
    onTrouble: (detail) => process.stderr.write(`cuvette: ${detail}; trying again until it opens\n`),
  });
  process.once('SIGINT', () => process.exit(0));
  try {
    const count = messages === null ? options.count : messages.length * options.count;
    for (let sent = 0; sent < count; sent += 1) {
      if (sent > 0) await pause(60_000 / options.rate);
      const message = messages?.[sent % messages.length];
      const words =
        message === undefined ? await play(driver, simulator, options, sent) : await send(simulator, message);
      process.stdout.write(`${sent + 1}/${count} ${words}\n`);
    }
  } finally {
    simulator.close();
  }
}

/** A driver that ships, one written as data under the data folder, or one in a folder; the latter two with their vectors. */
function driverAt(name: string): { readonly driver: Driver; readonly home?: string } {
  const site = join(siteDriverFolder(resolveConfig({}).dataFolder), ...name.split('/'));
  for (const place of [name, site]) {
    const driver = findDriver(place);
    if (driver === undefined) continue;
    return existsSync(join(place, 'driver.json')) ? { driver, home: place } : { driver };
  }
  throw new LisError('DRIVER_UNKNOWN', { driver: name });
}

function addressOf({ tcp, listen, serial }: SimulateOptions): Address {
  const given: Address[] = [];
  if (tcp !== undefined) {
    const port = Number(/^.+:(\d{1,5})$/.exec(tcp)?.[1] ?? 0);
    if (port < 1 || port > 65_535) throw new LisError('USAGE', { detail: `${tcp} is no host:port` });
    given.push({ tcp });
  }
  if (listen !== undefined) {
    given.push({ listen, onListening: (port) => process.stdout.write(`listening on 127.0.0.1:${port}\n`) });
  }
  if (serial !== undefined) given.push({ serial });
  const [address] = given;
  if (address === undefined || given.length > 1) {
    throw new LisError('USAGE', { detail: 'say one of --tcp, --listen and --serial' });
  }
  return address;
}

async function send(simulator: Simulator, message: Uint8Array): Promise<string> {
  await simulator.send(message);
  return `sent ${message.length} bytes`;
}

/** `errors` without a named fault: the one that damages what this protocol sends. */
function faultOf(driver: Driver, { fault, scenario }: SimulateOptions): { fault?: FaultName } {
  if (fault !== undefined) return { fault };
  if (scenario !== 'errors') return {};
  const natural: Readonly<Record<Driver['protocol'], FaultName>> = {
    astm: 'damagesChecksum',
    hl7v2: 'losesPowerMidFrame',
    delimited: 'sendsGarbage',
    blocks: 'losesPowerMidFrame',
  };
  return { fault: natural[driver.protocol] };
}

/** What a scenario needs of the analyzer. */
const needs: Readonly<Record<ScenarioName, Capability | null>> = {
  results: 'results',
  qc: 'qc',
  query: 'queries',
  orders: 'queries',
  rerun: 'results',
  flags: 'results',
  errors: 'results',
  resend: 'results',
  mixed: null,
};

function canPlay(driver: Driver, scenario: ScenarioName): boolean {
  const needed = needs[scenario];
  return needed === null || driver.capabilities.includes(needed);
}

/** One step of a scenario; `mixed` goes round what the analyzer can do. */
async function play(driver: Driver, simulator: Simulator, options: SimulateOptions, step: number): Promise<string> {
  const accession = options.accession ?? String(10_000_000 + ((Date.now() + step) % 90_000_000));
  const scenario = options.scenario ?? 'results';
  const round = (['query', 'results', 'qc', 'flags', 'rerun'] as const).filter((each) => canPlay(driver, each));
  const now = scenario === 'mixed' ? (round[step % round.length] ?? 'results') : scenario;
  switch (now) {
    case 'qc':
      await simulator.qc();
      return 'control values sent';
    case 'query': {
      const answers = await simulator.query(accession);
      return answers.length === 0 ? `asked for ${accession}, no answer` : `asked for ${accession}:\n${shown(answers)}`;
    }
    case 'orders': {
      const answers = await simulator.query(accession);
      if (!answers.some(hasOrders)) return `asked for ${accession}, nothing is ordered`;
      await simulator.results(accession);
      return `asked for ${accession}, took its orders and sent results:\n${shown(answers)}`;
    }
    case 'rerun':
      await simulator.rerun(accession);
      return `results of ${accession} sent, and of its rerun`;
    case 'flags':
      await simulator.flagged(accession);
      return `results of ${accession} sent, with flags`;
    case 'resend':
      await simulator.resend(accession);
      return `results of ${accession} sent twice`;
    default:
      await simulator.results(accession);
      return `results of ${accession} sent`;
  }
}

/** Whether the host's answer holds a test: an order record with tests, an order segment, a display line from 29 on. */
function hasOrders(answer: Uint8Array): boolean {
  const text = Buffer.from(answer).toString('latin1');
  return /(^|\r)O\|(?:[^|\r]*\|){3}[^|\r]/.test(text) || /(^|\r)(OBR\||DSP\|29\|)/.test(text);
}

function shown(answers: readonly Uint8Array[]): string {
  return answers.map((answer) => Buffer.from(answer).toString('latin1').replaceAll('\r', '\n')).join('\n');
}

/** The messages of a capture, out of their framing: the simulator frames them itself. */
function messagesOf(driver: Driver, file: string): readonly Uint8Array[] {
  let raw: Uint8Array;
  try {
    raw = readFileSync(file);
  } catch (thrown) {
    throw new LisError(
      'FILE_UNREADABLE',
      { file, detail: thrown instanceof Error ? thrown.message : 'unknown' },
      thrown,
    );
  }
  const whole = wholeTexts(driver, raw);
  if (whole.length === 0) throw new LisError('FILE_UNREADABLE', { file, detail: 'no whole message in it' });
  return whole;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
