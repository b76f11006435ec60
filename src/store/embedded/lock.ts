import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LisError } from '../../errors.ts';

/**
 * One `serve` a store: a lock file that names its process. A process that is gone (kill -9, power) leaves a lock that is
 * taken over: the process is known by its id and the instant it started, so that a reused id is not mistaken for it.
 * Throws STORE_LOCKED with `{ folder, pid }`. Returns how to give it back.
 */
export function takeServeLock(folder: string): () => void {
  const file = join(folder, 'serve.lock');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (create(file)) {
      const release = (): void => {
        process.off('exit', release);
        if (holder(file)?.pid === process.pid) unlinkSync(file);
      };
      process.on('exit', release);
      return release;
    }
    const held = holder(file);
    if (held !== null && isRunning(held)) throw new LisError('STORE_LOCKED', { folder, pid: held.pid });
    remove(file);
  }
  throw new LisError('STORE_LOCKED', { folder, pid: 'unknown' });
}

interface Holder {
  readonly pid: number;
  readonly started: string;
}

function create(file: string): boolean {
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    writeSync(descriptor, `${process.pid} ${startOf(process.pid) ?? ''}\n`);
    closeSync(descriptor);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') return false;
    throw thrown;
  }
}

function holder(file: string): Holder | null {
  try {
    const [pid = '', started = ''] = readFileSync(file, 'utf8').trim().split(' ');
    return /^\d+$/.test(pid) ? { pid: Number(pid), started } : null;
  } catch {
    return null;
  }
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Someone else took it away first.
  }
}

function isRunning({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM')) return false;
  }
  const now = startOf(pid);
  return now === null || started === '' || now === started;
}

/** Start of a process in clock ticks since boot (proc(5), field 22 of stat); null where there is no /proc. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
