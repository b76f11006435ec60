import { createServer, type Socket } from 'node:net';
import { acknowledge } from '../../../protocols/hl7v2/acknowledge.ts';
import { parseMessage } from '../../../protocols/hl7v2/message.ts';
import { createMllp, type MllpEffect, type MllpInput, step } from '../../../protocols/hl7v2/mllp.ts';

/** A hospital information system of software: takes every ORU and says AA. */
export interface Receiver {
  readonly port: number;
  close(): Promise<void>;
}

const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** Listen on the loopback; `onReport` gets the accession of each report. */
export function startReceiver(onReport: (accession: string) => void): Promise<Receiver> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let state = createMllp();
    const feed = (input: MllpInput): void => {
      const next = step(state, input);
      state = next.state;
      for (const effect of next.effects) perform(effect);
    };
    const perform = (effect: MllpEffect): void => {
      if (effect.type === 'write') socket.write(effect.bytes);
      if (effect.type === 'deliver' && effect.complete)
        feed({ type: 'committed', replies: [answer(effect.text, onReport)] });
    };
    socket.on('data', (bytes: Buffer) => feed({ type: 'bytes', bytes }));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        close: () =>
          new Promise((closed) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => closed());
          }),
      });
    });
  });
}

function answer(text: Uint8Array, onReport: (accession: string) => void): Uint8Array {
  const message = parseMessage({ text, pieces: [{ text: 0, raw: 0 }], span: [0, text.length], complete: true }, decode);
  const accession = message.segment('SPM')?.field(2).component(1).text ?? '';
  onReport(accession);
  const time = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return Buffer.from(acknowledge(message, { code: 'AA', controlId: `HIS${Date.now()}`, time }), 'utf8');
}
