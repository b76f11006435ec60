import { connect } from 'node:net';

/**
 * Asks over HTTP as fast as it is answered, a process of its own: each connection its share of the paths, the next when
 * the last answer is whole. Sockets by hand, so that the asker is not what is measured. Reads its task as JSON from
 * standard input, writes the outcome as JSON to standard output.
 */
interface Task {
  readonly port: number;
  readonly paths: readonly string[];
  readonly authorization: string;
  readonly connections: number;
}

export interface Answered {
  readonly answers: number;
  readonly bytes: number;
  readonly ms: number;
  readonly waitMs: readonly number[];
}

async function askAll({ port, paths, authorization, connections }: Task): Promise<Answered> {
  const waitMs: number[] = [];
  let bytes = 0;
  const lines = await Promise.all(Array.from({ length: connections }, () => dial(port)));
  const begun = performance.now();
  await Promise.all(
    lines.map(async (ask, position) => {
      for (let at = position; at < paths.length; at += connections) {
        const sent = performance.now();
        const length = await ask(
          `GET ${paths[at]} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${authorization}\r\nAccept: application/fhir+json\r\n\r\n`,
        );
        bytes += length;
        waitMs.push(performance.now() - sent);
      }
    }),
  );
  return { answers: waitMs.length, bytes, ms: performance.now() - begun, waitMs };
}

/** A connection that stays: resolves with how many bytes the body of an answer has. */
function dial(port: number): Promise<(request: string) => Promise<number>> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let head = '';
    let length = -1;
    let taken = 0;
    let answered: (bytes: number) => void = () => undefined;
    let failed: (thrown: Error) => void = reject;
    const fail = (thrown: Error): void => failed(thrown);
    socket.on('error', fail).on('close', () => fail(new Error('the connection was closed')));
    socket.on('data', (chunk: Buffer) => {
      taken += chunk.length;
      if (length < 0) {
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!head.startsWith('HTTP/1.1 200')) return fail(new Error(head.slice(0, 300)));
        length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
        if (Number.isNaN(length)) return fail(new Error('an answer without its length'));
        taken -= end + 4;
      }
      if (taken < length) return;
      const whole = length;
      [head, length, taken] = ['', -1, 0];
      answered(whole);
    });
    socket.once('connect', () =>
      resolve(
        (request) =>
          new Promise((done, refused) => {
            [answered, failed] = [done, refused];
            socket.write(request);
          }),
      ),
    );
  });
}

let input = '';
for await (const chunk of process.stdin) input += String(chunk);
process.stdout.write(JSON.stringify(await askAll(JSON.parse(input))), () => process.exit(0));
