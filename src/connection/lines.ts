import type { Driver } from '../../drivers/driver.ts';
import { LisError } from '../errors.ts';
import type { AnalyzerConfig } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { openSerial, type SerialSettings } from '../transport/serial.ts';
import { dialTcp } from '../transport/tcp-connect.ts';
import { listenTcp } from '../transport/tcp-listen.ts';
import type { Transport, TransportListener } from '../transport/transport.ts';
import { openJournal } from './journal.ts';
import { type Line, type LineStatus, openLine } from './line.ts';
import { startPusher } from './pusher.ts';
import { openSpool } from './spool.ts';

export type { LineStatus };

/** Every analyzer's line of the laboratory. */
export interface Lines {
  list(): readonly LineStatus[];
  get(id: string): LineStatus | undefined;
  close(): Promise<void>;
}

/** How often states are compared: a change is told within a second. */
const watchMs = 1_000;

/** Open every configured line. Throws DRIVER_UNKNOWN, CONFIG_UNREADABLE, CONFIG_TLS_INVALID; a port that is busy or absent is that line's state. */
export async function openLines(
  lab: Laboratory,
  pipeline: Pick<Pipeline, 'accept'>,
  options: { readonly spoolFolder: string },
): Promise<Lines> {
  const lines: Line[] = [];
  const pushers: { close(): void }[] = [];
  for (const config of lab.config.analyzers) {
    const driver = lab.drivers.byId(config.driver);
    if (driver === undefined) throw new LisError('DRIVER_UNKNOWN', { driver: config.driver });
    const journal = await openJournal(lab, config);
    const line = openLine({
      lab,
      pipeline,
      config,
      driver,
      journal,
      spool: openSpool(options.spoolFolder, config.id),
      earlier: await earlierArrivals(lab, config.id),
      openTransport: (listener) => openTransport(config, driver, listener),
    });
    lines.push(line);
    pushers.push(startPusher(lab, config, driver, line));
  }
  const told = new Map<string, string>();
  const watcher = setInterval(() => {
    for (const line of lines) {
      const { state, detail, counts, lastReceivedAt, watch } = line.status();
      const now = JSON.stringify([
        state,
        detail,
        counts,
        lastReceivedAt,
        watch.ordersWithoutResult,
        watch.enqWithoutData,
      ]);
      if (told.get(line.id) !== now) lab.events.emit({ type: 'analyzers', analyzer: line.id });
      told.set(line.id, now);
    }
  }, watchMs);
  return {
    list: () => lines.map((line) => line.status()),
    get: (id) => lines.find((line) => line.id === id)?.status(),
    async close() {
      clearInterval(watcher);
      for (const pusher of pushers) pusher.close();
      await Promise.all(lines.map((line) => line.close()));
    },
  };
}

/** How many of the latest arrivals tell a line's rhythm. */
const arrivalsLooked = 21;

async function earlierArrivals(lab: Laboratory, analyzer: string): Promise<number[]> {
  const latest = await lab.collections.messages
    .find({ analyzer }, { sort: { sequence: -1 }, limit: arrivalsLooked, projection: { at: 1, direction: 1 } })
    .toArray();
  return latest
    .filter((each) => each.direction === 'in')
    .map((each) => Date.parse(each.at))
    .reverse();
}

function openTransport(config: AnalyzerConfig, driver: Driver, listener: TransportListener): Transport {
  const { tcp, serial } = config;
  if (serial !== undefined) return openSerial(serialSettings(config, serial, driver), listener);
  if (tcp !== undefined && 'connect' in tcp) return dialTcp(tcp.connect, listener, tcp.tls);
  if (tcp !== undefined) return listenTcp({ ...tcp, port: tcp.listen }, listener);
  throw new LisError('CONFIG_INVALID', { key: `analyzers.${config.id}`, detail: 'exactly one of tcp and serial' });
}

const usualSerial = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const;

/** lab.yaml goes before the driver's defaults; settings may stand beside `serial` or in it. */
function serialSettings(
  config: AnalyzerConfig,
  serial: NonNullable<AnalyzerConfig['serial']>,
  driver: Driver,
): SerialSettings {
  const usual = driver.transportDefaults.serial ?? usualSerial;
  const rtscts = serial.rtscts ?? config.rtscts;
  const xon = serial.xon ?? config.xon;
  const xoff = serial.xoff ?? config.xoff;
  return {
    path: serial.path,
    baudRate: serial.baudRate ?? config.baudRate ?? usual.baudRate,
    dataBits: serial.dataBits ?? config.dataBits ?? usual.dataBits,
    parity: serial.parity ?? config.parity ?? usual.parity,
    stopBits: serial.stopBits ?? config.stopBits ?? usual.stopBits,
    ...(rtscts === undefined ? {} : { rtscts }),
    ...(xon === undefined ? {} : { xon }),
    ...(xoff === undefined ? {} : { xoff }),
  };
}
