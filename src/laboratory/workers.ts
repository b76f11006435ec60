import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';

/** Threads for what may take over 10 ms: the lines and the API never wait for it. */
export interface Workers<Task, Answer> {
  run(task: Task): Promise<Answer>;
  close(): Promise<void>;
}

const idleMs = 30_000;

/**
 * A pool over a worker file that exports `run`. Threads start with the first task and end when idle; a file that is
 * TypeScript source (tests) is loaded through scripts/ts-worker.mjs. `keepsOne`: one thread that stays, for what it holds
 * open between tasks.
 */
export function openWorkers<Task, Answer>(file: URL, { keepsOne = false } = {}): Workers<Task, Answer> {
  const source = file.pathname.endsWith('.ts');
  const pool = new Piscina<Task, Answer>({
    filename: source ? new URL('../../scripts/ts-worker.mjs', import.meta.url).href : file.href,
    ...(source ? { workerData: { target: file.href } } : {}),
    minThreads: 0,
    maxThreads: keepsOne ? 1 : Math.max(1, Math.min(4, availableParallelism() - 1)),
    idleTimeout: keepsOne ? Number.POSITIVE_INFINITY : idleMs,
  });
  return {
    run: (task) => pool.run(task, { name: 'run' }),
    close: () => pool.close({ force: true }),
  };
}

/** A worker's file, in source and in the build alike: `./paper/worker` is worker.ts or worker.js beside the caller. */
export function workerFile(path: string, callerUrl: string): URL {
  return new URL(`${path}${callerUrl.endsWith('.ts') ? '.ts' : '.js'}`, callerUrl);
}
