import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { moveSpecimen } from '../acts/custody.ts';
import { registerSpecimen } from '../acts/registration.ts';
import { createSignInLink } from '../api/app.ts';
import { newPassword } from '../api/auth/secrets.ts';
import { createUser, ensureFirstAdministrator } from '../api/auth/users.ts';
import type { Actor, Role } from '../domain/ids.ts';
import { isLisError } from '../errors.ts';
import type { LabConfig } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { type DemoAnalyzer, demoAnalyzers } from './demo/analyzers.ts';
import { expectedToday, playEarlierDays } from './demo/earlier-days.ts';
import { isFree } from './demo/free-port.ts';
import { demoRegistration, newcomers } from './demo/patients.ts';
import { startReceiver } from './demo/receiver.ts';
import { portFlag } from './flags.ts';
import { createLog, type OpenedLaboratory, openConfigured, resolveConfig } from './open-lab.ts';
import { type RunningLaboratory, runLaboratory } from './running.ts';
import { stopped } from './serve.ts';

/** `demo`: what `npm start` runs. A laboratory of its own, with analyzers and a hospital system made of software. */
export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('run the demonstration laboratory with simulated analyzers')
    .option('--config <lab.yaml>', 'configuration')
    .option('--data <folder>', 'data folder (else CUVETTE_DATA, else .cuvette/demo)')
    .option('--port <number>', 'HTTP port (else CUVETTE_PORT, else 8080 or a free one)', portFlag)
    .action(runDemo);
}

async function runDemo(options: { config?: string; data?: string; port?: number }): Promise<void> {
  const data = options.data ?? process.env.CUVETTE_DATA;
  const resolved = resolveConfig({ ...options, data: data === undefined || data === '' ? '.cuvette/demo' : data });
  let earlier: ReadonlySet<string> = new Set();
  const receiver = await startReceiver((accession) => {
    if (!earlier.has(accession)) process.stdout.write(`The hospital system took the report of ${accession}\n`);
  });
  const analyzers = await demoAnalyzers(resolved.config.analyzers.map((each) => each.id));
  const stopping = new AbortController();
  const undo: (() => Promise<void> | void)[] = [() => receiver.close(), () => closeAll(analyzers)];
  try {
    const config = await demoConfig(
      resolved.config,
      analyzers,
      receiver.port,
      options.port !== undefined || process.env.CUVETTE_PORT !== undefined,
    );
    const opened = await openConfigured(
      config,
      resolved.dataFolder,
      'serve',
      createLog(process.env.CUVETTE_LOG ?? 'warn'),
    );
    earlier = await playEarlierDays(opened.lab, analyzers);
    const running = await started(opened);
    undo.push(() => running.close());
    undo.push(() => stopping.abort());
    const people = await demoPeople(opened.lab, resolved.dataFolder);
    greet(opened.lab, running.url, people);
    for (const analyzer of analyzers) void play(opened.lab, running, analyzer, stopping.signal);
    await stopped();
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

async function started(opened: OpenedLaboratory): Promise<RunningLaboratory> {
  return runLaboratory(opened);
}

async function demoConfig(
  config: LabConfig,
  analyzers: readonly DemoAnalyzer[],
  receiverPort: number,
  portGiven: boolean,
): Promise<LabConfig> {
  const { host, port } = config.http;
  const free = portGiven || (await isFree(host, port));
  return {
    ...config,
    http: { ...config.http, port: free ? port : 0 },
    analyzers: [...config.analyzers, ...analyzers.map((each) => each.config)],
    recipients: [
      ...config.recipients,
      {
        id: 'demo-his',
        name: 'Demonstration HIS',
        hl7: { connect: `127.0.0.1:${receiverPort}`, ackTimeoutSeconds: 10 },
        retrySeconds: [2, 30],
      },
    ],
  };
}

const passwordFile = 'demo-passwords.txt';
const demoUsers: readonly (readonly [string, Role, string])[] = [
  ['ktv', 'technician', 'Kỹ thuật viên'],
  ['bacsi', 'doctor', 'Bác sĩ xét nghiệm'],
];

/** The first administrator and people to play with; generated passwords are kept beside the data, for its owner only. */
async function demoPeople(lab: Laboratory, folder: string): Promise<string> {
  const file = join(folder, passwordFile);
  const lines: string[] = [];
  const given = process.env.CUVETTE_ADMIN_PASSWORD;
  const admin = await ensureFirstAdministrator(lab, given);
  if (admin !== null) lines.push(`admin ${admin}`);
  for (const [username, role, name] of demoUsers) {
    const password = newPassword();
    try {
      await createUser(lab, { username, password, role, name });
      lines.push(`${username} ${password}`);
    } catch (thrown) {
      if (!isLisError(thrown, 'USER_EXISTS')) throw thrown;
    }
  }
  // A laboratory at work: its first steps are behind it, and stay in the menu of the person.
  await lab.collections.users.updateOne(
    { _id: 'admin', guideHidden: { $exists: false } },
    { $set: { guideHidden: true } },
  );
  if (lines.length > 0) {
    const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
    writeFileSync(file, `${before}${lines.join('\n')}\n`, { mode: 0o600 });
  }
  return file;
}

function greet(lab: Laboratory, url: string, passwords: string): void {
  const address = url.replace('0.0.0.0', '127.0.0.1').replace('[::]', '127.0.0.1');
  process.stdout.write(
    [
      '',
      `Cuvette, the demonstration laboratory, is at ${address}`,
      '',
      `  Sign in as technician: ${address}${createSignInLink(lab, 'ktv', 3600)}`,
      `  Sign in as administrator: ${address}${createSignInLink(lab, 'admin', 3600)}`,
      '  (each link works once, for an hour)',
      `  Passwords: ${passwords}`,
      `  Analyzers: ${lab.config.analyzers.map((each) => each.id).join(', ')}`,
      '',
      '  Ctrl-C stops it.',
      '',
      '',
    ].join('\n'),
  );
}

const receptionist: Actor = { username: 'demo', role: 'receptionist' };
/** From the draw to the laboratory's door. */
const broughtInMs = 17 * 60_000;

const firstRounds = 4;
const pauses = { first: 1_500, later: 45_000 } as const;

/** One analyzer's day: register a specimen, ask for its orders or not, send results, now and then a control. */
async function play(
  lab: Laboratory,
  running: RunningLaboratory,
  analyzer: DemoAnalyzer,
  signal: AbortSignal,
): Promise<void> {
  try {
    await connectedEnd(running, analyzer, signal);
    const simulator = analyzer.start();
    const offset = lab.config.analyzers.findIndex((each) => each.id === analyzer.config.id) * 3;
    for (let turn = 0; !signal.aborted; turn += 1) {
      const { script } = analyzer;
      const people = script === undefined ? newcomers : expectedToday;
      const person = people[(turn + offset) % people.length];
      if (person === undefined) return;
      const specimen = await registerSpecimen(lab, receptionist, {
        ...demoRegistration(person, turn + offset, analyzer.orders),
        collectedAt: new Date(lab.now() - broughtInMs).toISOString(),
      });
      await moveSpecimen(lab, receptionist, specimen._id, 'receive');
      if (analyzer.asksFirst) await simulator.query(specimen._id);
      if (script === undefined) await simulator.results(specimen._id);
      else await simulator.send(script.compose(specimen._id, script.values(person, 0), lab.now()));
      if (turn === 1) await simulator.qc();
      if (turn === 2) await simulator.results('9999');
      await pause(turn < firstRounds ? pauses.first : pauses.later, signal);
    }
  } catch (thrown) {
    if (!signal.aborted) lab.log.warn({ err: thrown, analyzer: analyzer.config.id }, 'the simulated analyzer stopped');
  }
}

/** Wait until the line has opened the serial pair: before that, the kept end would eat what is sent. */
async function connectedEnd(running: RunningLaboratory, analyzer: DemoAnalyzer, signal: AbortSignal): Promise<void> {
  if (analyzer.config.serial === undefined) return;
  while (!signal.aborted && running.lines.get(analyzer.config.id)?.state === 'down') await pause(100, signal);
  analyzer.opened();
}

function closeAll(analyzers: readonly DemoAnalyzer[]): void {
  for (const analyzer of analyzers) analyzer.close();
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
