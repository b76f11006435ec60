import type { Driver } from '../drivers/driver.ts';
import { createLink, type LinkInput, step as linkStep } from '../protocols/astm/link.ts';
import { acknowledge, readAcknowledgement } from '../protocols/hl7v2/acknowledge.ts';
import { type Hl7Message, parseMessage } from '../protocols/hl7v2/message.ts';
import { createMllp, type MllpInput, step as mllpStep } from '../protocols/hl7v2/mllp.ts';
import { blockEnd } from './block-end.ts';
import type { BytePort } from './port.ts';

/** How the host took a message. */
export type SendOutcome = 'accepted' | 'refused' | 'failed';

/** The analyzer's end of one connection: sends messages, takes what the host sends. */
export interface AnalyzerEnd {
  /** Resolves with the host's answer; `failed` when none came or the connection broke. */
  send(message: Uint8Array): Promise<SendOutcome>;
  /** What the host sent by itself or in answer to a query, unframed. */
  onHostMessage(listener: (text: Uint8Array) => void): void;
  close(): void;
}

/** The end that fits the driver's protocol. */
export function analyzerEnd(driver: Driver, port: BytePort): AnalyzerEnd {
  if (driver.protocol === 'astm') return astmEnd(driver, port);
  if (driver.blocks !== undefined) return blockEnd(driver.blocks, port);
  return driver.protocol === 'hl7v2' ? hl7End(port) : printingEnd(port);
}

type Waiting = Map<string, (outcome: SendOutcome) => void>;

function astmEnd(driver: Driver, port: BytePort): AnalyzerEnd {
  // An instrument that met the host's ENQ bids again after 1 s; the host waits 20 (LIS01-A2 6.2.7.1).
  let state = createLink({ ...driver.link, contentionMs: 1_000 });
  const timers = new Map<string, NodeJS.Timeout>();
  const waiting: Waiting = new Map();
  const listeners: ((text: Uint8Array) => void)[] = [];
  let count = 0;

  function feed(input: LinkInput): void {
    const next = linkStep(state, input);
    state = next.state;
    for (const effect of next.effects) {
      switch (effect.type) {
        case 'write':
          port.write(effect.bytes);
          break;
        case 'startTimer':
          clearTimeout(timers.get(effect.name));
          timers.set(effect.name, setTimeout(() => feed({ type: 'timer', name: effect.name }), effect.ms).unref());
          break;
        case 'stopTimer':
          clearTimeout(timers.get(effect.name));
          break;
        case 'deliver':
          if (effect.complete) {
            for (const listener of listeners) listener(effect.text);
            queueMicrotask(() => feed({ type: 'committed' }));
          }
          break;
        case 'sent':
          settle(waiting, effect.id, 'accepted');
          break;
        case 'sendFailed':
          settle(waiting, effect.id, 'failed');
          break;
        case 'fault':
        case 'sessionEnded':
          break;
        default:
          effect satisfies never;
      }
    }
  }

  port.onBytes((bytes) => feed({ type: 'bytes', bytes }));
  port.onClose(() => feed({ type: 'disconnected' }));
  return {
    send(message) {
      count += 1;
      const id = String(count);
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        feed({ type: 'send', id, messages: [message] });
      });
    },
    onHostMessage: (listener) => listeners.push(listener),
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      port.close();
    },
  };
}

function settle(waiting: Waiting, id: string, outcome: SendOutcome): void {
  waiting.get(id)?.(outcome);
  waiting.delete(id);
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function parse(text: Uint8Array): Hl7Message {
  return parseMessage({ text, pieces: [{ text: 0, raw: 0 }], span: [0, text.length], complete: true }, latin1);
}

function hl7End(port: BytePort): AnalyzerEnd {
  let state = createMllp();
  const timers = new Map<string, NodeJS.Timeout>();
  const waiting: Waiting = new Map();
  const listeners: ((text: Uint8Array) => void)[] = [];
  let count = 0;

  function feed(input: MllpInput): void {
    const next = mllpStep(state, input);
    state = next.state;
    for (const effect of next.effects) {
      switch (effect.type) {
        case 'write':
          port.write(effect.bytes);
          break;
        case 'startTimer':
          clearTimeout(timers.get(effect.name));
          timers.set(effect.name, setTimeout(() => feed({ type: 'timer', name: effect.name }), effect.ms).unref());
          break;
        case 'stopTimer':
          clearTimeout(timers.get(effect.name));
          break;
        case 'deliver':
          taken(effect.text, effect.complete);
          break;
        case 'acknowledged': {
          const code = readAcknowledgement(parse(effect.text))?.code ?? 'AE';
          for (const listener of listeners) listener(effect.text);
          settle(waiting, effect.id, code === 'AA' || code === 'CA' ? 'accepted' : 'refused');
          break;
        }
        case 'sendFailed':
          settle(waiting, effect.id, 'failed');
          break;
        case 'fault':
          break;
        default:
          effect satisfies never;
      }
    }
  }

  /** Orders of the host are acknowledged; acknowledgements are not. */
  function taken(text: Uint8Array, complete: boolean): void {
    if (!complete) return;
    for (const listener of listeners) listener(text);
    const message = parse(text);
    const replies =
      message.type === 'ACK'
        ? []
        : [Buffer.from(acknowledge(message, { code: 'AA', controlId: `A${count}`, time: '' }), 'latin1')];
    queueMicrotask(() => feed({ type: 'committed', replies }));
  }

  port.onBytes((bytes) => feed({ type: 'bytes', bytes }));
  port.onClose(() => feed({ type: 'disconnected' }));
  return {
    send(message) {
      count += 1;
      const id = String(count);
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        feed({ type: 'send', id, message, controlId: parse(message).controlId });
      });
    },
    onHostMessage: (listener) => listeners.push(listener),
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      port.close();
    },
  };
}

/** A printer does not hear: what is written counts as taken. */
function printingEnd(port: BytePort): AnalyzerEnd {
  let open = true;
  port.onClose(() => {
    open = false;
  });
  return {
    send(message) {
      if (open) port.write(message);
      return Promise.resolve(open ? 'accepted' : 'failed');
    },
    onHostMessage: () => undefined,
    close: () => port.close(),
  };
}
