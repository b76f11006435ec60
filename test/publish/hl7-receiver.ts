import { createServer, type Server, type Socket } from 'node:net';

/** One message as it came. */
export interface Received {
  readonly text: string;
  readonly controlId: string;
  readonly accession: string;
  /** OBR-22 of the first group. */
  readonly released: string;
}

/** What the receiver does with a message: answers these texts (`\v…\x1c\r` is put around), or cuts the connection. */
export type Behaviour = (
  message: Received,
  count: number,
) => readonly string[] | 'cut' | Promise<readonly string[] | 'cut'>;

/** A receiving hospital system written without the product's own code, on a port of its own. */
export interface Hl7Receiver {
  readonly port: number;
  readonly received: Received[];
  /** Messages that began before the one before was answered: must stay 0. */
  readonly overlaps: () => number;
  readonly connections: () => number;
  behave(behaviour: Behaviour): void;
  down(): Promise<void>;
  up(): Promise<void>;
}

export const ack = (code: string, controlId: string, words = ''): string =>
  `MSH|^~\\&|HIS|H|CUVETTE|L|20261125||ACK^R01^ACK|R-${controlId}|P|2.5.1\rMSA|${code}|${controlId}|${words}\r`;

export const accepts: Behaviour = ({ controlId }) => [ack('AA', controlId)];

export async function startHl7Receiver(port = 0): Promise<Hl7Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let behaviour: Behaviour = accepts;
  let chosen = port;
  let server: Server | null = null;
  let busy = 0;
  let overlaps = 0;
  let connections = 0;

  async function take(socket: Socket, text: string): Promise<void> {
    const message = readMessage(text);
    received.push(message);
    if (busy > 0) overlaps += 1;
    busy += 1;
    try {
      const answer = await behaviour(message, received.length);
      if (answer === 'cut') socket.destroy();
      else for (const each of answer) socket.write(`\u000b${each}\u001c\r`);
    } finally {
      busy -= 1;
    }
  }

  const up = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const opening = createServer((socket) => {
        connections += 1;
        sockets.add(socket);
        let waiting = '';
        socket.setEncoding('utf8').on('data', (chunk: string) => {
          waiting += chunk;
          for (let end = waiting.indexOf('\u001c\r'); end >= 0; end = waiting.indexOf('\u001c\r')) {
            void take(socket, waiting.slice(waiting.indexOf('\u000b') + 1, end));
            waiting = waiting.slice(end + 2);
          }
        });
        socket.on('error', () => socket.destroy());
        socket.on('close', () => sockets.delete(socket));
      });
      opening.once('error', reject);
      opening.listen(chosen, '127.0.0.1', () => {
        const address = opening.address();
        if (typeof address === 'object' && address !== null) chosen = address.port;
        server = opening;
        resolve();
      });
    });

  await up();
  return {
    get port() {
      return chosen;
    },
    received,
    overlaps: () => overlaps,
    connections: () => connections,
    behave(next) {
      behaviour = next;
    },
    up,
    down: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        if (server === null) return resolve();
        server.close(() => resolve());
        server = null;
      }),
  };
}

function readMessage(text: string): Received {
  const segments = text.split('\r').map((line) => line.split('|'));
  const field = (name: string, number: number): string => segments.find((each) => each[0] === name)?.[number] ?? '';
  return {
    text,
    controlId: field('MSH', 9),
    accession: field('SPM', 2),
    released: field('OBR', 22),
  };
}
