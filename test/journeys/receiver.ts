import { createServer, type Server, type Socket } from 'node:net';

/** What arrived at a receiving hospital system: the text as sent, and its MSH-10. */
export interface Arrived {
  readonly text: string;
  readonly controlId: string;
}

/** A receiving HL7 listener written without the product's own code: it must not agree with itself only. */
export interface HospitalSystem {
  readonly port: number;
  readonly arrived: Arrived[];
  /** What it answers from now on; null: nothing. */
  answer(code: 'AA' | 'AE' | 'AR' | null, words?: string): void;
  /** Stop listening and cut what is connected. */
  down(): Promise<void>;
  up(): Promise<void>;
}

export async function startHospitalSystem(): Promise<HospitalSystem> {
  const arrived: Arrived[] = [];
  const sockets = new Set<Socket>();
  let code: 'AA' | 'AE' | 'AR' | null = 'AA';
  let words = '';
  let port = 0;
  let server: Server | null = null;

  function take(socket: Socket, text: string): void {
    const fields = (text.split('\r')[0] ?? '').split('|');
    const controlId = fields[9] ?? '';
    arrived.push({ text, controlId });
    if (code === null) return;
    const reply = `MSH|^~\\&|HIS|H|LAB|L|20261125||ACK^R01^ACK|R${arrived.length}|P|2.5.1\rMSA|${code}|${controlId}|${words}\r`;
    socket.write(`\u000b${reply}\u001c\r`);
  }

  const listen = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const opening = createServer((socket) => {
        sockets.add(socket);
        let waiting = '';
        socket.setEncoding('utf8').on('data', (chunk: string) => {
          waiting += chunk;
          for (let end = waiting.indexOf('\u001c\r'); end >= 0; end = waiting.indexOf('\u001c\r')) {
            take(socket, waiting.slice(waiting.indexOf('\u000b') + 1, end));
            waiting = waiting.slice(end + 2);
          }
        });
        socket.on('error', () => socket.destroy());
        socket.on('close', () => sockets.delete(socket));
      });
      opening.once('error', reject);
      opening.listen(port, '127.0.0.1', () => {
        const address = opening.address();
        if (typeof address === 'object' && address !== null) port = address.port;
        server = opening;
        resolve();
      });
    });

  await listen();
  return {
    get port() {
      return port;
    },
    arrived,
    answer(next, text = '') {
      code = next;
      words = text;
    },
    up: listen,
    down: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        if (server === null) return resolve();
        server.close(() => resolve());
        server = null;
      }),
  };
}
