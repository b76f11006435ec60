import { createServer, type Socket } from 'node:net';

/** A hospital system that refuses every report with a reason, until it is told to take them. */
export interface RefusingRecipient {
  readonly port: number;
  takeFromNowOn(): void;
  close(): Promise<void>;
}

const vt = '\x0b';
const end = '\x1c\r';

export async function startRefusingRecipient(reason: string): Promise<RefusingRecipient> {
  let takes = false;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    let waiting = '';
    socket.on('data', (bytes) => {
      waiting += bytes.toString('utf8');
      for (let at = waiting.indexOf(end); at >= 0; at = waiting.indexOf(end)) {
        const id = waiting.slice(0, at).split('\r')[0]?.split('|')[9] ?? '';
        waiting = waiting.slice(at + end.length);
        const answer = takes ? `MSA|AA|${id}` : `MSA|AE|${id}|${reason}`;
        socket.write(`${vt}MSH|^~\\&|HIS|BV|Cuvette|24001|20261125||ACK|1${id}|P|2.5.1\r${answer}\r${end}`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the recipient has no port');
  return {
    port: address.port,
    takeFromNowOn() {
      takes = true;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
