import { connect, type Socket } from 'node:net';
import { readAcknowledgement } from '../../../protocols/hl7v2/acknowledge.ts';
import { extractBlocks } from '../../../protocols/hl7v2/extract.ts';
import { parseMessage } from '../../../protocols/hl7v2/message.ts';
import { frameBlock } from '../../../protocols/hl7v2/write.ts';
import type { SendOutcome } from '../outbox/sender.ts';

const FS = 0x1c;
/** An acknowledgement is small; more is not one. */
const mostAnswer = 65_536;
const utf8 = new TextDecoder();

/**
 * One connection to an HL7 receiver, one message in flight. The answer must carry our control id in MSA-2: another one
 * is a late answer to an earlier message and is passed over. When no answer comes the socket is closed, so that a late
 * one can never be taken for the next message's (interfaces.md 2.3).
 */
export interface MllpClient {
  send(message: string, controlId: string, signal: AbortSignal): Promise<SendOutcome>;
  close(): void;
}

export function createMllpClient(address: string, ackTimeoutMs: number): MllpClient {
  const separator = address.lastIndexOf(':');
  const host = address.slice(0, separator).replace(/^\[|\]$/g, '');
  const port = Number(address.slice(separator + 1));
  let socket: Socket | null = null;

  function drop(): void {
    socket?.destroy();
    socket = null;
  }

  function open(signal: AbortSignal): Promise<Socket> {
    if (socket !== null && !socket.destroyed && socket.writable) return Promise.resolve(socket);
    return new Promise((resolve, reject) => {
      const fresh = connect({ host, port, signal, noDelay: true, keepAlive: true });
      const timer = setTimeout(() => fresh.destroy(new Error('no connection in time')), ackTimeoutMs);
      fresh.once('connect', () => {
        clearTimeout(timer);
        socket = fresh;
        resolve(fresh);
      });
      fresh.once('error', (thrown) => {
        clearTimeout(timer);
        reject(thrown);
      });
      fresh.once('close', () => {
        if (socket === fresh) socket = null;
      });
    });
  }

  return {
    async send(message, controlId, signal) {
      try {
        const line = await open(signal);
        return await exchange(line, message, controlId, ackTimeoutMs, signal);
      } catch (thrown) {
        drop();
        return { kind: 'unreachable', text: thrown instanceof Error ? thrown.message : 'unknown' };
      }
    },
    close: drop,
  };
}

function exchange(
  line: Socket,
  message: string,
  controlId: string,
  ackTimeoutMs: number,
  signal: AbortSignal,
): Promise<SendOutcome> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const finish = (act: () => void): void => {
      clearTimeout(timer);
      line.off('data', onBytes);
      line.off('close', onClose);
      line.off('error', onError);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const fail = (words: string): void => finish(() => reject(new Error(words)));
    const onClose = (): void => fail('the connection was closed before the answer');
    const onError = (thrown: Error): void => fail(thrown.message);
    const onAbort = (): void => fail('stopped');
    const onBytes = (bytes: Buffer): void => {
      received = Buffer.concat([received, bytes]);
      if (received.length > mostAnswer) {
        fail('the answer is too long');
        return;
      }
      for (let end = received.indexOf(FS); end >= 0; end = received.indexOf(FS)) {
        const block = received.subarray(0, end + 1);
        received = received.subarray(end + 1);
        const outcome = readAnswer(block, controlId);
        if (outcome === null) continue;
        finish(() => resolve(outcome));
        return;
      }
    };
    const timer = setTimeout(() => fail('no acknowledgement in time'), ackTimeoutMs);
    line.on('data', onBytes);
    line.once('close', onClose);
    line.once('error', onError);
    signal.addEventListener('abort', onAbort, { once: true });
    line.write(frameBlock(new TextEncoder().encode(message)));
  });
}

/** The answer to our message; null when it answers another. */
function readAnswer(block: Uint8Array, controlId: string): SendOutcome | null {
  const [first] = extractBlocks(block).messages;
  if (first === undefined) return null;
  const answer = readAcknowledgement(parseMessage(first, (bytes) => utf8.decode(bytes)));
  if (answer === null || answer.controlId !== controlId) return null;
  const text = [answer.text, answer.error].filter((each) => each !== undefined && each !== '').join('; ');
  if (answer.code === 'AA' || answer.code === 'CA')
    return { kind: 'accepted', code: answer.code, ...(text === '' ? {} : { text }) };
  return { kind: 'refused', code: answer.code, text: text === '' ? `answered ${answer.code}` : text };
}
