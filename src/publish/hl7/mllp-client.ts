import { connect, type Socket } from 'node:net';
import { setTimeout as rest } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { readAcknowledgement } from '../../../protocols/hl7v2/acknowledge.ts';
import { extractBlocks } from '../../../protocols/hl7v2/extract.ts';
import { parseMessage } from '../../../protocols/hl7v2/message.ts';
import { frameBlock } from '../../../protocols/hl7v2/write.ts';
import type { DestinationTls } from '../../laboratory/recipient-config.ts';
import { serverNameOf, tlsTrouble } from '../../transport/tls.ts';
import { clientFiles } from '../../transport/tls-files.ts';
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
  send(message: Uint8Array, controlId: string, signal: AbortSignal): Promise<SendOutcome>;
  close(): void;
}

export interface MllpDestination {
  /** `host:port` */
  readonly address: string;
  readonly ackTimeoutMs: number;
  /** A commit acknowledgement is followed by the application's. */
  readonly enhanced: boolean;
  readonly tls?: DestinationTls | undefined;
  /** What becomes of a message that went out whole and is not answered; `retry` when absent. */
  readonly unanswered?: 'retry' | 'park' | undefined;
  /** Least time from the end of one message to the next. */
  readonly pauseMs?: number | undefined;
}

/** The message is out and nobody said what became of it. */
class Unanswered extends Error {}

export function createMllpClient(destination: MllpDestination): MllpClient {
  const { address, ackTimeoutMs } = destination;
  const separator = address.lastIndexOf(':');
  const host = address.slice(0, separator).replace(/^\[|\]$/g, '');
  const port = Number(address.slice(separator + 1));
  let socket: Socket | null = null;
  let restUntil = 0;

  function drop(): void {
    socket?.destroy();
    socket = null;
  }

  function open(signal: AbortSignal): Promise<Socket> {
    if (socket !== null && !socket.destroyed && socket.writable) return Promise.resolve(socket);
    return new Promise((resolve, reject) => {
      const fresh = socketTo(host, port, destination.tls);
      const onAbort = (): void => void fresh.destroy(new Error('stopped'));
      signal.addEventListener('abort', onAbort, { once: true });
      const timer = setTimeout(() => fresh.destroy(new Error('no connection in time')), ackTimeoutMs);
      fresh.once(destination.tls === undefined ? 'connect' : 'secureConnect', () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        socket = fresh;
        resolve(fresh);
      });
      fresh.once('error', (thrown) => {
        clearTimeout(timer);
        reject(thrown);
      });
      fresh.once('close', () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        if (socket === fresh) socket = null;
        reject(new Error('the connection was closed'));
      });
    });
  }

  return {
    async send(message, controlId, signal) {
      try {
        const restMs = restUntil - performance.now();
        if (restMs > 0) await rest(restMs, undefined, { signal });
        const line = await open(signal);
        return await exchange(line, message, controlId, destination, signal);
      } catch (thrown) {
        drop();
        const plain = thrown instanceof Error ? thrown.message : 'unknown';
        if (thrown instanceof Unanswered && destination.unanswered === 'park')
          return { kind: 'refused', code: 'unanswered', text: plain };
        return { kind: 'unreachable', text: tlsTrouble(address, thrown)?.message ?? plain };
      } finally {
        restUntil = performance.now() + (destination.pauseMs ?? 0);
      }
    },
    close: drop,
  };
}

function socketTo(host: string, port: number, tls: DestinationTls | undefined): Socket {
  if (tls === undefined) return connect({ host, port, noDelay: true, keepAlive: true });
  return connectTls({ host, port, ...serverNameOf(host, tls), ...clientFiles(tls) });
}

function exchange(
  line: Socket,
  message: Uint8Array,
  controlId: string,
  { ackTimeoutMs, enhanced }: MllpDestination,
  signal: AbortSignal,
): Promise<SendOutcome> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    let committed = false;
    const finish = (act: () => void): void => {
      clearTimeout(timer);
      line.off('data', onBytes);
      line.off('close', onClose);
      line.off('error', onError);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const fail = (words: string): void => finish(() => reject(new Unanswered(words)));
    const onClose = (): void => fail('the connection was closed before the answer');
    const onError = (thrown: Error): void => finish(() => reject(thrown));
    const onAbort = (): void => finish(() => reject(new Error('stopped')));
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
        // In enhanced mode the bytes are safe there; whether the application took them is said next.
        if (enhanced && outcome.kind === 'accepted' && outcome.code === undefined) {
          committed = true;
          continue;
        }
        finish(() => resolve(committed ? { ...outcome, transport: 'CA' } : outcome));
        return;
      }
    };
    const timer = setTimeout(() => {
      if (committed) finish(() => resolve({ kind: 'accepted', transport: 'CA' }));
      else fail('no acknowledgement in time');
    }, ackTimeoutMs);
    line.on('data', onBytes);
    line.once('close', onClose);
    line.once('error', onError);
    signal.addEventListener('abort', onAbort, { once: true });
    line.write(frameBlock(message));
  });
}

/** The answer to our message; null when it answers another. */
function readAnswer(block: Uint8Array, controlId: string): Exclude<SendOutcome, { kind: 'unreachable' }> | null {
  const [first] = extractBlocks(block).messages;
  if (first === undefined) return null;
  const answer = readAcknowledgement(parseMessage(first, (bytes) => utf8.decode(bytes)));
  if (answer === null || answer.controlId !== controlId) return null;
  const text = [answer.text, answer.error].filter((each) => each !== undefined && each !== '').join('; ');
  const words = text === '' ? {} : { text };
  if (answer.code === 'AA') return { kind: 'accepted', code: 'AA', ...words };
  // Stored safely, no need to send again (HL7 2.5.1 table 0008).
  if (answer.code === 'CA') return { kind: 'accepted', transport: 'CA', ...words };
  return { kind: 'refused', code: answer.code, text: text === '' ? `answered ${answer.code}` : text };
}
