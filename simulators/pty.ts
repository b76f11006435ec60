import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import type { BytePort } from './port.ts';

/** A serial line without hardware: `path` is what `serialport` opens; the other methods are the far end. */
export interface PtyPair extends BytePort {
  readonly path: string;
  /** To be called once `path` has been opened: before that, the kept end would eat what is sent. */
  opened(): void;
}

/** The undocumented part of node-pty that gives a bare pair (interfaces.md 4.1, item 10). */
interface BarePty {
  readonly _pty: string;
  readonly _fd: number;
  readonly _master: Duplex;
  readonly _slave: Duplex;
}

function isBare(value: unknown): value is BarePty {
  return (
    typeof value === 'object' &&
    value !== null &&
    '_pty' in value &&
    '_fd' in value &&
    '_master' in value &&
    '_slave' in value
  );
}

/** Open a pair, or null where this machine has none (then the port mock stands in). */
export function openPtyPair(): PtyPair | null {
  let bare: unknown;
  try {
    const pty: unknown = createRequire(import.meta.url)('@lydell/node-pty');
    if (typeof pty !== 'object' || pty === null || !('open' in pty) || typeof pty.open !== 'function') return null;
    bare = pty.open({ encoding: null });
  } catch {
    return null;
  }
  if (!isBare(bare)) return null;
  const { _pty: path, _fd: fd, _master: master, _slave: slave } = bare;
  // The far end may hang up at any time; reading on then fails, which is the end of the line and no error.
  master.on('error', () => undefined);
  slave.on('error', () => undefined);
  let open = true;
  return {
    path,
    opened: () => slave.destroy(),
    write(bytes) {
      let rest = bytes;
      while (open && rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
    },
    onBytes: (listener) => master.on('data', listener),
    onClose: (listener) => master.on('close', listener),
    close() {
      open = false;
      master.destroy();
      slave.destroy();
    },
  };
}
