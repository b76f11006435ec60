import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { driverById } from './catalogue.ts';
import { defineAstmDriver, defineBlockDriver, defineDelimitedDriver, defineHl7Driver } from './define.ts';
import { definitionSchema } from './definition/schema.ts';
import type { Driver } from './driver.ts';

/** A driver from data, as the kit writes it (`driver.json`). Throws a ZodError that names what is wrong. */
export function driverFromData(data: unknown): Driver {
  const definition = definitionSchema.parse(data);
  switch (definition.protocol) {
    case 'astm':
      return defineAstmDriver(definition);
    case 'hl7v2':
      return defineHl7Driver(definition);
    case 'delimited':
      return defineDelimitedDriver(definition);
    case 'blocks':
      return defineBlockDriver(definition);
    default:
      return definition satisfies never;
  }
}

/**
 * The driver named `vendor/model`, or the one that lives in a folder: with a `driver.json` of its own, or a folder of
 * this catalogue. Undefined when there is none; throws when a `driver.json` is there and is not right.
 */
export function findDriver(nameOrFolder: string): Driver | undefined {
  const named = driverById(nameOrFolder);
  if (named !== undefined) return named;
  const folder = resolve(nameOrFolder);
  const file = join(folder, 'driver.json');
  if (existsSync(file)) return driverFromData(JSON.parse(readFileSync(file, 'utf8')));
  return existsSync(join(folder, 'driver.ts'))
    ? driverById(`${basename(dirname(folder))}/${basename(folder)}`)
    : undefined;
}
