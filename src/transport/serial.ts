import { SerialPort } from 'serialport';
import { type Channel, createBackoff, reasonOf, type Transport, type TransportListener } from './transport.ts';

/** Settings of a serial line as both ends must have them. */
export interface SerialSettings {
  readonly path: string;
  readonly baudRate: number;
  readonly dataBits: 5 | 6 | 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 1.5 | 2;
  readonly rtscts?: boolean;
  readonly xon?: boolean;
  readonly xoff?: boolean;
}

/**
 * Open the serial port, and again whenever it is gone (an adapter pulled out). The path may be a symlink: it is followed
 * anew at each try.
 */
export function openSerial(settings: SerialSettings, listener: TransportListener): Transport {
  const backoff = createBackoff();
  let port: SerialPort | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function later(): number {
    const wait = backoff.next();
    if (!closed) timer = setTimeout(open, wait);
    return wait;
  }

  function open(): void {
    const opening = new SerialPort({ ...settings, autoOpen: false, lock: true });
    port = opening;
    opening.open((failed) => {
      if (closed) {
        if (failed === null) opening.close(() => undefined);
        return;
      }
      if (failed !== null) {
        const absent = /no such file|cannot open|ENOENT/i.test(reasonOf(failed));
        const code = absent ? 'CONFIG_SERIAL_ABSENT' : 'LINE_UNREACHABLE';
        listener.onTrouble({ code, detail: reasonOf(failed), retryAt: Date.now() + later() });
        return;
      }
      backoff.reset();
      attach(opening);
    });
  }

  function attach(opened: SerialPort): void {
    const channel: Channel = {
      remote: settings.path,
      write: (bytes) => {
        if (opened.isOpen) opened.write(Buffer.from(bytes));
      },
      pause: () => void opened.pause(),
      resume: () => void opened.resume(),
      close: () => {
        if (opened.isOpen) opened.close(() => undefined);
      },
    };
    let down = false;
    const end = (): void => {
      if (down) return;
      down = true;
      listener.onDown(channel);
      later();
    };
    opened.on('data', (bytes: Buffer) => listener.onBytes(channel, bytes));
    opened.on('error', () => channel.close());
    opened.once('close', end);
    listener.onUp(channel);
  }

  open();
  return {
    address: () => settings.path,
    close() {
      closed = true;
      clearTimeout(timer);
      const open = port;
      return new Promise((resolve) => {
        if (open?.isOpen === true) open.close(() => resolve());
        else resolve();
      });
    },
  };
}
