import { connect, createServer, type Socket } from 'node:net';
import { SerialPort } from 'serialport';

/** Where bytes go in and out: the far end of the wire. */
export interface BytePort {
  write(bytes: Uint8Array): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** Where the analyzer finds the host. */
export type Address =
  | { readonly tcp: string }
  | { readonly listen: number; readonly onListening?: (port: number) => void }
  | { readonly serial: string; readonly baudRate?: number }
  /** A port that is open already: the kept end of a pty pair. */
  | { readonly port: BytePort };

/** Open the port: dial, wait for the host to dial, or open a serial path. Rejects when that fails. */
export function openPort(address: Address, signal: AbortSignal): Promise<BytePort> {
  if ('port' in address) return Promise.resolve(address.port);
  if ('tcp' in address) return dial(address.tcp, signal);
  if ('listen' in address) return listen(address.listen, address.onListening, signal);
  return openSerial(address.serial, address.baudRate ?? 9600);
}

function dial(target: string, signal: AbortSignal): Promise<BytePort> {
  const separator = target.lastIndexOf(':');
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: target.slice(0, separator),
      port: Number(target.slice(separator + 1)),
      noDelay: true,
    });
    const cut = (): void => {
      socket.destroy(new Error('the simulator was stopped'));
    };
    signal.addEventListener('abort', cut, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', cut));
    socket.once('error', reject);
    socket.once('connect', () => resolve(socketPort(socket)));
  });
}

function listen(
  port: number,
  onListening: ((port: number) => void) | undefined,
  signal: AbortSignal,
): Promise<BytePort> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      server.close();
      resolve(socketPort(socket));
    });
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', signal }, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) onListening?.(address.port);
    });
  });
}

function socketPort(socket: Socket): BytePort {
  socket.on('error', () => socket.destroy());
  return {
    write: (bytes) => {
      if (!socket.destroyed) socket.write(bytes);
    },
    onBytes: (listener) => socket.on('data', listener),
    onClose: (listener) => socket.on('close', listener),
    close: () => socket.destroy(),
  };
}

function openSerial(path: string, baudRate: number): Promise<BytePort> {
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate }, (failed) => {
      if (failed !== null) reject(failed);
      else
        resolve({
          write: (bytes) => port.write(Buffer.from(bytes)),
          onBytes: (listener) => port.on('data', listener),
          onClose: (listener) => port.on('close', listener),
          close: () => port.close(() => undefined),
        });
    });
  });
}
