import type { Command } from 'commander';
import { LisError } from '../errors.ts';
import { createAnswerer } from '../kit/answering.ts';
import { openRecording } from '../kit/recording.ts';
import { openSerial } from '../transport/serial.ts';
import { dialTcp } from '../transport/tcp-connect.ts';
import { listenTcp } from '../transport/tcp-listen.ts';
import type { Channel, Transport, TransportListener } from '../transport/transport.ts';
import { countFlag, portFlag } from './flags.ts';

interface RecordFlags {
  readonly tcp?: string;
  readonly listen?: number;
  readonly host: string;
  readonly serial?: string;
  readonly baudRate: number;
  readonly forward?: string;
  readonly answer?: boolean;
  readonly deIdentify?: boolean;
  readonly seconds?: number;
}

/** How often a recording is put on disk while it runs. */
const saveEveryMs = 1_000;
/** Reads that may wait for the analyzer's host to be reached. */
const mostWaiting = 200;

/** `record`: keeps what a line says as a capture: as a listener, answering it, or as a tap before its present host. */
export function recordCommand(program: Command): void {
  program
    .command('record')
    .argument('<file>', 'where the capture goes; times and sizes of the reads stand beside it in <file>.chunks.json')
    .description('record what an analyzer sends')
    .option('--tcp <host:port>', 'dial the analyzer')
    .option('--listen <port>', 'wait for the analyzer to dial', portFlag)
    .option('--host <address>', 'address to listen on; 0.0.0.0 for the whole network', '127.0.0.1')
    .option('--serial <path>', 'a serial port')
    .option('--baud-rate <rate>', 'of the serial port', countFlag, 9600)
    .option('--forward <host:port>', 'stand between the analyzer and its present host, and record both')
    .option('--answer', 'answer as a host would (ACK, AA), where no host does')
    .option('--de-identify', 'replace names and numbers of persons and specimens before anything is written')
    .option('--seconds <number>', 'end after so many seconds (default: Ctrl-C)', countFlag)
    .action((file: string, flags: RecordFlags) => record(file, flags));
}

async function record(file: string, flags: RecordFlags): Promise<void> {
  const ways = [flags.tcp, flags.listen, flags.serial].filter((way) => way !== undefined);
  if (ways.length !== 1) throw new LisError('USAGE', { detail: 'say one of --tcp, --listen and --serial' });
  if (flags.forward !== undefined && flags.answer === true) {
    throw new LisError('USAGE', { detail: 'with --forward the present host answers; leave --answer out' });
  }
  const recording = openRecording(file, flags.deIdentify === true);
  const say = (words: string): void => void process.stderr.write(`${words}\n`);
  let failed: unknown = null;
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const guard = (work: () => void): void => {
    try {
      work();
    } catch (thrown) {
      failed ??= thrown;
      stop();
    }
  };
  const transport = openWay(flags, tapListener(flags, say, guard, recording));
  if (flags.listen !== undefined) say(`waiting for the analyzer on ${await listeningOn(transport)}`);
  const saver = setInterval(() => guard(() => recording.save()), saveEveryMs);
  if (flags.seconds !== undefined) setTimeout(stop, flags.seconds * 1_000).unref();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  await stopped;
  clearInterval(saver);
  await transport.close();
  guard(() => recording.save());
  recording.close();
  if (failed !== null) throw failed;
  process.stdout.write(`${recording.bytes()} bytes recorded in ${file}\n`);
}

/** A port of 0 is known once the system has chosen. */
async function listeningOn(transport: Transport): Promise<string> {
  for (let tries = 0; tries < 50 && transport.address().endsWith(':0'); tries += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return transport.address();
}

function openWay(flags: RecordFlags, listener: TransportListener): Transport {
  if (flags.tcp !== undefined) return dialTcp(flags.tcp, listener);
  if (flags.listen !== undefined) return listenTcp({ host: flags.host, port: flags.listen }, listener);
  const path = flags.serial ?? '';
  return openSerial({ path, baudRate: flags.baudRate, dataBits: 8, parity: 'none', stopBits: 1 }, listener);
}

/** One connection at a time is recorded: two at once would be one garbled capture. */
function tapListener(
  flags: RecordFlags,
  say: (words: string) => void,
  guard: (work: () => void) => void,
  recording: ReturnType<typeof openRecording>,
): TransportListener {
  let current: {
    readonly channel: Channel;
    readonly take: (bytes: Uint8Array) => void;
    readonly end: () => void;
  } | null = null;
  return {
    onUp(channel) {
      if (current !== null) {
        say(`${channel.remote} turned away: ${current.channel.remote} is being recorded`);
        channel.close();
        return;
      }
      say(`recording ${channel.remote}`);
      current = { channel, ...farEnd(flags, channel, guard, recording) };
    },
    onBytes(channel, bytes) {
      if (current?.channel !== channel) return;
      guard(() => recording.take('analyzer', bytes));
      current.take(bytes);
    },
    onDown(channel) {
      if (current?.channel !== channel) return;
      current.end();
      current = null;
      say(`${channel.remote} is gone`);
    },
    onTrouble: ({ detail }) => say(detail),
  };
}

/** What is done with the analyzer's bytes beside keeping them: answered, handed to its host, or nothing. */
function farEnd(
  flags: RecordFlags,
  channel: Channel,
  guard: (work: () => void) => void,
  recording: ReturnType<typeof openRecording>,
): { take(bytes: Uint8Array): void; end(): void } {
  if (flags.answer === true) {
    const answerer = createAnswerer(channel, () => recording.save());
    return { take: (bytes) => answerer.bytes(bytes), end: () => answerer.end() };
  }
  if (flags.forward === undefined) return { take: () => undefined, end: () => undefined };
  const waiting: Uint8Array[] = [];
  let host: Channel | null = null;
  const tap = dialTcp(flags.forward, {
    onUp(opened) {
      host = opened;
      for (const bytes of waiting.splice(0)) opened.write(bytes);
    },
    onBytes(_opened, bytes) {
      guard(() => recording.take('host', bytes));
      channel.write(bytes);
    },
    onDown() {
      host = null;
      channel.close();
    },
    onTrouble: () => undefined,
  });
  return {
    take(bytes) {
      if (host !== null) host.write(bytes);
      else if (waiting.length < mostWaiting) waiting.push(bytes);
      // Its host does not answer: better the analyzer sees a line that is down than words that lead nowhere.
      else channel.close();
    },
    end: () => void tap.close(),
  };
}
