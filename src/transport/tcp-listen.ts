import { BlockList, createServer, isIP, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import { openSocketChannel } from './socket-channel.ts';
import { type ServerTls, tlsTrouble } from './tls.ts';
import { serverFiles } from './tls-files.ts';
import { createBackoff, reasonOf, type Transport, type TransportListener } from './transport.ts';

/** Analyzers dial one at a time; a few more while a dead one has not been noticed. */
const mostConnections = 8;
const handshakeMs = 10_000;

/**
 * Wait for the analyzer to dial. A port that is busy is trouble of this line only, and tried again.
 * `from` are the addresses or ranges that may connect, all when absent; with `tls` who can't show what it asks for is
 * turned away. Throws CONFIG_UNREADABLE, CONFIG_TLS_INVALID.
 */
export function listenTcp(
  options: {
    readonly host: string;
    readonly port: number;
    readonly from?: readonly string[] | undefined;
    readonly tls?: ServerTls | undefined;
  },
  listener: TransportListener,
): Transport {
  const allowed = options.from === undefined ? null : allowList(options.from);
  const secured = options.tls === undefined ? null : secureServer(options.tls, listener);
  const sockets = new Set<Socket>();
  const backoff = createBackoff();
  let server: Server | undefined;
  let bound: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  /** Asked for, and neither there nor refused yet. */
  let opens = false;

  function accept(socket: Socket): void {
    const remote = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`;
    if (allowed !== null && !isAllowed(allowed, socket.remoteAddress ?? '')) {
      socket.destroy();
      listener.onTrouble({ code: 'LINE_PEER_REFUSED', detail: `${remote} is not in \`from\`` });
      return;
    }
    if (sockets.size >= mostConnections) {
      socket.destroy();
      listener.onTrouble({ code: 'LINE_PEER_REFUSED', detail: `${remote}: too many connections` });
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (secured === null) openSocketChannel(socket, listener, remote);
    else secured.emit('connection', socket);
  }

  function open(): void {
    const opening = createServer({ pauseOnConnect: false }, accept);
    opens = true;
    opening.on('error', (failed) => {
      opens = false;
      const wait = backoff.next();
      const code = 'code' in failed && failed.code === 'EADDRINUSE' ? 'CONFIG_PORT_BUSY' : 'LINE_UNREACHABLE';
      listener.onTrouble({ code, detail: reasonOf(failed), retryAt: Date.now() + wait });
      if (!closed) timer = setTimeout(open, wait);
    });
    opening.listen({ host: options.host, port: options.port }, () => {
      opens = false;
      backoff.reset();
      const address = opening.address();
      bound = typeof address === 'object' && address !== null ? address.port : undefined;
    });
    server = opening;
  }

  open();
  return {
    address: () => `${options.host}:${bound ?? options.port}`,
    close() {
      closed = true;
      clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        const end = (): unknown => server?.close(() => resolve());
        if (server?.listening === true) end();
        else if (opens) server?.once('listening', end).once('error', () => resolve());
        else resolve();
      });
    },
  };
}

/** Never listens: it takes over connections that were let in, and hands on those whose handshake is done. */
function secureServer(tls: ServerTls, listener: TransportListener): TlsServer {
  const remoteOf = (socket: TLSSocket): string => `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`;
  const files = serverFiles(tls);
  const server = createTlsServer({ ...files.options, handshakeTimeout: handshakeMs }, (socket) =>
    openSocketChannel(socket, listener, remoteOf(socket)),
  );
  files.follow(server);
  server.on('tlsClientError', (thrown, socket) => {
    const trouble = tlsTrouble(socket.remoteAddress ?? 'a peer', thrown, socket.authorizationError);
    socket.destroy();
    if (trouble !== null) listener.onTrouble({ code: trouble.code, detail: trouble.message });
  });
  return server;
}

function allowList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isAllowed(list: BlockList, address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  const family = isIP(plain);
  return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}
