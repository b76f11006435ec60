import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { openSocketChannel } from './socket-channel.ts';
import { type ClientTls, serverNameOf, tlsTrouble } from './tls.ts';
import { clientFiles } from './tls-files.ts';
import { createBackoff, reasonOf, type Transport, type TransportListener } from './transport.ts';

/** A far end that does not answer at all. */
const connectTimeoutMs = 4_000;

/**
 * Dial the analyzer, and again whenever the connection is gone. `target` is `host:port`.
 * Throws CONFIG_UNREADABLE, CONFIG_TLS_INVALID.
 */
export function dialTcp(target: string, listener: TransportListener, tls?: ClientTls): Transport {
  const separator = target.lastIndexOf(':');
  const host = target.slice(0, separator).replace(/^\[|\]$/g, '');
  const port = Number(target.slice(separator + 1));
  const secure = tls === undefined ? null : () => ({ ...serverNameOf(host, tls), ...clientFiles(tls) });
  // Files that are no use are a mistake in lab.yaml, not of the far end.
  secure?.();
  const backoff = createBackoff();
  let socket: Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function later(): void {
    if (!closed) timer = setTimeout(dial, backoff.next());
  }

  function dial(): void {
    const dialling = secure === null ? connect({ host, port }) : connectTls({ host, port, ...secure() });
    socket = dialling;
    const slow = setTimeout(() => dialling.destroy(new Error('no answer')), connectTimeoutMs);
    const failed = (thrown: Error): void => {
      clearTimeout(slow);
      const trouble = tlsTrouble(target, thrown);
      listener.onTrouble({
        code: trouble?.code ?? 'LINE_UNREACHABLE',
        detail: trouble?.message ?? reasonOf(thrown),
        retryAt: Date.now() + connectTimeoutMs,
      });
      later();
    };
    dialling.once('error', failed);
    dialling.once(secure === null ? 'connect' : 'secureConnect', () => {
      clearTimeout(slow);
      dialling.off('error', failed);
      backoff.reset();
      openSocketChannel(dialling, listener, target);
      dialling.once('close', later);
    });
  }

  dial();
  return {
    address: () => target,
    async close() {
      closed = true;
      clearTimeout(timer);
      socket?.destroy();
    },
  };
}
