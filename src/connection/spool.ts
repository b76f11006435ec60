import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A report that came while the store did not take it. */
export interface Spooled {
  readonly at: string;
  readonly raw: Uint8Array;
  readonly unfinished: boolean;
}

/**
 * A file beside the store for a line without handshake: the analyzer will not send again, so what the store refuses is
 * written here first and journalled when the store is back.
 */
export interface Spool {
  /** Resolves once it is on disk. Rejects when even that fails: then the report is lost, and a gap is to be shown. */
  add(report: Spooled): Promise<void>;
  /** Hand over what is spooled, oldest first; what was taken is gone when all were. */
  drain(take: (report: Spooled) => Promise<void>): Promise<number>;
}

/** The spool of one line in a folder. */
export function openSpool(folder: string, line: string): Spool {
  const file = join(folder, `${line}.spool`);
  let mayHold = true;
  return {
    async add(report) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const handle = await open(file, 'a', 0o600);
      try {
        await handle.appendFile(`${lineOf(report)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      mayHold = true;
    },
    async drain(take) {
      if (!mayHold) return 0;
      const reports = await read(file);
      for (const report of reports) await take(report);
      await rm(file, { force: true });
      mayHold = false;
      return reports.length;
    },
  };
}

function lineOf({ at, raw, unfinished }: Spooled): string {
  return JSON.stringify({ at, unfinished, raw: Buffer.from(raw).toString('base64') });
}

async function read(file: string): Promise<Spooled[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return [];
  }
  // A line cut short by a crash was never confirmed to anyone.
  return text.split('\n').flatMap((line) => reportOf(line));
}

function reportOf(line: string): Spooled[] {
  try {
    const value: unknown = JSON.parse(line);
    if (
      typeof value !== 'object' ||
      value === null ||
      !('at' in value) ||
      !('raw' in value) ||
      !('unfinished' in value)
    )
      return [];
    const { at, raw, unfinished } = value;
    if (typeof at !== 'string' || typeof raw !== 'string') return [];
    return [{ at, raw: new Uint8Array(Buffer.from(raw, 'base64')), unfinished: unfinished === true }];
  } catch {
    return [];
  }
}
