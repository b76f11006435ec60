import { control } from '../protocols/control.ts';
import type { BytePort } from './port.ts';

const { ENQ, ACK, EOT, STX } = control;

/** Named misbehaviour, done at the byte port: the analyzer behind it is a sound one. */
export const faultNames = [
  'dropsAck',
  'damagesChecksum',
  'dribbles',
  'resendsFrame',
  'losesPowerMidFrame',
  'contends',
  'neverSendsEot',
  'sendsGarbage',
] as const;
export type FaultName = (typeof faultNames)[number];

/** A port that misbehaves in one way; `random` decides how and when, so a run can be repeated. */
export function withFault(port: BytePort, fault: FaultName, random: () => number): BytePort {
  switch (fault) {
    case 'dropsAck':
      return incoming(port, (bytes) => (bytes.length === 1 && bytes[0] === ACK && random() < 0.3 ? null : bytes));
    case 'damagesChecksum':
      return outgoing(port, (bytes) => [bytes[0] === STX && random() < 0.4 ? damaged(bytes) : bytes]);
    case 'dribbles':
      return dribbling(port);
    case 'resendsFrame':
      return resending(port, random);
    case 'losesPowerMidFrame':
      return losingPower(port, random);
    case 'contends':
      return contending(port);
    case 'neverSendsEot':
      return outgoing(port, (bytes) => (bytes.length === 1 && bytes[0] === EOT ? [] : [bytes]));
    case 'sendsGarbage':
      return outgoing(port, (bytes) => (bytes[0] === STX && bytes.length > 1 ? [bytes] : [garbage(random), bytes]));
    default:
      return fault satisfies never;
  }
}

function outgoing(port: BytePort, change: (bytes: Uint8Array) => readonly Uint8Array[]): BytePort {
  return {
    ...port,
    write(bytes) {
      for (const each of change(bytes)) port.write(each);
    },
  };
}

function incoming(port: BytePort, change: (bytes: Uint8Array) => Uint8Array | null): BytePort {
  return {
    ...port,
    onBytes(listener) {
      port.onBytes((bytes) => {
        const changed = change(bytes);
        if (changed !== null) listener(changed);
      });
    },
  };
}

/** One digit of the frame changed: the checksum no longer fits. */
function damaged(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = Math.floor(copy.length / 2);
  copy[at] = copy[at] === 0x30 ? 0x31 : 0x30;
  return copy;
}

function dribbling(port: BytePort): BytePort {
  let queue: Promise<void> = Promise.resolve();
  return {
    ...port,
    write(bytes) {
      for (const byte of bytes) {
        queue = queue.then(
          () =>
            new Promise((resolve) => {
              port.write(Uint8Array.of(byte));
              setImmediate(resolve);
            }),
        );
      }
    },
  };
}

/** After the host's ACK the same frame comes once more; its second ACK is the one that counts. */
function resending(port: BytePort, random: () => number): BytePort {
  let last: Uint8Array | null = null;
  return {
    ...port,
    write(bytes) {
      last = bytes[0] === STX && random() < 0.5 ? bytes : null;
      port.write(bytes);
    },
    onBytes(listener) {
      port.onBytes((bytes) => {
        if (last !== null && bytes.length === 1 && bytes[0] === ACK) {
          const again = last;
          last = null;
          port.write(again);
        } else listener(bytes);
      });
    },
  };
}

function losingPower(port: BytePort, random: () => number): BytePort {
  return {
    ...port,
    write(bytes) {
      if (bytes.length > 10 && random() < 0.2) {
        port.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
        setImmediate(() => port.close());
      } else port.write(bytes);
    },
  };
}

/** The host's ENQ is met with our own, once. */
function contending(port: BytePort): BytePort {
  let met = false;
  return {
    ...port,
    onBytes(listener) {
      port.onBytes((bytes) => {
        if (!met && bytes.length === 1 && bytes[0] === ENQ) {
          met = true;
          port.write(Uint8Array.of(ENQ));
        } else listener(bytes);
      });
    },
  };
}

function garbage(random: () => number): Uint8Array {
  // Printable noise: a control character would be a message of its own.
  return Uint8Array.from({ length: 1 + Math.floor(random() * 20) }, () => 0x21 + Math.floor(random() * 0x5d));
}
