import { connect, type Socket } from 'node:net';
import { block, cbcMessage } from './messages.ts';

/**
 * The load generator, a process of its own: each line sends its share of the accessions one message after the other,
 * the next when the last was acknowledged, as analyzers do. Reads its task as JSON from standard input, writes the
 * outcome as JSON to standard output.
 */
interface Task {
  readonly ports: readonly number[];
  readonly accessions: readonly string[];
  /** Messages a second over all lines; absent: as fast as they are taken. */
  readonly perSecond?: number;
}

export interface Outcome {
  readonly messages: number;
  readonly refused: number;
  /** From the first byte to the last acknowledgement. */
  readonly ms: number;
  /** From the last byte of a message to its acknowledgement. */
  readonly acknowledgeMs: readonly number[];
}

async function sendAll(task: Task): Promise<Outcome> {
  const sockets = await Promise.all(task.ports.map(dial));
  const acknowledgeMs: number[] = [];
  let refused = 0;
  const begun = performance.now();
  await Promise.all(
    sockets.map(async (line, position) => {
      const mine = task.accessions.filter((_each, at) => at % sockets.length === position);
      const gap = task.perSecond === undefined ? 0 : (1000 * sockets.length) / task.perSecond;
      // Lines begin spread over one gap: analyzers do not beat in step.
      let due = begun + (gap * position) / sockets.length;
      for (const accession of mine) {
        const wait = due - performance.now();
        if (gap > 0 && wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        due += gap;
        const bytes = block(cbcMessage(accession, accession));
        const sent = performance.now();
        const code = await line.exchange(bytes);
        acknowledgeMs.push(performance.now() - sent);
        if (code !== 'AA' && code !== 'CA') refused += 1;
      }
    }),
  );
  const ms = performance.now() - begun;
  for (const line of sockets) line.close();
  return { messages: acknowledgeMs.length, refused, ms, acknowledgeMs };
}

interface Line {
  exchange(bytes: Buffer): Promise<string>;
  close(): void;
}

function dial(port: number): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let waiting = '';
    let answered: (code: string) => void = () => undefined;
    socket.once('error', reject);
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      waiting += chunk;
      const end = waiting.indexOf('\u001c');
      if (end < 0) return;
      const code = /\rMSA\|(\w\w)/.exec(waiting)?.[1] ?? '??';
      waiting = waiting.slice(end + 2);
      answered(code);
    });
    socket.once('connect', () =>
      resolve({
        exchange: (bytes) =>
          new Promise((done) => {
            answered = done;
            socket.write(bytes);
          }),
        close: () => socket.destroy(),
      }),
    );
  });
}

let input = '';
for await (const chunk of process.stdin) input += String(chunk);
const task: Task = JSON.parse(input);
process.stdout.write(JSON.stringify(await sendAll(task)));
