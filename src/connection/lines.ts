import type { Driver } from '../../drivers/driver.ts';
import type { ErrorCode } from '../error-table.ts';
import { LisError } from '../errors.ts';
import type { AnalyzerConfig } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { openSerial, type SerialSettings } from '../transport/serial.ts';
import { dialTcp } from '../transport/tcp-connect.ts';
import { listenTcp } from '../transport/tcp-listen.ts';
import type { Transport, TransportListener } from '../transport/transport.ts';
import { failedLine } from './failed-line.ts';
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

/** What lab.yaml can have wrong about one line, and about no other. */
const ofOneLine: readonly ErrorCode[] = ['DRIVER_UNKNOWN', 'CONFIG_INVALID', 'CONFIG_UNREADABLE', 'CONFIG_TLS_INVALID'];

/** How often states are compared: a change is told within a second. */
const watchMs = 1_000;

/**
 * Open every configured line. One that its configuration keeps from opening is shown as failing and stops no other; where
 * that is true of all, lab.yaml is wrong as a whole: throws DRIVER_UNKNOWN, CONFIG_UNREADABLE, CONFIG_TLS_INVALID. A port
 * that is busy or absent is that line's state. Throws STORE_UNAVAILABLE.
 */
export async function openLines(
  lab: Laboratory,
  pipeline: Pick<Pipeline, 'accept'>,
  options: { readonly spoolFolder: string },
): Promise<Lines> {
  const lines: Line[] = [];
  const pushers: { close(): void }[] = [];
  const failures: LisError[] = [];
  for (const config of lab.config.analyzers) {
    try {
      const driver = lab.drivers.byId(config.driver);
      if (driver === undefined) throw new LisError('DRIVER_UNKNOWN', { driver: config.driver });
      const line = await openOne(lab, pipeline, config, driver, options.spoolFolder);
      lines.push(line);
      pushers.push(startPusher(lab, config, driver, line));
    } catch (thrown) {
      // A store that does not answer keeps every line from opening: were it shown at one, that line would be deaf for good.
      if (!(thrown instanceof LisError) || !ofOneLine.includes(thrown.code)) {
        for (const pusher of pushers) pusher.close();
        await Promise.all(lines.map((line) => line.close()));
        throw thrown;
      }
      failures.push(thrown);
      lab.log.error({ analyzer: config.id, code: thrown.code }, `a line is not opened: ${thrown.message}`);
      lines.push(failedLine(lab, config, thrown));
    }
  }
  const [first] = failures;
  if (first !== undefined && failures.length === lines.length) throw first;
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

async function openOne(
  lab: Laboratory,
  pipeline: Pick<Pipeline, 'accept'>,
  config: AnalyzerConfig,
  driver: Driver,
  spoolFolder: string,
): Promise<Line> {
  return openLine({
    lab,
    pipeline,
    config,
    driver,
    journal: await openJournal(lab, config),
    spool: openSpool(spoolFolder, config.id),
    earlier: await earlierArrivals(lab, config.id),
    openTransport: (listener) => openTransport(config, driver, listener),
  });
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
