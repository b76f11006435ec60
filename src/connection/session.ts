import type { Driver } from '../../drivers/driver.ts';
import { control } from '../../protocols/control.ts';
import type { Fault, SendFailure } from '../../protocols/wire.ts';
import type { Channel } from '../transport/transport.ts';
import { createIntake, type Intake } from './delimited-intake.ts';
import { createMachine, type WireEffect, type WireInput } from './wire-machine.ts';

/** A message as the link machine delivers it. */
export interface Delivery {
  readonly raw: Uint8Array;
  readonly complete: boolean;
  readonly faults: readonly Fault[];
}

/** What came of a delivery: its answer to the analyzer. */
export interface Verdict {
  readonly outcome: 'committed' | 'refused';
  /** HL7: messages to answer with. */
  readonly replies: readonly Uint8Array[];
}

/** What the line does for a session. */
export interface SessionListener {
  /** A message is to be put on disk. Must not reject. */
  onDelivery(session: Session, delivery: Delivery): Promise<Verdict>;
  onFault(fault: Fault): void;
  /** A frame or block was answered; not HL7. */
  onAnswer(positive: boolean): void;
  onEmptySession(): void;
  /** What was sent is with the analyzer; HL7: with its acknowledgement. */
  onSent(id: string, answer?: Uint8Array): void;
  onSendFailed(id: string, reason: SendFailure): void;
}

/** The link layer of one channel at work. */
export interface Session {
  readonly channel: Channel;
  bytes(bytes: Uint8Array): void;
  /** Send messages: ASTM in one session; HL7 one after the other, waiting for the answer to `controlId` where given. */
  send(id: string, messages: readonly Uint8Array[], controlId: string | null): void;
  /** The channel is gone. */
  end(): void;
}

/** Silence of a printing analyzer after which what has no line end is looked at as it is. */
const quietMs = 5_000;

/** Run a driver's link machine on a channel: its effects become writes, timers and deliveries. */
export function openSession(driver: Driver, channel: Channel, listener: SessionListener): Session {
  const machine = createMachine(driver);
  const timers = new Map<string, NodeJS.Timeout>();
  let ended = false;
  const intake = driver.protocol === 'delimited' ? openIntake() : null;

  const session: Session = {
    channel,
    bytes(bytes) {
      if (intake === null) {
        feed({ type: 'bytes', bytes });
      } else {
        intake.take(bytes);
        start('quiet', quietMs);
      }
    },
    send: (id, messages, controlId) => feed({ type: 'send', id, messages, controlId }),
    end() {
      if (ended) return;
      ended = true;
      const finish = (): void => {
        feed({ type: 'disconnected' });
        for (const timer of timers.values()) clearTimeout(timer);
        timers.clear();
      };
      if (intake === null) finish();
      else void intake.flush().then(finish);
    },
  };

  function openIntake(): Intake {
    return createIntake(
      (bytes) => feed({ type: 'bytes', bytes }),
      (bytes) => listener.onFault({ code: 'LINK_OVERSIZE', at: 0, detail: `${bytes} bytes without a line end` }),
    );
  }

  function feed(input: WireInput): void {
    for (const effect of machine.step(input)) perform(effect);
  }

  function perform(effect: WireEffect): void {
    switch (effect.type) {
      case 'write':
        if (!ended) channel.write(effect.bytes);
        if (driver.protocol !== 'hl7v2' && effect.bytes.length === 1) answered(effect.bytes[0]);
        break;
      case 'emptySession':
        listener.onEmptySession();
        break;
      case 'startTimer':
        start(effect.name, effect.ms);
        break;
      case 'stopTimer':
        clearTimeout(timers.get(effect.name));
        timers.delete(effect.name);
        break;
      case 'deliver':
        void listener.onDelivery(session, effect).then(({ outcome, replies }) => {
          if (effect.complete) feed({ type: outcome, delivery: effect.delivery, replies });
        });
        break;
      case 'fault':
        listener.onFault(effect.fault);
        break;
      case 'sent':
        listener.onSent(effect.id, effect.answer);
        break;
      case 'sendFailed':
        listener.onSendFailed(effect.id, effect.reason);
        break;
      default:
        effect satisfies never;
    }
  }

  function answered(byte: number | undefined): void {
    if (byte === control.ACK || byte === control.NAK) listener.onAnswer(byte === control.ACK);
  }

  function start(name: string, ms: number): void {
    clearTimeout(timers.get(name));
    if (ended) return;
    const fire = (): void => {
      timers.delete(name);
      if (intake === null) feed({ type: 'timer', name });
      else void intake.flush().then(() => feed({ type: 'timer', name }));
    };
    timers.set(name, setTimeout(fire, ms));
  }

  return session;
}
