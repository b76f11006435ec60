import { connect, type Socket } from 'node:net';

/** The hospital system's end of a line: one message, its answer. */
export function hospital(address: string) {
  const [host, port] = address.split(':');
  const socket: Socket = connect(Number(port), host);
  let buffer = Buffer.alloc(0);
  const waiting: ((text: string) => void)[] = [];
  socket.on('data', (bytes: Buffer) => {
    buffer = Buffer.concat([buffer, bytes]);
    for (let end = buffer.indexOf(0x1c); end >= 0; end = buffer.indexOf(0x1c)) {
      waiting.shift()?.(buffer.subarray(1, end).toString('utf8'));
      buffer = buffer.subarray(end + 2);
    }
  });
  return {
    send(segments: readonly string[], encoding: BufferEncoding = 'utf8'): Promise<string[]> {
      const answer = new Promise<string>((resolve) => waiting.push(resolve));
      socket.write(
        Buffer.concat([Buffer.of(0x0b), Buffer.from(`${segments.join('\r')}\r`, encoding), Buffer.of(0x1c, 0x0d)]),
      );
      return answer.then((text) => text.split('\r').filter((line) => line !== ''));
    },
    close: () => socket.destroy(),
  };
}
