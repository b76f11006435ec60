import type { Socket } from 'node:net';
import type { Channel, TransportListener } from './transport.ts';

/** A peer that vanished without a word (cable, power) is found by TCP keep-alive: first probe after this silence. */
const keepAliveMs = 10_000;
/** Answers that may wait for a peer that does not read. */
const mostUnsentBytes = 8_000_000;

/** Listen to a connected socket as a channel until it closes. */
export function openSocketChannel(socket: Socket, listener: TransportListener, remote: string): Channel {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveMs);
  const channel: Channel = {
    remote,
    write(bytes) {
      if (socket.destroyed || !socket.writable) return;
      if (socket.writableLength > mostUnsentBytes) socket.destroy();
      else socket.write(bytes);
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => void socket.destroy(),
  };
  socket.on('data', (bytes: Buffer) => listener.onBytes(channel, bytes));
  socket.on('error', () => socket.destroy());
  // The other side said it is done: nothing more comes, so the line is down.
  socket.on('end', () => socket.end());
  socket.once('close', () => listener.onDown(channel));
  listener.onUp(channel);
  return channel;
}
