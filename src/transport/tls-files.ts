import { statSync } from 'node:fs';
import type { Server as TlsServer } from 'node:tls';
import { isLisError, type LisError } from '../errors.ts';
import { type ClientTls, readClientTls, readServerTls, type ServerTls } from './tls.ts';

/** Files were renewed while we run: taken, or no use and why. */
export interface Renewal {
  readonly files: readonly string[];
  readonly trouble?: LisError;
}

const listeners = new Set<(renewal: Renewal) => void>();

/** Hear of files that were renewed. Returns what ends it. */
export function onRenewal(listener: (renewal: Renewal) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * What files hold, read again once one of them changed (an authority that renews a certificate writes it over, or points
 * a link elsewhere). While what stands there is no use, half written or wrong, what was read before stays in use; that is
 * told once for each change. Throws what `read` throws the first time.
 */
function keptFresh<T>(paths: readonly (string | undefined)[], read: () => T): () => T {
  const files = paths.filter((path) => path !== undefined);
  // Before reading: what changes meanwhile is seen the next time.
  let stamp = stampOf(files);
  let held = read();
  return () => {
    const now = stampOf(files);
    if (now === stamp) return held;
    stamp = now;
    try {
      held = read();
      for (const listener of listeners) listener({ files });
    } catch (thrown) {
      if (!isLisError(thrown)) throw thrown;
      for (const listener of listeners) listener({ files, trouble: thrown });
    }
    return held;
  };
}

/** Changes with every write, replacement or move of a link. */
function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const found = statSync(file, { throwIfNoEntry: false });
      return found === undefined ? 'absent' : `${found.dev}:${found.ino}:${found.size}:${found.mtimeMs}`;
    })
    .join(' ');
}

/** Options of a server now, and what keeps it to its files. */
export interface ServerFiles {
  readonly options: ReturnType<typeof readServerTls>;
  /** Every handshake from now on is made with what the files hold then; connections that stand are left alone. */
  follow(server: TlsServer): void;
}

/** The TLS files of a port we serve. Throws CONFIG_UNREADABLE, CONFIG_TLS_INVALID. */
export function serverFiles(tls: ServerTls): ServerFiles {
  const current = keptFresh([tls.key, tls.cert, tls.clientCa], () => readServerTls(tls));
  let inUse = current();
  return {
    options: inUse,
    follow(server) {
      // Before the server's own listener, which starts the handshake.
      server.prependListener('connection', () => {
        const next = current();
        if (next !== inUse) server.setSecureContext(next);
        inUse = next;
      });
    },
  };
}

const dialled = new Map<string, () => ReturnType<typeof readClientTls>>();

/**
 * The TLS files towards a port we dial, as they stand at this connection. Throws CONFIG_UNREADABLE, CONFIG_TLS_INVALID
 * where they were never any use.
 */
export function clientFiles({ ca, cert, key }: ClientTls): ReturnType<typeof readClientTls> {
  const name = JSON.stringify([ca, cert, key]);
  const known = dialled.get(name);
  if (known !== undefined) return known();
  const current = keptFresh([ca, cert, key], () => readClientTls({ ca, cert, key }));
  dialled.set(name, current);
  return current();
}
