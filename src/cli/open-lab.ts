import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Logger, pino } from 'pino';
import { seedCatalogue } from '../acts/starting-catalogue.ts';
import { LisError } from '../errors.ts';
import { openCatalogueView } from '../laboratory/catalogue-view.ts';
import { type LabConfig, labConfigSchema } from '../laboratory/config.ts';
import type { Laboratory } from '../laboratory/context.ts';
import { openDriverCatalogue } from '../laboratory/drivers.ts';
import { createEventHub } from '../laboratory/events.ts';
import type { Store } from '../store/collection.ts';
import { openCollections } from '../store/collections.ts';
import { openStore } from '../store/open.ts';
import { loadConfig } from './config-file.ts';

/** Flags of a command; they go before the environment, the environment before lab.yaml. */
export interface OpenOptions {
  readonly config?: string;
  readonly data?: string;
  readonly port?: number;
}

export interface OpenedLaboratory {
  readonly lab: Laboratory;
  readonly store: Store;
  /** Where spool, demonstration passwords and site drivers are kept. */
  readonly dataFolder: string;
  close(): Promise<void>;
}

/** The configuration in force: lab.yaml (flag, CUVETTE_CONFIG, or ./lab.yaml when there), then environment, then flags. */
export function resolveConfig(options: OpenOptions): { config: LabConfig; dataFolder: string } {
  const file = options.config ?? process.env.CUVETTE_CONFIG ?? (existsSync('lab.yaml') ? 'lab.yaml' : undefined);
  const fromFile = file === undefined ? labConfigSchema.parse({}) : loadConfig(file);
  const port = options.port ?? environmentPort();
  const chosen = options.data ?? process.env.CUVETTE_DATA;
  const dataFolder = dataFolderOf(fromFile, options);
  const uri = process.env.MONGODB_URI;
  const fileMongo = fromFile.store !== undefined && 'mongodb' in fromFile.store ? fromFile.store : undefined;
  let store: LabConfig['store'] = { embedded: dataFolder };
  if (uri !== undefined && uri !== '') store = { mongodb: uri };
  else if (chosen === undefined && fileMongo !== undefined) store = fileMongo;
  const http = port === undefined ? fromFile.http : { ...fromFile.http, port };
  return { config: { ...fromFile, http, store }, dataFolder };
}

/** The data folder in force: flag, then environment, then the embedded store of lab.yaml, then `./data`. */
export function dataFolderOf(config: LabConfig, options: Pick<OpenOptions, 'data'> = {}): string {
  const embedded = config.store !== undefined && 'embedded' in config.store ? config.store.embedded : undefined;
  return resolve(options.data ?? process.env.CUVETTE_DATA ?? embedded ?? 'data');
}

function environmentPort(): number | undefined {
  const text = process.env.CUVETTE_PORT;
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new LisError('CONFIG_INVALID', { key: 'CUVETTE_PORT', detail: 'must be a port from 0 to 65535' });
  }
  return port;
}

/**
 * Open store, catalogue and context. `role` serve takes the store for itself against a second `serve`; commands work
 * beside a running one.
 */
export async function openLaboratory(
  options: OpenOptions,
  role: 'serve' | 'command',
  log = createLog(),
): Promise<OpenedLaboratory> {
  const { config, dataFolder } = resolveConfig(options);
  return openConfigured(config, dataFolder, role, log);
}

/** The same for a configuration that is at hand (the demonstration, tests). */
export async function openConfigured(
  config: LabConfig,
  dataFolder: string,
  role: 'serve' | 'command',
  log = createLog(),
): Promise<OpenedLaboratory> {
  makeFolder(dataFolder);
  const store = await openStore(config.store ?? { embedded: dataFolder }, { role });
  try {
    const collections = await openCollections(store);
    await seedCatalogue(collections);
    const catalogue = await openCatalogueView(collections.catalogue);
    const events = createEventHub((thrown) => log.error({ err: thrown }, 'an event listener failed'));
    const drivers = openDriverCatalogue(dataFolder);
    for (const problem of drivers.problems) log.warn(problem, 'a driver of the data folder is left out');
    const lab: Laboratory = { config, collections, catalogue, drivers, events, log, now: Date.now };
    return { lab, store, dataFolder, close: () => store.close() };
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

/** For commands that work beside a running `serve`. */
export async function openCommandLaboratory(options: OpenOptions): Promise<OpenedLaboratory> {
  return openLaboratory(options, 'command');
}

/** Logs go to stderr as JSON lines; `CUVETTE_LOG` sets the level. Patient facts never go in. */
export function createLog(level = process.env.CUVETTE_LOG ?? 'info'): Logger {
  return pino({ level, base: null }, pino.destination(2));
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : 'unknown';
    throw new LisError('STORE_UNWRITABLE', { folder, detail }, thrown);
  }
}
