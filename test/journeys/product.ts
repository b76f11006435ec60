import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { until } from './until.ts';

/** The checkout's folder, also for a script that was built into `dist`. */
function checkout(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : checkout(dirname(folder));
}

const bin = join(checkout(import.meta.dirname), 'bin', 'cuvette.mjs');

/** To look where time goes: CUVETTE_NODE_FLAGS="--cpu-prof --cpu-prof-dir=/tmp/profile" npm run bench -- ingest */
const nodeFlags = (process.env.CUVETTE_NODE_FLAGS ?? '').split(' ').filter((flag) => flag !== '');

/** One run of a command: what it printed and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built product as a process of its own (`node scripts/setup.mjs` builds it; `npm test` does so by itself). */
export interface Running {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Resolves with the first match of the pattern in what was printed; rejects when the process ends before. */
  says(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  /** kill -9, as the power does. */
  kill(): Promise<void>;
  readonly ended: Promise<Ended>;
}

type Environment = Readonly<Record<string, string>>;

/** Only what a command needs: nothing of the person who runs the tests reaches the product. */
function environmentOf(given: Environment): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, ...given };
}

export function launch(args: readonly string[], environment: Environment = {}, cwd?: string, stdin?: string): Running {
  const child: ChildProcess = spawn(process.execPath, [...nodeFlags, bin, ...args], {
    env: environmentOf(environment),
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin?.end(stdin ?? '');
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr }));
  let over = false;
  void ended.then(() => {
    over = true;
  });
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    async says(pattern, withinMs) {
      const found = await until(
        `the product says ${pattern}`,
        () => {
          const match = pattern.exec(stdout);
          if (match === null && over) throw new Error(`ended before it said ${pattern}: ${stdout}${stderr}`);
          return match;
        },
        withinMs,
      );
      return found;
    },
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
  };
}

/** Run a command to its end. */
export function run(
  args: readonly string[],
  options: { readonly environment?: Environment; readonly cwd?: string; readonly stdin?: string } = {},
): Promise<Ended> {
  return launch(args, options.environment, options.cwd, options.stdin).ended;
}
