import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { IANAZone } from 'luxon';
import type { Driver } from '../../drivers/driver.ts';
import { findDriver } from '../../drivers/load.ts';
import { decodePlainly, detectProtocol, recogniseDriver } from '../../drivers/recognise.ts';
import { LisError } from '../errors.ts';
import { openDriverCatalogue } from '../laboratory/drivers.ts';
import { printDecoded } from './decode-output.ts';
import { resolveConfig } from './open-lab.ts';

interface DecodeFlags {
  readonly driver?: string;
  readonly analyzerTimeZone?: string;
}

/** `decode FILE`: one capture as one JSON object on stdout. Exit 0 whenever the file could be read. */
export function decodeCommand(program: Command): void {
  program
    .command('decode')
    .description('decode one capture and print what it says as JSON')
    .argument('<file>', 'raw link bytes, bare records, HL7 with or without MLLP, or printed text')
    .option('--driver <driver>', 'vendor/model or the folder of a driver; recognised from the capture when not named')
    .option('--analyzer-time-zone <zone>', "zone of the analyzer's clock (Asia/Ho_Chi_Minh): times get its offset")
    .action((file: string, flags: DecodeFlags) => {
      const zone = flags.analyzerTimeZone;
      if (zone !== undefined && !IANAZone.isValidZone(zone))
        throw new LisError('USAGE', { detail: `${zone} is no time zone` });
      const named = flags.driver === undefined ? undefined : namedDriver(flags.driver);
      const raw = readCapture(file);
      process.stdout.write(`${JSON.stringify(decodeCapture(raw, named, zone), null, 2)}\n`);
    });
}

/** What `decode` prints of some bytes: by the driver named, or by the one that is recognised. Never throws. */
export function decodeCapture(raw: Uint8Array, named?: Driver, zone?: string): Record<string, unknown> {
  const driver = named ?? recogniseDriver(raw);
  const decoded = driver === null ? decodePlainly(raw) : driver.decode(raw);
  return printDecoded(driver, driver?.protocol ?? detectProtocol(raw), decoded, zone);
}

function namedDriver(name: string): Driver {
  try {
    const driver = findDriver(name) ?? openDriverCatalogue(resolveConfig({}).dataFolder).byId(name);
    if (driver !== undefined) return driver;
  } catch (thrown) {
    throw new LisError('FILE_UNREADABLE', { file: name, detail: firstLine(thrown) }, thrown);
  }
  throw new LisError('DRIVER_UNKNOWN', { driver: name });
}

function readCapture(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (thrown) {
    throw new LisError('FILE_UNREADABLE', { file, detail: firstLine(thrown) }, thrown);
  }
}

function firstLine(thrown: unknown): string {
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  return words.replaceAll(/\s+/g, ' ').slice(0, 200);
}
